import type { LoadedIndex } from "./index-loader.ts";
import type { ObjectStore } from "./object-store.ts";
import { UsageMarks } from "./usage-marks.ts";
import { UsageWalk } from "./usage-walk.ts";

/** What the trees of some snapshots need, by entries of the index: content, lists, and the trees themselves. */
export class Needs {
  readonly #marks: UsageMarks;
  readonly #walk: UsageWalk;

  constructor(store: ObjectStore, { chunks }: LoadedIndex) {
    this.#marks = new UsageMarks(chunks);
    this.#walk = new UsageWalk(store, chunks, this.#marks);
  }

  /**
   * Notes what a tree needs. Gives what it lacks, by path or name of the object. Trees of one `round` are walked as one:
   * what they share is walked once, and its lack is told once.
   */
  async add(tree: Uint8Array, round: number): Promise<readonly string[]> {
    const before = new Set(this.#walk.unreadable);
    await this.#walk.walk(tree, { source: round, month: 0 });
    return this.#walk.unreadable.filter((it) => !before.has(it));
  }

  has(entry: number): boolean {
    return this.#marks.isReferenced(entry);
  }
}
