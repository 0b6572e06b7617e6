import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { pageBytes } from "../format/encoding/pages.ts";
import type { Chunker } from "./gear-chunker.ts";
import { type FileToRead, itemMarks, type Segment, type StreamPart } from "./messages.ts";
import { chooseCutter, type Cutter } from "./page-cutter.ts";
import { changeBetween, readFailureOf } from "./read-file.ts";

/** How much of a large file travels between threads at a time. */
const partBytes = 4 * 1024 * 1024;

/** Reads a large file part by part, cutting it into chunks and hashing it as a whole on the way. */
export class FileStream {
  readonly #handle: number;
  readonly #file: FileToRead;
  readonly #chunker: Chunker;
  readonly #before: Stats;
  readonly #digest = createHash("sha256");
  #cutter: Cutter | undefined;
  #position = 0;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(file: FileToRead, chunker: Chunker) {
    this.#handle = openSync(file.source as string, "r");
    this.#file = file;
    this.#chunker = chunker;
    this.#before = fstatSync(this.#handle);
  }

  /** The next whole chunks. After a part with an `end` or a `failure` there is no more. */
  next(): StreamPart {
    const bytes = new Uint8Array(Buffer.allocUnsafeSlow(this.#rest.length + partBytes).buffer);
    bytes.set(this.#rest);
    let length: number;
    try {
      length = this.#fill(bytes, this.#rest.length);
    } catch (thrown) {
      return { segment: emptySegment(), failure: readFailureOf(thrown) };
    }
    const atEnd = length < bytes.length;
    const segment = this.#cut(bytes, length, atEnd);
    this.#rest = bytes.slice(segment.bytes.length, length);
    return atEnd ? { segment, end: this.#end() } : { segment };
  }

  close(): void {
    closeSync(this.#handle);
  }

  #fill(bytes: Uint8Array, from: number): number {
    let length = from;
    while (length < bytes.length) {
      const count = readSync(this.#handle, bytes, length, bytes.length - length, this.#position);
      if (count === 0) break;
      this.#digest.update(bytes.subarray(length, length + count));
      length += count;
      this.#position += count;
    }
    return length;
  }

  #cut(bytes: Uint8Array<ArrayBuffer>, length: number, atEnd: boolean): Segment {
    this.#cutter ??= chooseCutter(bytes.subarray(0, length), this.#chunker);
    const cuts: number[] = [];
    const marks: number[] = [];
    // What might go on in the next part is left for it, so that parts leave no mark on the cuts.
    const limit = atEnd ? length - 1 : length - this.#cutter.reachBytes;
    let start = 0;
    while (start <= limit) {
      const { end, isPages } = this.#cutter.cut(bytes, start, length);
      const step = isPages ? pageBytes : end - start;
      for (let at = start + step; at <= end; at += step) {
        cuts.push(at);
        if (isPages) marks.push(at === start + step ? itemMarks.firstPage : itemMarks.nextPage);
        else marks.push(itemMarks.chunk);
      }
      start = end;
    }
    return {
      bytes: bytes.subarray(0, start),
      cuts: Uint32Array.from(cuts),
      marks: Uint8Array.from(marks),
    };
  }

  #end(): NonNullable<StreamPart["end"]> {
    const changed = this.#file.growing
      ? undefined
      : changeBetween(this.#before, fstatSync(this.#handle), this.#position);
    return { sha256: new Uint8Array(this.#digest.digest()), size: this.#position, changed };
  }
}

function emptySegment(): StreamPart["segment"] {
  return { bytes: new Uint8Array(0), cuts: new Uint32Array(0), marks: new Uint8Array(0) };
}
