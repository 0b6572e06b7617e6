import { compress, decompress, efforts } from "./encoding/compression.ts";
import { decodeEnvelope, encodeEnvelope, features, type ObjectType } from "./encoding/envelope.ts";
import { Malformed } from "./encoding/malformed.ts";
import { objectSeal, type RepositorySecret } from "./encoding/seal.ts";

/** Below this a frame costs more than it saves. */
const compressFromBytes = 512;
/**
 * What a body has at most. It is kept in memory whole, with others beside it, and a small frame may unfold to
 * anything.
 */
const bodyBytesMax: Readonly<Record<ObjectType, number>> = {
  config: 1 << 16,
  keySlot: 1 << 16,
  pack: 1 << 28,
  index: 1 << 30,
  manifest: 1 << 26,
  record: 1 << 26,
  proof: 1 << 20,
  fence: 1 << 28,
  ledger: 1 << 28,
  lease: 1 << 20,
  lost: 1 << 26,
  keyProof: 1 << 20,
  hold: 1 << 20,
};
/** An index is digests: a frame of one that unfolds to more times its length is none. */
const indexRatioMax = 4;

/** Where an object belongs: its bytes can't be read under another name or as another type. */
export interface ObjectPlace {
  readonly type: ObjectType;
  readonly name: string;
  /** Features that a reader must have beside those that the object's form asks for. */
  readonly needs?: number;
}

/** Seals an object that is read as a whole: manifest, record, proof, index. `salt` must be new each time. */
export function encodeSealedObject(
  secret: RepositorySecret,
  place: ObjectPlace,
  salt: Uint8Array,
  plain: Uint8Array,
): Uint8Array<ArrayBuffer> {
  // An index is digests, which nothing compresses.
  const isWorthIt = plain.length >= compressFromBytes && place.type !== "index";
  const packed = isWorthIt ? compress(plain, efforts.quick) : undefined;
  const form = (secret.master ? features.encrypted : 0) | (packed ? features.compressed : 0);
  const flags = form | (place.needs ?? 0);
  const body = objectSeal(secret, place.type, salt, place.name).seal(0, packed ?? plain);
  return encodeEnvelope({ type: place.type, features: flags, salt }, body);
}

/** What an object of the type has at most: its body, or a frame that is little longer, and its envelope. */
export function objectBytesMax(type: ObjectType): number {
  return bodyBytesMax[type] + (1 << 16);
}

/** Whether a body is one that readers take. */
export function isBodyOfSize({ type }: ObjectPlace, body: Uint8Array): boolean {
  return body.length <= bodyBytesMax[type];
}

/** `plainBytesMax`: where something larger than other objects of the type is expected. */
export function decodeSealedObject(
  secret: RepositorySecret,
  place: ObjectPlace,
  object: Uint8Array,
  plainBytesMax = bodyBytesMax[place.type],
): Uint8Array {
  const { header, body } = decodeEnvelope(place.type, object);
  if (((header.features & features.encrypted) !== 0) !== (secret.master !== undefined))
    throw new Malformed("it is not encrypted as its repository is");
  const plain = objectSeal(secret, place.type, header.salt, place.name).open(0, body);
  if ((header.features & features.compressed) === 0) return plain;
  const most = place.type === "index" ? plain.length * indexRatioMax : Infinity;
  return decompress(plain, Math.min(plainBytesMax, most));
}
