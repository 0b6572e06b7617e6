import { toHex } from "../../core/base/bytes.ts";
import { decodeIndexFile, type IndexedPack } from "../format/index-file.ts";
import { type LoadedIndex, writeIndexFile } from "../index/index-loader.ts";
import { asDamage, type ObjectStore } from "../objects/object-store.ts";

/** An index file is read whole into memory: no more than this of it. */
const fileBytesMax = 32 * 1024 * 1024;

/** Which packs an index has to name after a prune, by their digests in hexadecimal. */
export interface WantedIndex {
  /** What stays, and may be built on. */
  readonly keep: ReadonlySet<string>;
  /** What lies in the trash or is left alone: it can be found, and is not to be built on. */
  readonly remember: ReadonlySet<string>;
}

/** What is to become of the index files that there are. */
export interface IndexPlan {
  /** Files that name nothing but what stays: the fence vouches for them as they are. */
  readonly vouched: readonly string[];
  /** Files to be written anew without what is gone, and then removed. */
  readonly replaced: readonly string[];
}

export function planIndex({ files, fences }: LoadedIndex, { keep, remember }: WantedIndex): IndexPlan {
  const vouched: string[] = [];
  const replaced: string[] = [];
  const seen = new Set<string>();
  const going = new Set(fences.readable.flatMap((fence) => fence.replaced));
  for (const [name, packs] of [...files].sort(([left], [right]) => (left < right ? -1 : 1))) {
    const hasNew = packs.some((hex) => !seen.has(hex));
    const stays = hasNew && !going.has(name);
    if (stays && packs.every((hex) => keep.has(hex))) vouched.push(name);
    else if (!stays || !packs.every((hex) => remember.has(hex))) replaced.push(name);
    for (const hex of packs) seen.add(hex);
  }
  return { vouched, replaced };
}

/**
 * Writes what is still to be named of the files that are replaced. Gives the names of those files that may be
 * vouched for.
 */
export async function rewriteIndex(
  store: ObjectStore,
  index: LoadedIndex,
  plan: IndexPlan,
  { keep, remember }: WantedIndex,
): Promise<readonly string[]> {
  const done = new Set(plan.vouched.flatMap((name) => index.files.get(name)!));
  const kept = new IndexFiles(store, index.fences.epoch);
  const remembered = new IndexFiles(store, index.fences.epoch);
  for (const name of plan.replaced) {
    const body = await store.get({ type: "index", name });
    for (const pack of asDamage(name, () => decodeIndexFile(body))) {
      const hex = toHex(pack.digest);
      if (done.has(hex)) continue;
      done.add(hex);
      if (keep.has(hex)) await kept.add(pack);
      else if (remember.has(hex)) await remembered.add(pack);
    }
  }
  await remembered.end();
  return [...plan.vouched, ...(await kept.end())];
}

/** Writes packs into as many index files as they fill. */
class IndexFiles {
  readonly #store: ObjectStore;
  readonly #epoch: number;
  readonly #names: string[] = [];
  #packs: IndexedPack[] = [];
  #bytes = 0;

  constructor(store: ObjectStore, epoch: number) {
    this.#store = store;
    this.#epoch = epoch;
  }

  async add(pack: IndexedPack): Promise<void> {
    this.#packs.push(pack);
    this.#bytes += pack.table.length;
    if (this.#bytes >= fileBytesMax) await this.end();
  }

  async end(): Promise<readonly string[]> {
    if (this.#packs.length === 0) return this.#names;
    this.#names.push((await writeIndexFile(this.#store, this.#epoch, this.#packs)).name);
    this.#packs = [];
    this.#bytes = 0;
    return this.#names;
  }
}
