import { canonicalJson, isJsonObject, type Json, type JsonObject } from "../../../core/base/json.ts";
import { Malformed } from "./malformed.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Canonical JSON in UTF-8. */
export function encodeJson(value: unknown): Uint8Array {
  return new TextEncoder().encode(canonicalJson(value));
}

/** Reads a JSON object; anything else is `Malformed`. */
export function decodeJson(bytes: Uint8Array): JsonObject {
  let value: Json;
  try {
    value = JSON.parse(decoder.decode(bytes)) as Json;
  } catch (thrown) {
    throw new Malformed("it is not JSON", { cause: thrown });
  }
  if (!isJsonObject(value)) throw new Malformed("it is not a JSON object");
  return value;
}

/** A member that must be there as a JSON object. */
export function objectMember(object: JsonObject, member: string): JsonObject {
  const value = object[member];
  if (!isJsonObject(value)) throw new Malformed(`it has no object “${member}”`);
  return value;
}

/** A member that must be there as text. */
export function textMember(object: JsonObject, member: string): string {
  const value = object[member];
  if (typeof value !== "string") throw new Malformed(`it has no text “${member}”`);
  return value;
}

/** A member that must be there as a whole number, zero or more. */
export function countMember(object: JsonObject, member: string): number {
  const value = object[member];
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0)
    throw new Malformed(`it has no number “${member}”`);
  return value;
}

/** A member that must be there as an instant: no later than the last one that a date can hold. */
export function instantMember(object: JsonObject, member: string): number {
  const value = countMember(object, member);
  if (value > lastInstant) throw new Malformed(`“${member}” is no time`);
  return value;
}

/** 13 September 275760, where dates end in JavaScript. */
const lastInstant = 8.64e15;

/** A member that must be there as a list. */
export function listMember(object: JsonObject, member: string): readonly Json[] {
  const value = object[member];
  if (!Array.isArray(value)) throw new Malformed(`it has no list “${member}”`);
  return value;
}

/** A member that must be there as so many bytes in hexadecimal. */
export function bytesMember(object: JsonObject, member: string, count: number): Uint8Array {
  const text = textMember(object, member);
  if (!/^([0-9a-f]{2})*$/.test(text) || text.length !== 2 * count)
    throw new Malformed(`“${member}” is not ${count} bytes in hexadecimal`);
  return new Uint8Array(Buffer.from(text, "hex"));
}

/** A member that must be there as a list of texts. */
export function textsMember(object: JsonObject, member: string): readonly string[] {
  const value = object[member];
  if (!Array.isArray(value) || !value.every((it) => typeof it === "string"))
    throw new Malformed(`it has no list of texts “${member}”`);
  return value;
}
