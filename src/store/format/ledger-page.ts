import type { Instant } from "../../core/base/instant.ts";
import { countMember, decodeJson, encodeJson, instantMember } from "./encoding/json-body.ts";
import { Malformed, TooNew } from "./encoding/malformed.ts";

const ledgerVersion = 1;
const markPattern = /^[0-9a-f]{16}$/;

/** Packs whose every byte was read and proven at one time. */
export interface LedgerPage {
  readonly at: Instant;
  /** Each by its mark: the first 16 hexadecimal digits of its digest. */
  readonly packs: readonly string[];
}

export function encodeLedgerPage({ at, packs }: LedgerPage): Uint8Array {
  return encodeJson({ version: ledgerVersion, at, packs });
}

export function decodeLedgerPage(body: Uint8Array): LedgerPage {
  const json = decodeJson(body);
  if (countMember(json, "version") > ledgerVersion) throw new TooNew("its page is of a later version");
  const packs = json["packs"];
  if (!Array.isArray(packs) || !packs.every(isMark)) throw new Malformed("it has no marks of packs");
  return { at: instantMember(json, "at"), packs };
}

function isMark(value: unknown): value is string {
  return typeof value === "string" && markPattern.test(value);
}
