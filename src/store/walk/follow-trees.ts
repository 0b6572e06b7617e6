import { BlobReader } from "../index/blob-reader.ts";
import type { ChunkIndex } from "../index/chunk-index.ts";
import { findContent, readList } from "../tree/file-content.ts";
import type { Slice } from "../format/file-list.ts";
import { blobTypes } from "../format/pack-table.ts";
import type { SegmentRow } from "../format/tree-root.ts";
import type { StoredEntry } from "../format/tree-segment.ts";
import type { ObjectStore } from "../objects/object-store.ts";
import { ObjectDamaged, ObjectUnreadable } from "../objects/repository-errors.ts";
import { readTreeRoot, readTreeSegment } from "../tree/tree-reader.ts";

/** Paths that are named; more are only counted. */
const pathsNamedMax = 1000;

/** What of a tree, or of a stretch of it, can't be given back. */
export interface LostFiles {
  readonly files: number;
  readonly paths: readonly string[];
}

const nothing: LostFiles = { files: 0, paths: [] };
const states = { unseen: 0, sound: 1, hurt: 2 } as const;

/**
 * Follows trees to all that they need, and names the files of which something is absent or bad. Each segment
 * and each list is read once, however many snapshots have it: what was found of it is kept, a byte a blob.
 */
export class TreeFollower {
  readonly #chunks: ChunkIndex;
  readonly #blobs: BlobReader;
  readonly #signal: AbortSignal;
  readonly #isBad: (entry: number) => boolean;
  readonly #states: Uint8Array;
  readonly #lostIn = new Map<number, LostFiles>();
  /** By number of the pack: 1 when something that is needed lies in it. */
  readonly neededPacks: Uint8Array;
  /** What was taken for lost because the disk or share refused to read it. */
  readonly refused: ObjectUnreadable[] = [];

  /** `isBad` says of an entry of the index that its bytes can't be had. The index must not grow meanwhile. */
  constructor(
    store: ObjectStore,
    chunks: ChunkIndex,
    { isBad, signal }: { isBad(entry: number): boolean; readonly signal: AbortSignal },
  ) {
    this.#chunks = chunks;
    this.#blobs = new BlobReader(store, chunks);
    this.#signal = signal;
    this.#isBad = isBad;
    this.#states = new Uint8Array(chunks.count);
    this.neededPacks = new Uint8Array(chunks.packs.length);
  }

  /** What of a tree is lost; `undefined` when nothing of it can be listed. */
  async follow(tree: Uint8Array): Promise<LostFiles | undefined> {
    const root = this.#chunks.find(blobTypes.root, tree);
    const rows = this.#isSound(root) && (await this.#unlessDamaged(readTreeRoot(this.#blobs, tree)));
    if (!rows) return undefined;
    let lost = nothing;
    for (const row of rows) lost = plus(lost, await this.#followSegment(row));
    return lost;
  }

  /**
   * Lists of the whole index that something is missing of, needed or not: a writer must not build on them.
   */
  async brokenLists(): Promise<readonly number[]> {
    const broken: number[] = [];
    for (let entry = 0; entry < this.#chunks.count; entry++) {
      if (this.#chunks.typeOf(entry) !== blobTypes.list || this.#isBad(entry)) continue;
      if (!(await this.#isWholeList(entry))) broken.push(entry);
    }
    return broken;
  }

  async #followSegment(row: SegmentRow): Promise<LostFiles> {
    this.#signal.throwIfAborted();
    const segment = this.#chunks.find(blobTypes.tree, row.id);
    if (segment === -1) return lostStretch(row);
    if (this.#states[segment] === states.unseen) {
      const lost = await this.#readSegment(segment, row);
      this.#states[segment] = lost.files === 0 ? states.sound : states.hurt;
      if (lost.files > 0) this.#lostIn.set(segment, lost);
    }
    return this.#lostIn.get(segment) ?? nothing;
  }

  async #readSegment(segment: number, row: SegmentRow): Promise<LostFiles> {
    const entries = this.#isSound(segment) && (await this.#unlessDamaged(readTreeSegment(this.#blobs, row)));
    if (!entries) return lostStretch(row);
    const paths: string[] = [];
    let files = 0;
    for (const entry of entries) {
      const known = this.#isWhole(entry);
      if (typeof known === "boolean" ? known : await known) continue;
      files++;
      if (paths.length < pathsNamedMax) paths.push(entry.path);
    }
    return { files, paths };
  }

  /** At once for files of one chunk: of a million nearly all are. */
  #isWhole({ file }: StoredEntry): Promise<boolean> | boolean {
    if (!file) return true;
    const content = findContent(this.#chunks, file.size, file.sha256);
    if (typeof content === "string") return content === "empty";
    return "chunk" in content ? this.#isSound(content.chunk) : this.#isWholeList(content.list);
  }

  #isWholeList(list: number): Promise<boolean> {
    return this.#once(list, async () => {
      const { level, slices } = await readList(this.#blobs, blobTypes.list, this.#idOf(list));
      return level === 0 ? this.#areSound(slices) : this.#areWholePieces(slices);
    });
  }

  /** All of them are looked at, whatever the first ones are, so that all that they need is noted. */
  async #areWholePieces(slices: readonly Slice[]): Promise<boolean> {
    let areWhole = true;
    for (const { id } of slices) {
      const piece = this.#chunks.find(blobTypes.piece, id);
      const reading = async () =>
        this.#areSound((await readList(this.#blobs, blobTypes.piece, this.#idOf(piece))).slices);
      if (!(await this.#once(piece, reading))) areWhole = false;
    }
    return areWhole;
  }

  #areSound(slices: readonly Slice[]): boolean {
    let areSound = true;
    for (const { marks, id, offset, length } of slices) {
      const entry = this.#chunks.find(marks ? blobTypes.pages : blobTypes.data, id);
      const isSound = this.#isSound(entry) && offset + length <= this.#chunks.lengthOf(entry);
      areSound &&= isSound;
    }
    return areSound;
  }

  /** Whether a list or piece, and what it lists, can be had; found out when it is first asked. */
  async #once(entry: number, look: () => Promise<boolean>): Promise<boolean> {
    if (entry === -1) return false;
    if (this.#states[entry] === states.unseen) {
      const isWhole = this.#isSound(entry) && (await this.#unlessDamaged(look()));
      this.#states[entry] = isWhole ? states.sound : states.hurt;
    }
    return this.#states[entry] === states.sound;
  }

  #idOf(entry: number): Uint8Array {
    return this.#chunks.idOf(entry).slice();
  }

  #isSound(entry: number): boolean {
    if (entry === -1) return false;
    this.neededPacks[this.#chunks.place(entry).pack] = 1;
    return !this.#isBad(entry);
  }

  async #unlessDamaged<Value>(reading: Promise<Value>): Promise<Value | undefined> {
    try {
      return await reading;
    } catch (thrown) {
      if (!(thrown instanceof ObjectDamaged)) throw thrown;
      if (thrown instanceof ObjectUnreadable) this.refused.push(thrown);
      return undefined;
    }
  }
}

function lostStretch({ firstPath, entries }: SegmentRow): LostFiles {
  const rest = entries > 1 ? ` and ${entries - 1} after it` : "";
  return { files: entries, paths: [`${firstPath}${rest}`] };
}

function plus(left: LostFiles, right: LostFiles): LostFiles {
  if (right.files === 0) return left;
  const paths = [...left.paths, ...right.paths].slice(0, pathsNamedMax);
  return { files: left.files + right.files, paths };
}
