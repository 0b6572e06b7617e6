import type { ChunkerSizes } from "../format/repository-config.ts";
import { deriveKey, type RepositorySecret } from "../format/encoding/seal.ts";

/** Cuts bytes where the content says so, so that an insertion moves cuts near it only. */
export interface Chunker {
  /** Nothing at or below this is cut. */
  readonly minBytes: number;
  readonly maxBytes: number;
  /** The end of the chunk that begins at `start`; `end` when the bytes have no cut before it. */
  cut(bytes: Uint8Array, start: number, end: number): number;
}

const noSalt = new Uint8Array(32);
/** How many bits harder a cut is before the average size, and easier after it (FastCDC's normalisation). */
const normalisation = 2;

/** Words are taken apart from their low end. */
const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** A gear hash of 32 bits depends on the last 32 bytes and no others. */
const windowBytes = 32;

/**
 * FastCDC (Xia et al., USENIX ATC 2016) over a gear table that is derived from the repository's key: who sees
 * only sizes can't tell a known file by its cuts.
 */
export function gearChunker(secret: RepositorySecret, sizes: ChunkerSizes): Chunker {
  const gear = gearTable(secret);
  const bits = Math.log2(sizes.averageBytes);
  const hardMask = zerosMask(bits + normalisation);
  const easyMask = zerosMask(bits - normalisation);
  return {
    ...sizes,
    cut(bytes, start, end) {
      const last = Math.min(end, start + sizes.maxBytes);
      const first = start + sizes.minBytes;
      if (first >= last) return last;
      const middle = Math.min(last, start + sizes.averageBytes);
      const hard = scan(bytes, gear, { from: first, to: middle, mask: hardMask });
      if (hard !== -1) return hard;
      const easy = scan(bytes, gear, { from: middle, to: last, mask: easyMask });
      return easy === -1 ? last : easy;
    },
  };
}

/** The bits that are zero in a hash that begins with so many zeros. */
function zerosMask(zeros: number): number {
  return -1 << (32 - zeros);
}

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly mask: number;
}

/** The first place after `from`, up to `to`, whose hash begins with zeros; -1 for none. */
function scan(bytes: Uint8Array, gear: Int32Array, { from, to, mask }: Stretch): number {
  if (!isLittleEndian) return scanBytes(bytes, gear, { from, to, mask });
  const { byteOffset } = bytes;
  const aligned = Math.min(to, from + (-(byteOffset + from) & 3));
  const before = scanBytes(bytes, gear, { from, to: aligned, mask });
  if (before !== -1) return before;
  const count = (to - aligned) >> 2;
  const words = new Uint32Array(bytes.buffer, count > 0 ? byteOffset + aligned : 0, count);
  const within = scanWords(words, gear, { mask, hash: hashAt(bytes, gear, aligned) });
  if (within !== -1) return aligned + within;
  return scanBytes(bytes, gear, { from: aligned + count * 4, to, mask });
}

/** The hash of a place: of the bytes before it. `| 0` keeps it out of floating point. */
function hashAt(bytes: Uint8Array, gear: Int32Array, place: number): number {
  let hash = 0;
  for (let at = place - windowBytes; at < place; at++) hash = ((hash << 1) + gear[bytes[at]!]!) | 0;
  return hash;
}

function scanBytes(bytes: Uint8Array, gear: Int32Array, { from, to, mask }: Stretch): number {
  if (from >= to) return -1;
  let hash = hashAt(bytes, gear, from);
  for (let at = from; at < to; at++) {
    hash = ((hash << 1) + gear[bytes[at]!]!) | 0;
    if ((hash & mask) === 0) return at + 1;
  }
  return -1;
}

/** The hot loop of every first capture: four bytes in one load take half the time of four loads. */
function scanWords(words: Uint32Array, gear: Int32Array, begin: { mask: number; hash: number }): number {
  const { mask } = begin;
  let { hash } = begin;
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    const first = ((hash << 1) + gear[word & 255]!) | 0;
    const second = ((first << 1) + gear[(word >>> 8) & 255]!) | 0;
    const third = ((second << 1) + gear[(word >>> 16) & 255]!) | 0;
    hash = ((third << 1) + gear[word >>> 24]!) | 0;
    if ((first & mask) === 0) return at * 4 + 1;
    if ((second & mask) === 0) return at * 4 + 2;
    if ((third & mask) === 0) return at * 4 + 3;
    if ((hash & mask) === 0) return at * 4 + 4;
  }
  return -1;
}

function gearTable(secret: RepositorySecret): Int32Array {
  const { repository, master } = secret;
  const bytes = deriveKey({ repository, master: master ?? repository }, noSalt, "gear table", 1024);
  const view = new DataView(bytes.buffer);
  return Int32Array.from({ length: 256 }, (_, at) => view.getInt32(at * 4, true));
}
