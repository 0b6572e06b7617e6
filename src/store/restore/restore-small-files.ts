import type { ChunkIndex } from "../index/chunk-index.ts";

const jobBytesMax = 4 * 1024 * 1024;
const jobFilesMax = 256;

/**
 * How many files are put into the order of the packs at a time: more would take memory, fewer open groups
 * more often.
 */
const windowFilesMax = 32 * 1024;

/** Stands for the chunk of an empty file. */
export const noChunk = 0xffffffff;

/** A file of one chunk, or of none, that is to be written. */
export interface SmallFile {
  readonly name: string;
  readonly modifiedAt: number;
  /** Entry of the index, or `noChunk`. */
  readonly chunk: number;
  readonly inNewFolder: boolean;
}

/** Files that lie near each other in the packs, in columns. */
export interface SmallFileJob {
  readonly names: readonly string[];
  readonly modifiedAt: Float64Array;
  readonly chunks: Uint32Array;
  /** 1 for true. */
  readonly inNewFolder: Uint8Array;
}

/** Some files of a tree that wait to be written: columns and not objects, for there are many. */
export class SmallFiles {
  readonly #index: ChunkIndex;
  readonly #names: string[] = [];
  readonly #modifiedAt = new Float64Array(windowFilesMax);
  readonly #chunks = new Uint32Array(windowFilesMax);
  readonly #inNewFolder = new Uint8Array(windowFilesMax);

  constructor(index: ChunkIndex) {
    this.#index = index;
  }

  get count(): number {
    return this.#names.length;
  }

  get isFull(): boolean {
    return this.#names.length === windowFilesMax;
  }

  add({ name, modifiedAt, chunk, inNewFolder }: SmallFile): void {
    const at = this.#names.push(name) - 1;
    this.#modifiedAt[at] = modifiedAt;
    this.#chunks[at] = chunk;
    this.#inNewFolder[at] = inNewFolder ? 1 : 0;
  }

  /** All of them in the order in which the packs hold them, so that each group is fetched and opened once. */
  *jobs(): Iterable<SmallFileJob> {
    const order = this.#inPackOrder();
    let first = 0;
    let bytes = 0;
    for (let at = 0; at < order.length; at++) {
      const chunk = this.#chunks[order[at]!]!;
      bytes += chunk === noChunk ? 0 : this.#index.lengthOf(chunk);
      const isFull = bytes >= jobBytesMax || at + 1 - first === jobFilesMax;
      if (!isFull && at < order.length - 1) continue;
      yield this.#job(order.subarray(first, at + 1));
      first = at + 1;
      bytes = 0;
    }
  }

  #inPackOrder(): Uint32Array {
    const chunks = this.#chunks;
    return Uint32Array.from(this.#names.keys()).sort((left, right) => {
      const [one, other] = [chunks[left]!, chunks[right]!];
      return one === noChunk || other === noChunk ? one - other : this.#index.compare(one, other);
    });
  }

  #job(order: Uint32Array): SmallFileJob {
    return {
      names: Array.from(order, (at) => this.#names[at]!),
      modifiedAt: Float64Array.from(order, (at) => this.#modifiedAt[at]!),
      chunks: order.map((at) => this.#chunks[at]!),
      inNewFolder: Uint8Array.from(order, (at) => this.#inNewFolder[at]!),
    };
  }
}
