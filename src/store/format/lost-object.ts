import type { Instant } from "../../core/base/instant.ts";
import type { JsonObject } from "../../core/base/json.ts";
import { countMember, decodeJson, encodeJson, instantMember } from "./encoding/json-body.ts";
import { Malformed, TooNew } from "./encoding/malformed.ts";

const lostVersion = 1;
const digestPattern = /^[0-9a-f]{64}$/;

/** What nothing new may rest on. Digests in hexadecimal. */
export interface LostObject {
  readonly at: Instant;
  /** Packs that a repair gave up: no index may name them again, whatever they say of themselves. */
  readonly packs: readonly string[];
  /**
   * Packs that were read and found bad, and packs with lists that rest on such a one. What is sound in them
   * stays for the snapshots that need it.
   */
  readonly doubted: readonly string[];
}

/** A program that knows no doubts takes the object for a repair that gave nothing up. */
export function encodeLost({ at, packs, doubted }: LostObject): Uint8Array {
  return encodeJson({ version: lostVersion, at, packs, ...(doubted.length > 0 ? { doubted } : {}) });
}

export function decodeLost(body: Uint8Array): LostObject {
  const json = decodeJson(body);
  if (countMember(json, "version") > lostVersion) throw new TooNew("it is of a later version");
  const packs = digestsOf(json, "packs");
  const doubted = json["doubted"] === undefined ? [] : digestsOf(json, "doubted");
  return { at: instantMember(json, "at"), packs, doubted };
}

function digestsOf(json: JsonObject, member: string): readonly string[] {
  const digests = json[member];
  if (!Array.isArray(digests) || !digests.every(isDigest)) throw new Malformed("it has no digests of packs");
  return digests;
}

function isDigest(value: unknown): value is string {
  return typeof value === "string" && digestPattern.test(value);
}
