import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { Malformed } from "./malformed.ts";

/** Parameters of zstd: how hard it looks for what it can save. */
export type Effort = Readonly<Record<number, number>>;

const { ZSTD_c_compressionLevel: level, ZSTD_c_minMatch: minMatch, ZSTD_c_hashLog: hashLog } = constants;

export const efforts = {
  /** Little time. */
  quick: { [level]: 1 },
  /**
   * Files of many kinds: shorter matches and a larger table save 1.7 % more, and cost a seventh of the speed.
   */
  thorough: { [level]: 1, [minMatch]: 5, [hashLog]: 15 },
} as const satisfies Record<string, Effort>;

/** One zstd frame, or `undefined` when it would save less than one part in 32. */
export function compress(plain: Uint8Array, effort: Effort): Uint8Array | undefined {
  // With the size told and room for it all, zstd takes a tenth less time.
  const packed = zstdCompressSync(plain, {
    params: effort,
    pledgedSrcSize: plain.length,
    chunkSize: Math.max(roomBytesMin, plain.length + (plain.length >> 7) + 512),
  });
  return packed.length <= plain.length - (plain.length >> 5) - 1 ? packed : undefined;
}

/** Up to this, the room for a whole frame is made at once: growing it piece by piece costs a quarter more. */
const roomBytesMax = 1024 * 1024;
/** What zlib takes at least. */
const roomBytesMin = 64;

/** The inverse. `plainBytesMax` bounds what a damaged or hostile frame may unfold to. */
export function decompress(frame: Uint8Array, plainBytesMax: number): Uint8Array {
  // One byte to spare: a buffer that is full makes zlib ask for another, in vain.
  const chunkSize = Math.max(roomBytesMin, Math.min(plainBytesMax + 1, roomBytesMax));
  try {
    return zstdDecompressSync(frame, { maxOutputLength: plainBytesMax, chunkSize });
  } catch (thrown) {
    throw new Malformed("its zstd frame can't be unfolded", { cause: thrown });
  }
}
