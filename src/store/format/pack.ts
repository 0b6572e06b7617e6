import {
  decodeEnvelope,
  decodeHeader,
  digestBytes,
  features,
  headerBytes,
  trailerBytes,
} from "./encoding/envelope.ts";
import { compress, decompress, type Effort } from "./encoding/compression.ts";
import { Malformed, TooNew } from "./encoding/malformed.ts";
import type { GroupRow } from "./pack-table.ts";
import { type ObjectSeal, objectSeal, type RepositorySecret, sealBytes } from "./encoding/seal.ts";

/**
 * A pack: envelope header, sealed groups, sealed table, length of the sealed table (4), envelope trailer.
 * The table comes last so that a pack is written in one pass; it alone is enough to rebuild the index.
 */
export const tablePosition = 0xffffffff;
export const tableLengthBytes = 4;
export const packTailBytes = tableLengthBytes + trailerBytes;

/** The seal for the groups and the table of the pack that has this salt. */
export function packSeal(secret: RepositorySecret, salt: Uint8Array): ObjectSeal {
  return objectSeal(secret, "pack", salt);
}

export function packFeatures(secret: RepositorySecret): number {
  return secret.master ? features.encrypted : 0;
}

/**
 * One group in so many is opened again before it leaves memory. Each of them would cost a fifth of a
 * capture's time.
 */
const openedAgainOneIn = 16;

/**
 * One group: a zstd frame or the bytes as they are, sealed with the group's number as position. Now and then
 * one is opened again at once: a machine whose memory or processor errs would else be found out by a restore.
 */
export function encodeGroup(
  seal: ObjectSeal,
  number: number,
  plain: Uint8Array,
  effort: Effort,
): { readonly sealed: Uint8Array; readonly compressed: boolean } {
  const frame = compress(plain, effort);
  const sealed = seal.seal(number, frame ?? plain);
  const compressed = frame !== undefined;
  const row = { compressed, sealedBytes: sealed.length, plainBytes: plain.length };
  const isOpenedAgain = number % openedAgainOneIn === 0;
  if (isOpenedAgain && Buffer.compare(decodeGroup(seal, number, sealed, row), plain) !== 0)
    throw new Error("What was just sealed does not open to the same bytes: this machine errs.");
  return { sealed, compressed };
}

/** Whether a pack's bytes are whole, and those of its name; those that only a later version reads are not. */
export function isWholePack(bytes: Uint8Array, digest: Uint8Array): boolean {
  try {
    decodeEnvelope("pack", bytes);
  } catch (thrown) {
    if (!(thrown instanceof Malformed || thrown instanceof TooNew)) throw thrown;
    return false;
  }
  return Buffer.compare(bytes.subarray(bytes.length - digestBytes), digest) === 0;
}

export function decodeGroup(seal: ObjectSeal, number: number, sealed: Uint8Array, row: GroupRow): Uint8Array {
  if (sealed.length !== row.sealedBytes) throw new Malformed("a group is cut off");
  const opened = seal.open(number, sealed);
  const plain = row.compressed ? decompress(opened, row.plainBytes) : opened;
  if (plain.length !== row.plainBytes) throw new Malformed("a group has another size than its table says");
  return plain;
}

/** Where the sealed table lies, told by the last bytes of a pack of this size. */
export function locateTable(
  packBytes: number,
  tail: Uint8Array,
): { readonly offset: number; readonly length: number; readonly digest: Uint8Array } {
  if (tail.length !== packTailBytes) throw new Malformed("it is too short");
  const view = new DataView(tail.buffer, tail.byteOffset, tail.length);
  if (view.getBigUint64(tableLengthBytes, true) !== BigInt(packBytes))
    throw new Malformed("its length is not the one written in it");
  const length = view.getUint32(0, true);
  const offset = packBytes - packTailBytes - length;
  if (length < sealBytes || offset < headerBytes) throw new Malformed("its table has no room");
  return { offset, length, digest: tail.subarray(-digestBytes) };
}

/** Reads the salt out of a pack's first `headerBytes` bytes. */
export function decodePackHeader(secret: RepositorySecret, head: Uint8Array): { readonly salt: Uint8Array } {
  const header = decodeHeader("pack", head);
  if (header.features !== packFeatures(secret))
    throw new Malformed("it is not encrypted as its repository is");
  return { salt: header.salt };
}

/** The first group follows the header at once. */
export const firstGroupAt = headerBytes;
