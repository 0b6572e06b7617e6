import type { ChunkIndex } from "../index/chunk-index.ts";
import type { LoadedIndex } from "../index/index-loader.ts";
import type { ObjectStore } from "../objects/object-store.ts";
import { UsageMarks } from "../index/usage-marks.ts";
import { UsageWalk } from "./usage-walk.ts";

/**
 * What the trees of some snapshots need, by entries of the index: content, lists, and the trees themselves.
 */
export class Needs {
  readonly #store: ObjectStore;
  readonly #chunks: ChunkIndex;
  readonly #marks: UsageMarks;
  #walk: UsageWalk;
  #round = 0;

  constructor(store: ObjectStore, { chunks }: LoadedIndex) {
    this.#store = store;
    this.#chunks = chunks;
    this.#marks = new UsageMarks(chunks);
    this.#walk = new UsageWalk(store, chunks, this.#marks);
  }

  /**
   * Notes what a tree needs. Gives what it lacks, by path or name of the object. Trees of one `round` are
   * walked as one: what they share is walked once, and its lack is told once. `ObjectUnreadable` when
   * something is refused: what it needs is then unknown, and not for good.
   */
  async add(tree: Uint8Array, round: number): Promise<readonly string[]> {
    // What another round found lacking is told again: its paths may be the same.
    if (round !== this.#round) this.#walk = new UsageWalk(this.#store, this.#chunks, this.#marks);
    this.#round = round;
    const before = new Set(this.#walk.unreadable);
    await this.#walk.walk(tree, { source: round, month: 0 });
    const [refused] = this.#walk.refused;
    if (refused) throw refused;
    return this.#walk.unreadable.filter((it) => !before.has(it));
  }

  has(entry: number): boolean {
    return this.#marks.isReferenced(entry);
  }
}
