import { assert } from "../../core/base/assert.ts";
import type { ChunkIndex } from "./chunk-index.ts";
import { type BlobType, blobTypes } from "../format/pack-table.ts";

const shared = 0xffff;
const numberMax = 0xfffe;

/**
 * Which sources need a blob, and since which month, by its entry in the index: six bytes a blob, however many
 * snapshots there are. Snapshots are walked source by source, and those of a source from the oldest on.
 */
export class UsageMarks {
  readonly #chunks: ChunkIndex;
  /** The source that needed it last; 0 for none. */
  readonly #lastSource: Uint16Array;
  /** The one source that needs it, 0 for none, or `shared`. */
  readonly #owner: Uint16Array;
  readonly #month: Uint16Array;

  constructor(chunks: ChunkIndex) {
    this.#chunks = chunks;
    this.#lastSource = new Uint16Array(chunks.count);
    this.#owner = new Uint16Array(chunks.count);
    this.#month = new Uint16Array(chunks.count).fill(numberMax);
  }

  /**
   * Notes that a source, numbered from 1, needs a blob. False when it did at an older snapshot: what is below
   * is noted too then.
   */
  mark(entry: number, source: number, month: number): boolean {
    assert(source < numberMax && month < numberMax, "sources and months are counted in 16 bits");
    if (this.#lastSource[entry] === source) return false;
    this.#lastSource[entry] = source;
    this.#owner[entry] = this.#owner[entry] === 0 ? source : shared;
    this.#month[entry] = Math.min(this.#month[entry]!, month);
    return true;
  }

  isReferenced(entry: number): boolean {
    return this.#owner[entry] !== 0;
  }

  isShared(entry: number): boolean {
    return this.#owner[entry] === shared;
  }

  /** Plain bytes of chunks that one source alone needs, by its number. */
  uniqueBytes(): ReadonlyMap<number, number> {
    return this.#sumContent((entry) => (this.isShared(entry) ? 0 : this.#owner[entry]!));
  }

  /** Plain bytes of chunks by the month that needed them first. */
  bytesByMonth(): ReadonlyMap<number, number> {
    return this.#sumContent((entry) => this.#month[entry]!);
  }

  #sumContent(keyOf: (entry: number) => number): ReadonlyMap<number, number> {
    const sums = new Map<number, number>();
    for (let entry = 0; entry < this.#owner.length; entry++) {
      if (!this.isReferenced(entry) || !isContent(this.#chunks.typeOf(entry))) continue;
      const key = keyOf(entry);
      sums.set(key, (sums.get(key) ?? 0) + this.#chunks.lengthOf(entry));
    }
    return sums;
  }
}

/** Bytes of files, and not what the store made itself to find them. */
export function isContent(type: BlobType): boolean {
  return type === blobTypes.data || type === blobTypes.pages;
}
