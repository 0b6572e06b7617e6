import type { KeyProof } from "../../core/model/repository/key-proof.ts";
import { countMember, decodeJson, encodeJson, instantMember, textMember } from "./encoding/json-body.ts";
import { Malformed, TooNew } from "./encoding/malformed.ts";

const keyProofVersion = 1;
const slotPattern = /^[0-9a-f]{16}$/;

/** The proof of a key as JSON. */
export function encodeKeyProof({ at, slot, machine, snapshot, bytes }: KeyProof): Uint8Array {
  return encodeJson({ version: keyProofVersion, at, slot, machine, snapshot, bytes });
}

export function decodeKeyProof(body: Uint8Array): KeyProof {
  const json = decodeJson(body);
  if (countMember(json, "version") > keyProofVersion) throw new TooNew("it is of a later version");
  const slot = textMember(json, "slot");
  if (!slotPattern.test(slot)) throw new Malformed("it names no key slot");
  return {
    at: instantMember(json, "at"),
    slot,
    machine: textMember(json, "machine"),
    snapshot: textMember(json, "snapshot"),
    bytes: countMember(json, "bytes"),
  };
}
