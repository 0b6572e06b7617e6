import type { Instant } from "../../core/base/instant.ts";
import { countMember, decodeJson, encodeJson, instantMember } from "./encoding/json-body.ts";
import { Malformed, TooNew } from "./encoding/malformed.ts";

const lostVersion = 1;
const digestPattern = /^[0-9a-f]{64}$/;

/** What a repair gave up: no index may name these packs again, whatever they say of themselves. */
export interface LostObject {
  readonly at: Instant;
  /** Digests in hexadecimal. */
  readonly packs: readonly string[];
}

export function encodeLost({ at, packs }: LostObject): Uint8Array {
  return encodeJson({ version: lostVersion, at, packs });
}

export function decodeLost(body: Uint8Array): LostObject {
  const json = decodeJson(body);
  if (countMember(json, "version") > lostVersion) throw new TooNew("it is of a later version");
  const packs = json["packs"];
  if (!Array.isArray(packs) || !packs.every(isDigest)) throw new Malformed("it has no digests of packs");
  return { at: instantMember(json, "at"), packs };
}

function isDigest(value: unknown): value is string {
  return typeof value === "string" && digestPattern.test(value);
}
