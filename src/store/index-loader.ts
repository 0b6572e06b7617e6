import { ChunkIndex } from "./chunk-index.ts";
import { decodeIndexFile, encodeIndexFile, type IndexedPack } from "./format/index-file.ts";
import { indexFolder, indexName, packFolder } from "./format/layout.ts";
import { Malformed } from "./format/malformed.ts";
import { readLostPacks } from "./lost-packs.ts";
import { asDamage, type ObjectStore, unlessAbsent } from "./object-store.ts";
import { readPackTable } from "./pack-table-reader.ts";
import { forEachLimited } from "./parallel.ts";
import { toHex } from "../core/base/bytes.ts";

const requestsMax = 16;

/** The chunk index of a repository, in memory, kept up with the index files as they appear. */
export class LoadedIndex {
  readonly chunks = new ChunkIndex();
  readonly #store: ObjectStore;
  readonly #files = new Set<string>();

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /**
   * Takes in index files that are new. When one is damaged, the packs that no index names are asked for their
   * own tables: the index is a convenience, and losing it loses nothing.
   */
  async refresh(): Promise<void> {
    let damaged = false;
    await forEachLimited(this.#store.backend.list(indexFolder), requestsMax, async ({ name }) => {
      if (this.#files.has(name)) return;
      const packs = await unlessAbsent(this.#readFile(name));
      this.#files.add(name);
      for (const pack of packs ?? []) this.#take(pack);
      damaged ||= packs === undefined;
    });
    if (damaged) await this.#adoptPacks();
  }

  /** Writes packs that are on the store already into a new index file. From now on their chunks are known. */
  async write(packs: readonly IndexedPack[]): Promise<{ readonly bytes: number }> {
    const name = indexName(toHex(this.#store.random(16)));
    const { isNew, bytes } = await this.#store.putNew({ type: "index", name }, encodeIndexFile(packs));
    // A manifest must not rest on an index that was not written.
    if (!isNew) throw new Error(`The name ${name} was drawn twice: the source of chance is broken.`);
    this.#files.add(name);
    for (const pack of packs) this.#take(pack);
    return { bytes };
  }

  async #readFile(name: string): Promise<readonly IndexedPack[]> {
    const body = await this.#store.get({ type: "index", name });
    return asDamage(name, () => decodeIndexFile(body));
  }

  #take(pack: IndexedPack): void {
    try {
      this.chunks.addPack(pack);
    } catch (error) {
      // What was read of the table stands; the rest counts as absent and is found missing where it is needed.
      if (!(error instanceof Malformed)) throw error;
    }
  }

  async #adoptPacks(): Promise<void> {
    // What a repair gave up is left out, whatever it says of itself.
    const known = new Set(await readLostPacks(this.#store));
    for (const { digest } of this.chunks.packs) known.add(toHex(digest));
    await forEachLimited(this.#store.backend.list(packFolder), requestsMax, async ({ name, size }) => {
      if (known.has(name.slice(name.lastIndexOf("/") + 1))) return;
      const pack = await readPackTable(this.#store, name, size);
      if (pack) this.#take(pack);
    });
  }
}
