import { closeSync, openSync, readSync, statSync, utimesSync, writeSync } from "node:fs";

/**
 * Flips bits of one byte of a file; again, and they are as before. The date stays: a disk that rots does not
 * tell.
 */
export function flipBits(path: string, at: number, bits: number): void {
  const { atime, mtime } = statSync(path);
  const file = openSync(path, "r+");
  try {
    const byte = Buffer.alloc(1);
    readSync(file, byte, 0, 1, at);
    byte[0]! ^= bits;
    writeSync(file, byte, 0, 1, at);
  } finally {
    closeSync(file);
  }
  utimesSync(path, atime, mtime);
}
