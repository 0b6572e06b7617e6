import { digestBytes, digestOf } from "../format/encoding/envelope.ts";
import type { SegmentRow } from "../format/tree-root.ts";
import { type StoredEntry, TreeSegmentWriter } from "../format/tree-segment.ts";

/** From here on a segment ends at a path whose hash says so, and at the latest at the second. */
const segmentBytesMin = 64 * 1024;
const segmentBytesMax = 256 * 1024;
/** One path in so many may end a segment. */
const cutOneIn = 512;

const noAttributes = -1;
const folderSize = -1;
const isNew = -1;

/** A piece of a tree, ready to be stored, or as it is stored already. */
export interface TreeSegment {
  readonly row: SegmentRow;
  /** Absent for one that the tree before has too. */
  readonly bytes: Uint8Array<ArrayBuffer> | undefined;
}

/** Collects the entries of a tree in any order, in columns: about 60 bytes an entry and its path. */
export class TreeBuilder {
  readonly #paths: string[] = [];
  #sizes = new Float64Array(1024);
  #times = new Float64Array(1024);
  #attributes = new Float64Array(1024);
  #digests = new Uint8Array(1024 * digestBytes);
  /** The number of the same entry in the tree before, or `isNew`. */
  #origins = new Int32Array(1024);
  #isRising = true;
  files = 0;
  bytes = 0;

  get count(): number {
    return this.#paths.length;
  }

  /** Adds an entry and gives its number. `origin`: where the tree before has the very same entry. */
  add(entry: StoredEntry, origin = isNew): number {
    const number = this.#paths.length;
    if (number === this.#sizes.length) this.#grow();
    if (number > 0 && this.#paths[number - 1]! >= entry.path) this.#isRising = false;
    this.#paths.push(entry.path);
    this.#origins[number] = origin;
    this.#times[number] = entry.modifiedAt;
    this.#attributes[number] = entry.attributes ?? noAttributes;
    this.#sizes[number] = entry.file?.size ?? folderSize;
    if (entry.file) {
      this.#digests.set(entry.file.sha256, number * digestBytes);
      this.files++;
      this.bytes += entry.file.size;
    }
    return number;
  }

  /**
   * The entries' numbers in order of their paths. A path that came twice is a fault of whoever offered it.
   */
  order(): Uint32Array {
    const paths = this.#paths;
    const order = Uint32Array.from(paths.keys());
    // A walk offers in order, and sorting a million paths takes seconds.
    if (this.#isRising) return order;
    order.sort((left, right) => (paths[left]! < paths[right]! ? -1 : paths[left]! > paths[right]! ? 1 : 0));
    for (let at = 1; at < order.length; at++)
      if (paths[order[at]!] === paths[order[at - 1]!])
        throw new Error(`The path ${paths[order[at]!]} was offered twice.`);
    return order;
  }

  /**
   * The tree as segments. Cuts depend on paths near them only: a change elsewhere leaves a segment as it was.
   * Those that the tree before has too are not made again.
   */
  *segments(order: Uint32Array, before: readonly SegmentRow[] = []): Iterable<TreeSegment> {
    const writer = new TreeSegmentWriter();
    const known = new KnownSegments(before);
    let first = 0;
    for (let at = 0; at < order.length; at++) {
      const same = at === first ? known.beginningAt(this.#origins[order[at]!]!) : undefined;
      if (same && this.#isUnchanged(order, at, same)) {
        yield { row: same.row, bytes: undefined };
        at += same.row.entries - 1;
        first = at + 1;
        continue;
      }
      const path = writer.add(this.#entry(order[at]!));
      if (at < order.length - 1 && !isCut(writer.length, path)) continue;
      const bytes = writer.take();
      const firstPath = this.#paths[order[first]!]!;
      yield { bytes, row: { id: digestOf(bytes), entries: at + 1 - first, firstPath } };
      first = at + 1;
    }
  }

  /** Whether the entries from here on are those of the segment, all of them and no others. */
  #isUnchanged(order: Uint32Array, from: number, { row, first, isLast }: KnownSegment): boolean {
    const end = from + row.entries;
    // The last one ends where its tree did, and not where its paths say.
    if (end > order.length || (isLast && end < order.length)) return false;
    for (let at = from; at < end; at++) if (this.#origins[order[at]!] !== first + at - from) return false;
    return true;
  }

  #entry(number: number): StoredEntry {
    const size = this.#sizes[number]!;
    const attributes = this.#attributes[number]!;
    const sha256 = this.#digests.subarray(number * digestBytes, (number + 1) * digestBytes);
    return {
      path: this.#paths[number]!,
      modifiedAt: this.#times[number]!,
      attributes: attributes === noAttributes ? undefined : attributes,
      file: size === folderSize ? undefined : { size, sha256 },
    };
  }

  #grow(): void {
    const capacity = this.#sizes.length * 2;
    const sizes = new Float64Array(capacity);
    sizes.set(this.#sizes);
    this.#sizes = sizes;
    const times = new Float64Array(capacity);
    times.set(this.#times);
    this.#times = times;
    const attributes = new Float64Array(capacity);
    attributes.set(this.#attributes);
    this.#attributes = attributes;
    const digests = new Uint8Array(capacity * digestBytes);
    digests.set(this.#digests);
    this.#digests = digests;
    const origins = new Int32Array(capacity);
    origins.set(this.#origins);
    this.#origins = origins;
  }
}

interface KnownSegment {
  readonly row: SegmentRow;
  /** Number of its first entry. */
  readonly first: number;
  readonly isLast: boolean;
}

/** The segments of the tree before, by their first entry. */
class KnownSegments {
  readonly #byFirst = new Map<number, KnownSegment>();

  constructor(rows: readonly SegmentRow[]) {
    let first = 0;
    for (const [at, row] of rows.entries()) {
      this.#byFirst.set(first, { row, first, isLast: at === rows.length - 1 });
      first += row.entries;
    }
  }

  beginningAt(entry: number): KnownSegment | undefined {
    return entry === isNew ? undefined : this.#byFirst.get(entry);
  }
}

function isCut(length: number, path: Uint8Array): boolean {
  if (length < segmentBytesMin) return false;
  return length >= segmentBytesMax || fnv1a(path) % cutOneIn === 0;
}

function fnv1a(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
