import { closeSync, fstatSync, openSync, readSync, type Stats } from "node:fs";
import type { FileToRead, ReadFailure } from "./messages.ts";

/** Files up to this are read at once; larger ones in parts. */
export const readAtOnceBytesMax = 4 * 1024 * 1024;

export type WholeFile =
  | { readonly bytes: Uint8Array; readonly changed: string | undefined }
  | { readonly failure: ReadFailure }
  | { readonly grown: true };

/**
 * Reads a file as a whole. When its size or time is not what was offered, it is read once more, and must then
 * hold still: what is kept is one state of the file, or is said not to be.
 */
export function readWholeFile(file: FileToRead, arena: ReadArena): WholeFile {
  if (typeof file.source !== "string") return { bytes: file.source, changed: undefined };
  try {
    const handle = openSync(file.source, "r");
    try {
      return readOpenFile(handle, file, arena);
    } finally {
      closeSync(handle);
    }
  } catch (thrown) {
    return { failure: readFailureOf(thrown) };
  }
}

function readOpenFile(handle: number, file: FileToRead, arena: ReadArena): WholeFile {
  const bytes = arena.readFirst(handle, file.size);
  const after = fstatSync(handle);
  if (bytes.length === after.size && isAsOffered(after, file)) return { bytes, changed: undefined };
  if (after.size > readAtOnceBytesMax) return { grown: true };

  const again = arena.read(handle, after.size);
  if (again === undefined) return { grown: true };
  const last = fstatSync(handle);
  return { bytes: again, changed: file.growing ? undefined : changeBetween(after, last, again.length) };
}

function isAsOffered(found: Stats, file: FileToRead): boolean {
  return found.size === file.size && Math.abs(found.mtimeMs - file.modifiedAt) <= 1;
}

/** Says how a file changed while its bytes were read, or nothing when it held still. */
export function changeBetween(before: Stats, after: Stats, bytesRead: number): string | undefined {
  if (bytesRead !== after.size || before.size !== after.size)
    return `its size went from ${before.size} to ${after.size} while ${bytesRead} bytes were read`;
  return before.mtimeMs === after.mtimeMs ? undefined : "it was written to while it was read";
}

/** Errors of the file system in words; an error of another sort is a fault of ours and passes. */
export function readFailureOf(error: unknown): ReadFailure {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined || !/^E[A-Z0-9]+$/.test(code)) throw error;
  if (code === "ENOENT" || code === "ENOTDIR")
    return { what: "vanished", detail: "it was gone when it was to be read" };
  return { what: "unreadable", detail: wordsFor[code] ?? message };
}

const wordsFor: Readonly<Record<string, string>> = {
  EACCES: "access is denied",
  EPERM: "access is denied",
  EBUSY: "another program holds it locked",
  EISDIR: "it is a folder",
  EIO: "the disk reports a read error",
};

/** One buffer for the files of a batch, so that thousands of small files cost one allocation. */
export class ReadArena {
  #bytes: Uint8Array;
  #used = 0;

  constructor(expectedBytes: number) {
    this.#bytes = Buffer.allocUnsafeSlow(expectedBytes);
  }

  /**
   * Reads so many bytes from the start of a file, or fewer if it ends before. Whether it goes on is not
   * looked at.
   */
  readFirst(handle: number, count: number): Uint8Array {
    return this.#fill(handle, this.#take(count));
  }

  /** Reads from the start to the end of a file; `undefined` when it has more bytes than expected. */
  read(handle: number, expected: number): Uint8Array | undefined {
    // One byte more than expected tells a file that grew.
    const bytes = this.#fill(handle, this.#take(expected + 1));
    return bytes.length > expected ? undefined : bytes;
  }

  #fill(handle: number, room: Uint8Array): Uint8Array {
    let length = 0;
    while (length < room.length) {
      const count = readSync(handle, room, length, room.length - length, length);
      if (count === 0) break;
      length += count;
    }
    this.#used += length;
    return room.subarray(0, length);
  }

  #take(count: number): Uint8Array {
    if (this.#used + count > this.#bytes.length) {
      this.#bytes = Buffer.allocUnsafeSlow(Math.max(count, 64 * 1024));
      this.#used = 0;
    }
    return this.#bytes.subarray(this.#used, this.#used + count);
  }
}
