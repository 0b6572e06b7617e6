import type { FileStamp } from "../../core/model/offer.ts";
import type { BlobReader } from "../index/blob-reader.ts";
import type { SegmentRow } from "../format/tree-root.ts";
import type { StoredEntry } from "../format/tree-segment.ts";
import { unlessAbsent } from "../objects/object-store.ts";
import type { KnownStamps } from "./stamp-cache.ts";
import { readTreeRoot, readTreeSegment } from "./tree-reader.ts";

/** Decoded segments kept: drivers offer folder by folder, so neighbours come close to each other. */
const segmentsKept = 64;

/** A segment in hand: its entries in the order of their paths. */
type OpenSegment = readonly StoredEntry[];

/** An entry of the tree of the snapshot before. */
export interface PreviousEntry {
  /** Counted through the whole tree. */
  readonly number: number;
  readonly entry: StoredEntry;
}

/** Finds entries in the tree of the snapshot before. What can't be read of it is as if it were new. */
export class PreviousTree {
  readonly #blobs: BlobReader;
  readonly segments: readonly SegmentRow[];
  /** Number of the first entry of each segment. */
  readonly #firstEntries: readonly number[];
  readonly #stamps: KnownStamps | undefined;
  /** Segments in hand; those that are being read as promises, so that what is asked at once is read once. */
  readonly #open = new Map<number, OpenSegment | Promise<OpenSegment>>();
  /** Where the last entry was found: most are asked for in the order of their paths. */
  #cursor: { readonly number: number; readonly segment: OpenSegment; at: number } | undefined;

  constructor(blobs: BlobReader, segments: readonly SegmentRow[], stamps: KnownStamps | undefined) {
    this.#blobs = blobs;
    this.segments = segments;
    this.#stamps = stamps;
    let entries = 0;
    this.#firstEntries = segments.map((segment) => (entries += segment.entries) - segment.entries);
  }

  static async read(
    blobs: BlobReader,
    tree: Uint8Array,
    stamps: KnownStamps | undefined,
  ): Promise<PreviousTree> {
    return new PreviousTree(blobs, (await unlessAbsent(readTreeRoot(blobs, tree))) ?? [], stamps);
  }

  /** The entry of this path. At once where its segment is in hand: of a million entries nearly all are. */
  find(path: string): Promise<PreviousEntry | undefined> | PreviousEntry | undefined {
    const next = this.#cursor;
    if (next && next.segment[next.at]?.path === path)
      return this.#found(next.number, next.segment, next.at++);
    const number = this.#segmentOf(path);
    if (number === -1) return undefined;
    const segment = this.#open.get(number) ?? this.#openSegment(number);
    return segment instanceof Promise
      ? segment.then((it) => this.#search(number, it, path))
      : this.#search(number, segment, path);
  }

  /**
   * False when a file's stamp says that it is another one, or was written, though size and time are the same.
   */
  agrees(number: number, stamp: FileStamp): boolean {
    return this.#stamps?.agrees(number, stamp) ?? true;
  }

  #search(number: number, segment: OpenSegment, path: string): PreviousEntry | undefined {
    const at = lastAtOrBefore(segment.length, (it) => segment[it]!.path <= path);
    if (segment[at]?.path !== path) return undefined;
    this.#cursor = { number, segment, at: at + 1 };
    return this.#found(number, segment, at);
  }

  #found(number: number, segment: OpenSegment, at: number): PreviousEntry {
    return { number: this.#firstEntries[number]! + at, entry: segment[at]! };
  }

  /** The last segment that begins at or before the path. */
  #segmentOf(path: string): number {
    return lastAtOrBefore(this.segments.length, (at) => this.segments[at]!.firstPath <= path);
  }

  #openSegment(number: number): Promise<OpenSegment> {
    const segment = this.#readSegment(number);
    if (this.#open.size >= segmentsKept) this.#open.delete(this.#open.keys().next().value!);
    this.#open.set(number, segment);
    return segment;
  }

  async #readSegment(number: number): Promise<OpenSegment> {
    const segment = (await unlessAbsent(readTreeSegment(this.#blobs, this.segments[number]!))) ?? [];
    if (this.#open.has(number)) this.#open.set(number, segment);
    return segment;
  }
}

/** The last place of a rising list that is at or before what is sought; -1 for none. */
function lastAtOrBefore(length: number, isAtOrBefore: (at: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isAtOrBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
