import { isConfirmed } from "../objects/confirmation.ts";
import { type Fences, readFences } from "../objects/fences.ts";
import type { Manifest } from "../format/manifest.ts";
import type { ObjectStore } from "../objects/object-store.ts";
import type { VerifyOptions } from "../repository.ts";
import { LoadedIndex } from "./index-loader.ts";
import { SharedClaims } from "./shared-claims.ts";

/** The index that captures of one epoch share, as of the same doubts, and what they leave to each other. */
export interface Building {
  readonly index: LoadedIndex;
  readonly shared: SharedClaims;
}

/** The indexes that an open repository has in memory: one to build on, one to read by. */
export class LoadedIndexes {
  readonly #store: ObjectStore;
  #building: Building | undefined;
  #reader: LoadedIndex | undefined;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /**
   * What a new snapshot may rest on. A prune since the last one asks for a new index, and so does a pack that
   * was found bad: captures under way go on with theirs.
   */
  async readyToBuild(): Promise<Building> {
    const fences = await readFences(this.#store);
    if (!this.#building?.index.isOf(fences))
      this.#building = {
        index: new LoadedIndex(this.#store, fences, "building"),
        shared: new SharedClaims(),
      };
    const building = this.#building!;
    await building.index.refresh();
    return building;
  }

  async readyToRead(): Promise<LoadedIndex> {
    const fences = await readFences(this.#store);
    if (!this.#reader?.isOf(fences) || this.#reader.isOrdered)
      this.#reader = new LoadedIndex(this.#store, fences, "reading");
    const reader = this.#reader!;
    await reader.refresh();
    return reader;
  }

  /** What a snapshot needs that nobody has confirmed may lie in the trash by now. */
  async readyToGiveBack({ snapshot: { id }, epoch }: Manifest): Promise<LoadedIndex> {
    const fences = await readFences(this.#store);
    if (isConfirmed(fences, { id, epoch, proofs: [] })) return this.readyToRead();
    const index = new LoadedIndex(this.#store, fences, "searching");
    await index.refresh();
    return index;
  }

  /**
   * A capture that is read back has its index in memory, and need not load another. Where a pack is doubted
   * it may have an older one: then all that it can rest on must be found.
   */
  async readyToReadBack(fences: Fences, { packs }: VerifyOptions): Promise<LoadedIndex> {
    const { index } = this.#building ?? {};
    if (!packs || !index?.isOf(fences) || index.namesDoubted) return this.readyToRead();
    await index.refresh();
    return index;
  }

  /** What was loaded may name what is given up or doubted by now. */
  forget(): void {
    this.#reader = undefined;
    this.#building = undefined;
  }
}
