import type { RepositoryStats } from "../../core/model/repository/repository-stats.ts";
import type { ChunkIndex, KnownPack } from "../index/chunk-index.ts";
import { packName } from "../format/layout.ts";
import { isContent, type UsageMarks } from "../index/usage-marks.ts";

/** What the packs hold, by who needs it. All stored bytes and the overhead add up to the packs' sizes. */
export type StoredUsage = Pick<
  RepositoryStats,
  "content" | "trees" | "unreferenced" | "packOverheadBytes" | "unindexedPacks" | "missingPacks"
>;

/** Plain bytes of each group that a snapshot needs. */
interface NeededBytes {
  readonly content: Float64Array;
  readonly trees: Float64Array;
}

/**
 * Reckons what is needed and what is not, by the marks. `sizes` are those of the packs that are there, by
 * name.
 */
export function reckonStored(
  chunks: ChunkIndex,
  marks: UsageMarks,
  sizes: ReadonlyMap<string, number>,
): StoredUsage {
  const sum = new StoredSum(chunks, marks);
  for (let entry = 0; entry < chunks.count; entry++) sum.addBlob(entry);
  let indexedBytes = 0;
  let indexedPacks = 0;
  for (const [number, pack] of chunks.packs.entries()) {
    const size = sizes.get(packName(pack.digest));
    if (size === undefined) continue;
    indexedPacks++;
    indexedBytes += size;
    sum.addPack(number, pack);
  }
  const diskBytes = sizes.values().reduce((total, size) => total + size, 0);
  return {
    ...sum.totals(),
    packOverheadBytes: indexedBytes - sum.groupBytes,
    unindexedPacks: { files: sizes.size - indexedPacks, bytes: diskBytes - indexedBytes },
    missingPacks: chunks.packs.length - indexedPacks,
  };
}

class StoredSum {
  readonly #chunks: ChunkIndex;
  readonly #marks: UsageMarks;
  readonly #needed: readonly NeededBytes[];
  readonly #content = { blobs: 0, plainBytes: 0, storedBytes: 0, uniquePlainBytes: 0, sharedPlainBytes: 0 };
  readonly #trees = { blobs: 0, plainBytes: 0, storedBytes: 0 };
  readonly #unreferenced = { blobs: 0, plainBytes: 0, storedBytes: 0 };
  groupBytes = 0;

  constructor(chunks: ChunkIndex, marks: UsageMarks) {
    this.#chunks = chunks;
    this.#marks = marks;
    this.#needed = chunks.packs.map(({ groups }) => ({
      content: new Float64Array(groups.length),
      trees: new Float64Array(groups.length),
    }));
  }

  totals(): Pick<StoredUsage, "content" | "trees" | "unreferenced"> {
    return { content: this.#content, trees: this.#trees, unreferenced: this.#unreferenced };
  }

  addBlob(entry: number): void {
    if (!this.#marks.isReferenced(entry)) {
      this.#unreferenced.blobs++;
      return;
    }
    const { pack, group, length } = this.#chunks.place(entry);
    const isFileContent = isContent(this.#chunks.typeOf(entry));
    const stats = isFileContent ? this.#content : this.#trees;
    stats.blobs++;
    stats.plainBytes += length;
    const needed = this.#needed[pack]!;
    (isFileContent ? needed.content : needed.trees)[group]! += length;
    if (!isFileContent) return;
    if (this.#marks.isShared(entry)) this.#content.sharedPlainBytes += length;
    else this.#content.uniquePlainBytes += length;
  }

  /** A group is one frame: what it takes is parted by length, so that the parts add up to it. */
  addPack(number: number, { groups }: KnownPack): void {
    const { content, trees } = this.#needed[number]!;
    for (const [at, { sealedBytes, plainBytes }] of groups.entries()) {
      const used = content[at]! + trees[at]!;
      const usedStored = plainBytes === 0 ? 0 : Math.round((sealedBytes * used) / plainBytes);
      const contentStored = used === 0 ? 0 : Math.round((usedStored * content[at]!) / used);
      this.#content.storedBytes += contentStored;
      this.#trees.storedBytes += usedStored - contentStored;
      this.#unreferenced.storedBytes += sealedBytes - usedStored;
      // The same blob in a second pack is needed by nobody either: the first one serves.
      this.#unreferenced.plainBytes += plainBytes - used;
      this.groupBytes += sealedBytes;
    }
  }
}
