import { createHash } from "node:crypto";
import { Malformed, TooNew } from "./malformed.ts";

/** The kinds of stored object. The number is written into each, so that one can't pass for another. */
export const objectTypes = {
  config: 1,
  keySlot: 2,
  pack: 3,
  index: 4,
  manifest: 5,
  record: 6,
  proof: 7,
  fence: 8,
  ledger: 9,
  lease: 10,
  lost: 11,
  keyProof: 12,
  hold: 13,
} as const;
export type ObjectType = keyof typeof objectTypes;

const formatVersion = 1;
export const saltBytes = 32;
export const headerBytes = 44;
export const digestBytes = 32;
export const trailerBytes = 8 + digestBytes;

/**
 * What a reader must be able to do to read the object: one bit each, in the header. `holds`: to let no point
 * go that is held.
 */
export const features = { encrypted: 1, compressed: 2, holds: 4 } as const;
const knownFeatures = features.encrypted | features.compressed | features.holds;

const magic = new TextEncoder().encode("sitekeep");

export interface Header {
  readonly type: ObjectType;
  /** A sum of `features`. */
  readonly features: number;
  readonly salt: Uint8Array;
}

/** Magic (8), type (1), version (1), features (2), salt (32). */
export function encodeHeader(header: Header): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(headerBytes);
  bytes.set(magic);
  bytes[8] = objectTypes[header.type];
  bytes[9] = formatVersion;
  bytes[10] = header.features & 255;
  bytes[11] = header.features >> 8;
  bytes.set(header.salt, 12);
  return bytes;
}

/** Reads a header of the expected type. `TooNew` when it needs what this version can't do. */
export function decodeHeader(type: ObjectType, bytes: Uint8Array): Header {
  if (bytes.length < headerBytes) throw new Malformed("it is too short");
  if (magic.some((byte, at) => bytes[at] !== byte)) throw new Malformed("it does not begin with the magic");
  if (bytes[8] !== objectTypes[type]) throw new Malformed(`it is not of type ${type}`);
  const needed = bytes[10]! | (bytes[11]! << 8);
  if (bytes[9]! > formatVersion)
    throw new TooNew(
      `it has format version ${bytes[9]}, and this version of sitekeep reads none above ${formatVersion}`,
    );
  if ((needed & ~knownFeatures) !== 0) throw new TooNew(lackingFeatures(needed & ~knownFeatures));
  return { type, features: needed, salt: bytes.subarray(12, headerBytes) };
}

function lackingFeatures(unknown: number): string {
  const bits = Array.from({ length: 16 }, (_, bit) => bit).filter((bit) => (unknown & (1 << bit)) !== 0);
  const [features, name] = bits.length === 1 ? ["a feature", "bit"] : ["features", "bits"];
  return `it needs ${features} that this version of sitekeep lacks (${name} ${bits.join(", ")})`;
}

/** Length of the whole object (8), SHA-256 of all bytes before the digest (32). */
export function encodeTrailerLength(objectBytes: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(objectBytes), true);
  return bytes;
}

/** Puts header, body and trailer together. */
export function encodeEnvelope(header: Header, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const object = new Uint8Array(headerBytes + body.length + trailerBytes);
  object.set(encodeHeader(header));
  object.set(body, headerBytes);
  object.set(encodeTrailerLength(object.length), headerBytes + body.length);
  object.set(digestOf(object.subarray(0, -digestBytes)), object.length - digestBytes);
  return object;
}

/** Checks length and digest, then the header: an object that does not pass counts as absent. */
export function decodeEnvelope(
  type: ObjectType,
  object: Uint8Array,
): { readonly header: Header; readonly body: Uint8Array } {
  if (object.length < headerBytes + trailerBytes) throw new Malformed("it is too short");
  const lengthAt = object.length - trailerBytes;
  const view = new DataView(object.buffer, object.byteOffset, object.length);
  if (view.getBigUint64(lengthAt, true) !== BigInt(object.length))
    throw new Malformed("its length is not the one written in it");
  const digest = object.subarray(-digestBytes);
  const found = digestOf(object.subarray(0, -digestBytes));
  if (found.some((byte, at) => byte !== digest[at])) throw new Malformed("its digest does not match");
  return { header: decodeHeader(type, object), body: object.subarray(headerBytes, lengthAt) };
}

export function digestOf(bytes: Uint8Array): Uint8Array {
  return createHash("sha256").update(bytes).digest();
}
