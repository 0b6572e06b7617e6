import { toHex } from "../../core/base/bytes.ts";
import type { BlobReader } from "../index/blob-reader.ts";
import type { ChunkIndex } from "../index/chunk-index.ts";
import type { CopyIntake } from "./copy-intake.ts";
import { findContent, findSlice, listSlices, readList } from "../tree/file-content.ts";
import { type BlobType, blobTypes } from "../format/pack-table.ts";
import type { StoredEntry } from "../format/tree-segment.ts";
import { CopySourceDamaged } from "../objects/repository-errors.ts";
import { readTreeRoot, walkTree } from "../tree/tree-reader.ts";

/** Blobs that are sorted by their place in the source and copied together: 256 KiB of numbers. */
const windowEntriesMax = 1 << 16;
const windowBytesMax = 256 * 1024 * 1024;
/** Entries that are looked at before other work gets its turn. */
const entriesPerTurn = 256;

export interface CopyIndexes {
  readonly blobs: BlobReader;
  readonly from: ChunkIndex;
  readonly to: ChunkIndex;
}

export interface CopyListener {
  readonly signal: AbortSignal;
  onFile(path: string, bytes: number): void;
}

/**
 * Finds what of a tree the target lacks and has it copied: content, then the lists of files, then the tree.
 */
export class CopyContent {
  readonly #indexes: CopyIndexes;
  readonly #intake: CopyIntake;
  readonly #listener: CopyListener;
  /** Entries of the lists that the target lacks. They are of large files: few. */
  readonly #lists = new Set<number>();
  readonly #window = new Uint32Array(windowEntriesMax);
  #waiting = 0;
  #waitingBytes = 0;

  constructor(indexes: CopyIndexes, intake: CopyIntake, listener: CopyListener) {
    this.#indexes = indexes;
    this.#intake = intake;
    this.#listener = listener;
  }

  async copyTree(tree: Uint8Array): Promise<void> {
    let count = 0;
    for await (const entry of walkTree(this.#indexes.blobs, tree, [])) {
      this.#listener.signal.throwIfAborted();
      if (entry.file) await this.#copyFile(entry, entry.file);
      // A stop is heard between two turns of the event loop only.
      if (++count % entriesPerTurn === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await this.#copyWindow();
    // A list must never be found whose content is not there: were this cut off, the next copy takes it for a
    // whole file.
    await this.#intake.finish();
    for (const list of this.#lists) await this.#storeList(list);
    await this.#storeTree(tree);
    await this.#intake.finish();
  }

  async #copyFile({ path }: StoredEntry, file: { size: number; sha256: Uint8Array }): Promise<void> {
    const { from, to } = this.#indexes;
    const isThere = findContent(to, file.size, file.sha256) !== "missing";
    const content = isThere ? "empty" : findContent(from, file.size, file.sha256);
    if (content === "missing")
      throw new CopySourceDamaged(path, "its content is missing from the repository");
    if (content !== "empty" && "chunk" in content) await this.#want(content.chunk);
    else if (content !== "empty" && !this.#lists.has(content.list))
      await this.#wantListed(content.list, file);
    this.#listener.onFile(path, file.size);
  }

  async #wantListed(list: number, file: { size: number; sha256: Uint8Array }): Promise<void> {
    const { blobs, from } = this.#indexes;
    let bytes = 0;
    for await (const slice of listSlices(blobs, file.sha256)) {
      bytes += slice.length;
      await this.#want(findSlice(from, slice));
    }
    // A list is named after its file and not after itself: that it adds up is what can be seen of it.
    if (bytes !== file.size)
      throw new CopySourceDamaged(listName(file.sha256), `it stands for ${bytes} bytes of ${file.size}`);
    this.#lists.add(list);
  }

  async #want(entry: number): Promise<void> {
    const { from } = this.#indexes;
    const length = from.lengthOf(entry);
    if (!this.#intake.claim(from.typeOf(entry), from.idOf(entry), length)) return;
    this.#window[this.#waiting++] = entry;
    this.#waitingBytes += length;
    if (this.#waiting === windowEntriesMax || this.#waitingBytes >= windowBytesMax) await this.#copyWindow();
  }

  async #copyWindow(): Promise<void> {
    const entries = this.#window.subarray(0, this.#waiting);
    this.#waiting = 0;
    this.#waitingBytes = 0;
    await this.#intake.copy(entries);
  }

  /** Pieces before the list that names them. */
  async #storeList(entry: number): Promise<void> {
    const { blobs, from } = this.#indexes;
    this.#listener.signal.throwIfAborted();
    const sha256 = from.idOf(entry).slice();
    const { level, slices } = await readList(blobs, blobTypes.list, sha256);
    if (level === 1) for (const { id } of slices) await this.#storeAsIs(blobTypes.piece, id, 0);
    await this.#storeAsIs(blobTypes.list, sha256, from.fileBytesOf(entry));
  }

  async #storeTree(tree: Uint8Array): Promise<void> {
    for (const { id } of await readTreeRoot(this.#indexes.blobs, tree)) {
      this.#listener.signal.throwIfAborted();
      await this.#storeAsIs(blobTypes.tree, id, 0);
    }
    await this.#storeAsIs(blobTypes.root, tree, 0);
  }

  async #storeAsIs(type: BlobType, id: Uint8Array, fileBytes: number): Promise<void> {
    if (this.#indexes.to.find(type, id) !== -1) return;
    const bytes = await this.#indexes.blobs.read(type, id);
    await this.#intake.store([{ type, id, fileBytes, bytes }]);
  }
}

function listName(sha256: Uint8Array): string {
  return `list of file ${toHex(sha256.subarray(0, 8))}`;
}
