import { compress, decompress, efforts } from "./compression.ts";
import { decodeEnvelope, encodeEnvelope, features, type ObjectType } from "./envelope.ts";
import { Malformed } from "./malformed.ts";
import { objectSeal, type RepositorySecret } from "./seal.ts";

/** Below this a frame costs more than it saves. */
const compressFromBytes = 512;
/** An object is kept in memory whole; nothing of ours comes near. */
const plainBytesMax = 1 << 30;

/** Where an object belongs: its bytes can't be read under another name or as another type. */
export interface ObjectPlace {
  readonly type: ObjectType;
  readonly name: string;
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
  const flags = (secret.master ? features.encrypted : 0) | (packed ? features.compressed : 0);
  const body = objectSeal(secret, place.type, salt, place.name).seal(0, packed ?? plain);
  return encodeEnvelope({ type: place.type, features: flags, salt }, body);
}

export function decodeSealedObject(
  secret: RepositorySecret,
  place: ObjectPlace,
  object: Uint8Array,
): Uint8Array {
  const { header, body } = decodeEnvelope(place.type, object);
  if (((header.features & features.encrypted) !== 0) !== (secret.master !== undefined))
    throw new Malformed("it is not encrypted as its repository is");
  const plain = objectSeal(secret, place.type, header.salt, place.name).open(0, body);
  return (header.features & features.compressed) === 0 ? plain : decompress(plain, plainBytesMax);
}
