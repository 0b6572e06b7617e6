import { given } from "../../core/base/given.ts";
import type { Proof } from "../../core/model/repository/snapshot.ts";
import { countMember, decodeJson, encodeJson, instantMember, textMember } from "./encoding/json-body.ts";
import { Malformed } from "./encoding/malformed.ts";

const levels: readonly string[] = ["written", "read", "restored"] satisfies Proof["level"][];
const results: readonly string[] = ["passed", "failed", "not-proven"] satisfies Proof["result"][];

/** A proof as JSON. Its object lies below its snapshot's name. */
export function encodeProof(proof: Proof): Uint8Array {
  const { level, result, at, note, fence } = proof;
  return encodeJson({ version: 1, level, result, at, note, ...given({ fence }) });
}

export function decodeProof(body: Uint8Array): Proof {
  const json = decodeJson(body);
  const [level, result] = [textMember(json, "level"), textMember(json, "result")];
  if (!levels.includes(level) || !results.includes(result))
    throw new Malformed("it is no proof that we know");
  return {
    level: level as Proof["level"],
    result: result as Proof["result"],
    at: instantMember(json, "at"),
    note: textMember(json, "note"),
    ...(json["fence"] === undefined ? {} : { fence: countMember(json, "fence") }),
  };
}
