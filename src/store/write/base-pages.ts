import type { BlobReader } from "../index/blob-reader.ts";
import { readList } from "../tree/file-content.ts";
import type { Slice } from "../format/file-list.ts";
import { blobTypes } from "../format/pack-table.ts";
import { pageBytes, pageMarkBytes } from "../format/encoding/pages.ts";
import { unlessAbsent } from "../objects/object-store.ts";
import type { KnownPage } from "./page-plan.ts";

/**
 * Pages of the last state are known this far before and behind the place that is read: some 35 MiB of memory.
 */
const reachBytes = 1024 * 1024 * 1024;
/** Positions are kept as piece * this + page. A piece has 4,096 slices of eight pages at most. */
const pagesPerPiece = 65_536;

/** Bytes of a file. */
interface Stretch {
  readonly from: number;
  readonly until: number;
}

interface PieceRow extends Stretch {
  readonly id: Uint8Array;
}

/** Pieces behind one another, by number: `first` and those after it, without `end`. */
export interface PieceRange {
  readonly first: number;
  readonly end: number;
}

/** The pages of one loaded piece, in their order in the file. */
interface Loaded {
  readonly marks: Uint8Array;
  /** For each page its slice, and where it is in the slice's run. */
  readonly slices: readonly Slice[];
  readonly sliceOf: Uint32Array;
  readonly pageOf: Uint8Array;
}

/**
 * The pages of a database file as the snapshot before had them, by their digests. Only those near the place
 * that is being read are in memory: SQL Server leaves pages where they are, and a backup shuffles them a
 * little.
 */
export class BasePages {
  readonly #blobs: BlobReader;
  readonly #pieces: readonly PieceRow[];
  readonly #loaded = new Map<number, Loaded>();
  /** The pieces that were near the place of the last move. */
  #near: PieceRange = { first: 0, end: 0 };
  readonly #places = new Map<number, number>();
  #moving = Promise.resolve();

  private constructor(blobs: BlobReader, pieces: readonly PieceRow[]) {
    this.#blobs = blobs;
    this.#pieces = pieces;
  }

  /** Opens the list of a file that the repository has. What can't be read of it is as if it were new. */
  static async open(blobs: BlobReader, sha256: Uint8Array): Promise<BasePages | undefined> {
    const list = await unlessAbsent(readList(blobs, blobTypes.list, sha256));
    if (list === undefined) return undefined;
    let until = 0;
    const rows = list.slices.map(({ id, length }) => ({ id, from: until, until: (until += length) }));
    const base = new BasePages(blobs, list.level === 0 ? [] : rows);
    if (list.level === 0) base.#take(0, list.slices);
    return base;
  }

  /** Makes the pages around a place of the file known, and lets go of those far away. */
  moveTo(position: number): Promise<void> {
    this.#moving = this.#moving.then(() => this.#move(position));
    return this.#moving;
  }

  /** A page with the digest that begins at `at`. */
  find(digests: Uint8Array, at: number): KnownPage | undefined {
    const place = this.#places.get(keyOf(digests, at));
    if (place === undefined) return undefined;
    const piece = this.#loaded.get(Math.floor(place / pagesPerPiece));
    const page = place % pagesPerPiece;
    if (piece === undefined || !hasMark(piece.marks, page, digests, at)) return undefined;
    const slice = piece.slices[piece.sliceOf[page]!]!;
    return { run: slice.id, page: slice.offset / pageBytes + piece.pageOf[page]! };
  }

  async #move(position: number): Promise<void> {
    const old = this.#near;
    const near = piecesNear(this.#pieces, { from: position - reachBytes, until: position + reachBytes }, old);
    this.#near = near;
    for (let number = old.first; number < old.end; number++)
      if (number < near.first || number >= near.end) this.#drop(number);
    for (let number = near.first; number < near.end; number++)
      if (number < old.first || number >= old.end) await this.#load(number);
  }

  async #load(number: number): Promise<void> {
    const list = await unlessAbsent(readList(this.#blobs, blobTypes.piece, this.#pieces[number]!.id));
    this.#take(number, list?.slices ?? []);
  }

  #take(number: number, all: readonly Slice[]): void {
    const slices = all.filter((slice) => slice.marks !== undefined);
    const count = slices.reduce((sum, slice) => sum + slice.length / pageBytes, 0);
    const piece = {
      slices,
      marks: new Uint8Array(count * pageMarkBytes),
      sliceOf: new Uint32Array(count),
      pageOf: new Uint8Array(count),
    };
    let page = 0;
    for (const [at, slice] of slices.entries()) {
      piece.marks.set(slice.marks!, page * pageMarkBytes);
      for (let inSlice = 0; inSlice < slice.length / pageBytes; inSlice++, page++) {
        piece.sliceOf[page] = at;
        piece.pageOf[page] = inSlice;
        this.#places.set(keyOf(piece.marks, page * pageMarkBytes), number * pagesPerPiece + page);
      }
    }
    this.#loaded.set(number, piece);
  }

  #drop(number: number): void {
    const { marks, sliceOf } = this.#loaded.get(number)!;
    this.#loaded.delete(number);
    for (let page = 0; page < sliceOf.length; page++) {
      const key = keyOf(marks, page * pageMarkBytes);
      if (this.#places.get(key) === number * pagesPerPiece + page) this.#places.delete(key);
    }
  }
}

/**
 * The pieces that have a part in a stretch, found from those of the last one: the place moves on a little
 * each time, or back, since parts are hashed in any order.
 */
export function piecesNear(pieces: readonly Stretch[], near: Stretch, last: PieceRange): PieceRange {
  let { first } = last;
  while (first > 0 && pieces[first - 1]!.until > near.from) first--;
  while (first < pieces.length && pieces[first]!.until <= near.from) first++;
  let end = Math.max(first, last.end);
  while (end > first && pieces[end - 1]!.from >= near.until) end--;
  while (end < pieces.length && pieces[end]!.from < near.until) end++;
  return { first, end };
}

/** The first 48 bits of a digest: a number that a map takes as it is. All of the mark is compared after. */
function keyOf(digests: Uint8Array, at: number): number {
  const low = (digests[at]! | (digests[at + 1]! << 8) | (digests[at + 2]! << 16)) >>> 0;
  const high = (digests[at + 3]! | (digests[at + 4]! << 8) | (digests[at + 5]! << 16)) >>> 0;
  return high * 2 ** 24 + low;
}

function hasMark(marks: Uint8Array, page: number, digests: Uint8Array, at: number): boolean {
  const own = page * pageMarkBytes;
  for (let byte = 0; byte < pageMarkBytes; byte++) if (marks[own + byte] !== digests[at + byte]) return false;
  return true;
}
