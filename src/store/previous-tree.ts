import type { FileOffer } from "../core/model/offer.ts";
import type { BlobReader } from "./blob-reader.ts";
import type { SegmentRow } from "./format/tree-root.ts";
import type { StoredEntry } from "./format/tree-segment.ts";
import { unlessAbsent } from "./object-store.ts";
import type { KnownStamps } from "./stamp-cache.ts";
import { readTreeRoot, readTreeSegment } from "./tree-reader.ts";

/** Decoded segments kept: drivers offer folder by folder, so neighbours come close to each other. */
const segmentsKept = 64;

interface OpenSegment {
  readonly entries: ReadonlyMap<string, number>;
  readonly rows: readonly StoredEntry[];
}

interface FoundRow {
  readonly entry: number;
  readonly row: StoredEntry;
}

/** Finds files in the tree of the snapshot before. What can't be read of it is as if it were new. */
export class PreviousTree {
  readonly #blobs: BlobReader;
  readonly #segments: readonly SegmentRow[];
  /** Number of the first entry of each segment, for the stamps. */
  readonly #firstEntries: readonly number[];
  readonly #stamps: KnownStamps | undefined;
  /** Segments in hand; those that are being read as promises, so that what is asked at once is read once. */
  readonly #open = new Map<number, OpenSegment | Promise<OpenSegment>>();

  constructor(blobs: BlobReader, segments: readonly SegmentRow[], stamps: KnownStamps | undefined) {
    this.#blobs = blobs;
    this.#segments = segments;
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

  /** The digest that the file had, when its size, time and stamp are the ones it had then. */
  findUnchanged(offer: FileOffer): Promise<Uint8Array | undefined> | Uint8Array | undefined {
    const found = this.#find(offer.path);
    return found instanceof Promise
      ? found.then((it) => this.#ifUnchanged(offer, it))
      : this.#ifUnchanged(offer, found);
  }

  #ifUnchanged(offer: FileOffer, found: FoundRow | undefined): Uint8Array | undefined {
    if (found === undefined) return undefined;
    const { file, modifiedAt } = found.row;
    if (file?.size !== offer.size || modifiedAt !== offer.modifiedAt) return undefined;
    if (offer.stamp && this.#stamps && !this.#stamps.agrees(found.entry, offer.stamp)) return undefined;
    return file.sha256;
  }

  /** The digest that the file of this path had, whatever it is now. */
  async findLast(path: string): Promise<Uint8Array | undefined> {
    return (await this.#find(path))?.row.file?.sha256;
  }

  /** At once where the segment is in hand: of a million files nearly all are found so. */
  #find(path: string): Promise<FoundRow | undefined> | FoundRow | undefined {
    const number = this.#segmentOf(path);
    if (number === -1) return undefined;
    const segment = this.#open.get(number) ?? this.#openSegment(number);
    return segment instanceof Promise
      ? segment.then((it) => this.#rowIn(it, number, path))
      : this.#rowIn(segment, number, path);
  }

  #rowIn(segment: OpenSegment, number: number, path: string): FoundRow | undefined {
    const at = segment.entries.get(path);
    return at === undefined ? undefined : { entry: this.#firstEntries[number]! + at, row: segment.rows[at]! };
  }

  /** The last segment that begins at or before the path. */
  #segmentOf(path: string): number {
    let [low, high] = [0, this.#segments.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#segments[middle]!.firstPath <= path) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #openSegment(number: number): Promise<OpenSegment> {
    const segment = this.#readSegment(number);
    if (this.#open.size >= segmentsKept) this.#open.delete(this.#open.keys().next().value!);
    this.#open.set(number, segment);
    return segment;
  }

  async #readSegment(number: number): Promise<OpenSegment> {
    const rows = (await unlessAbsent(readTreeSegment(this.#blobs, this.#segments[number]!))) ?? [];
    const segment = { rows, entries: new Map(rows.map((row, at) => [row.path, at])) };
    if (this.#open.has(number)) this.#open.set(number, segment);
    return segment;
  }
}
