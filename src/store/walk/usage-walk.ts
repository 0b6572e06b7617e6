import { BlobReader } from "../index/blob-reader.ts";
import type { ChunkIndex } from "../index/chunk-index.ts";
import { findContent, findSlice, readList } from "../tree/file-content.ts";
import type { Slice } from "../format/file-list.ts";
import { blobTypes } from "../format/pack-table.ts";
import type { StoredEntry } from "../format/tree-segment.ts";
import type { ObjectStore } from "../objects/object-store.ts";
import { ObjectDamaged, ObjectUnreadable } from "../objects/repository-errors.ts";
import { readTreeRoot, readTreeSegment } from "../tree/tree-reader.ts";
import { isContent, type UsageMarks } from "../index/usage-marks.ts";

/** The snapshots of one source are walked as this source, each in its month. */
export interface Needed {
  readonly source: number;
  readonly month: number;
}

/**
 * Follows trees to the chunks that they need. A segment or list that an older snapshot of the source had is
 * not read again.
 */
export class UsageWalk {
  readonly #chunks: ChunkIndex;
  readonly #blobs: BlobReader;
  readonly #marks: UsageMarks;
  readonly #unreadable = new Set<string>();
  /** Of what is unreadable, what the disk or share refused: its needs are unknown. */
  readonly refused: ObjectUnreadable[] = [];

  constructor(store: ObjectStore, chunks: ChunkIndex, marks: UsageMarks) {
    this.#chunks = chunks;
    this.#blobs = new BlobReader(store, chunks);
    this.#marks = marks;
  }

  get unreadable(): readonly string[] {
    return [...this.#unreadable].sort();
  }

  /**
   * Marks all that a snapshot's tree needs. Gives the plain bytes of the chunks that its source did not need
   * before.
   */
  async walk(tree: Uint8Array, needed: Needed): Promise<number> {
    const root = this.#chunks.find(blobTypes.root, tree);
    if (root !== -1 && !this.#marks.mark(root, needed.source, needed.month)) return 0;
    let bytes = 0;
    const rows = (await this.#unlessDamaged(readTreeRoot(this.#blobs, tree))) ?? [];
    for (const row of rows) {
      const segment = this.#chunks.find(blobTypes.tree, row.id);
      if (segment !== -1 && !this.#marks.mark(segment, needed.source, needed.month)) continue;
      const entries = (await this.#unlessDamaged(readTreeSegment(this.#blobs, row))) ?? [];
      for (const entry of entries) bytes += await this.#walkFile(entry, needed);
    }
    return bytes;
  }

  async #walkFile({ path, file }: StoredEntry, needed: Needed): Promise<number> {
    if (!file) return 0;
    const content = findContent(this.#chunks, file.size, file.sha256);
    if (content === "empty") return 0;
    if (content === "missing") {
      this.#unreadable.add(path);
      return 0;
    }
    if ("chunk" in content) return this.#mark(content.chunk, needed);
    if (!this.#marks.mark(content.list, needed.source, needed.month)) return 0;
    return (await this.#unlessDamaged(this.#walkList(file.sha256, needed))) ?? 0;
  }

  async #walkList(sha256: Uint8Array, needed: Needed): Promise<number> {
    const list = await readList(this.#blobs, blobTypes.list, sha256);
    if (list.level === 0) return this.#markSlices(list.slices, needed);
    let bytes = 0;
    for (const { id } of list.slices) {
      const piece = this.#chunks.find(blobTypes.piece, id);
      if (piece !== -1 && !this.#marks.mark(piece, needed.source, needed.month)) continue;
      bytes += this.#markSlices((await readList(this.#blobs, blobTypes.piece, id)).slices, needed);
    }
    return bytes;
  }

  #markSlices(slices: readonly Slice[], needed: Needed): number {
    let bytes = 0;
    for (const slice of slices) bytes += this.#mark(findSlice(this.#chunks, slice), needed);
    return bytes;
  }

  #mark(entry: number, { source, month }: Needed): number {
    const isNew = this.#marks.mark(entry, source, month);
    return isNew && isContent(this.#chunks.typeOf(entry)) ? this.#chunks.lengthOf(entry) : 0;
  }

  async #unlessDamaged<Value>(reading: Promise<Value>): Promise<Value | undefined> {
    try {
      return await reading;
    } catch (thrown) {
      if (!(thrown instanceof ObjectDamaged)) throw thrown;
      this.#unreadable.add(thrown.object);
      if (thrown instanceof ObjectUnreadable) this.refused.push(thrown);
      return undefined;
    }
  }
}
