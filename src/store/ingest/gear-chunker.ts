import type { ChunkerSizes } from "../format/repository-config.ts";
import { deriveKey, type RepositorySecret } from "../format/seal.ts";

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

/** A gear hash of 32 bits depends on the last 32 bytes and no others. */
const windowBytes = 32;

/**
 * FastCDC (Xia et al., USENIX ATC 2016) over a gear table that is derived from the repository's key: who sees
 * only sizes can't tell a known file by its cuts.
 */
export function gearChunker(secret: RepositorySecret, sizes: ChunkerSizes): Chunker {
  const gear = gearTable(secret);
  const bits = Math.log2(sizes.averageBytes);
  const hardShift = 32 - (bits + normalisation);
  const easyShift = 32 - (bits - normalisation);
  return {
    ...sizes,
    cut(bytes, start, end) {
      const last = Math.min(end, start + sizes.maxBytes);
      const first = start + sizes.minBytes;
      if (first >= last) return last;
      const middle = Math.min(last, start + sizes.averageBytes);
      const hard = scan(bytes, gear, { from: first, to: middle, shift: hardShift });
      if (hard !== -1) return hard;
      const easy = scan(bytes, gear, { from: middle, to: last, shift: easyShift });
      return easy === -1 ? last : easy;
    },
  };
}

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly shift: number;
}

/**
 * The first place after `from`, up to `to`, where the hash of the bytes before it begins with zeros; -1 for none.
 * The hot loop of every first capture: four bytes a turn, and `| 0` keeps the hash out of floating point.
 */
function scan(bytes: Uint8Array, gear: Int32Array, { from, to, shift }: Stretch): number {
  let hash = 0;
  for (let at = from - windowBytes; at < from; at++) hash = ((hash << 1) + gear[bytes[at]!]!) | 0;
  let at = from;
  for (const unrolled = to - 3; at < unrolled; at += 4) {
    hash = ((hash << 1) + gear[bytes[at]!]!) | 0;
    if (hash >>> shift === 0) return at + 1;
    hash = ((hash << 1) + gear[bytes[at + 1]!]!) | 0;
    if (hash >>> shift === 0) return at + 2;
    hash = ((hash << 1) + gear[bytes[at + 2]!]!) | 0;
    if (hash >>> shift === 0) return at + 3;
    hash = ((hash << 1) + gear[bytes[at + 3]!]!) | 0;
    if (hash >>> shift === 0) return at + 4;
  }
  for (; at < to; at++) {
    hash = ((hash << 1) + gear[bytes[at]!]!) | 0;
    if (hash >>> shift === 0) return at + 1;
  }
  return -1;
}

function gearTable(secret: RepositorySecret): Int32Array {
  const { repository, master } = secret;
  const bytes = deriveKey({ repository, master: master ?? repository }, noSalt, "gear table", 1024);
  const view = new DataView(bytes.buffer);
  return Int32Array.from({ length: 256 }, (_, at) => view.getInt32(at * 4, true));
}
