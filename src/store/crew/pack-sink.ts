import { type Instant, minute } from "../../core/base/instant.ts";
import { packName } from "../format/layout.ts";
import type { IndexedPack } from "../format/index-file.ts";
import type { LoadedIndex } from "../index/index-loader.ts";
import type { BuiltPack } from "../ingest/messages.ts";
import type { ObjectStore } from "../objects/object-store.ts";
import { Turnstile } from "../../threads/parallel.ts";

/** Packs on their way to the store at once; each is up to 16 MiB of memory. */
const putsMax = 4;
/**
 * An index is written after so many packs or so long, so that a run that dies leaves its packs to the next.
 */
const packsPerIndex = 32;
/** Packs of small files are mostly table, which waits in memory until it is written. */
const tableBytesPerIndex = 8 * 1024 * 1024;
const indexEveryMs = 5 * minute;

/** Takes packs to the store, and writes the index of those that have arrived. */
export class PackSink {
  readonly #store: ObjectStore;
  readonly #index: LoadedIndex;
  readonly #turnstile = new Turnstile(putsMax);
  readonly #now: () => Instant;
  #arrived: IndexedPack[] = [];
  /** Packs with lists that have arrived: an index that names them must name all that the lists promise. */
  #withLists: IndexedPack[] = [];
  #indexedAt: Instant;
  /** Bytes of packs and index files that were added. */
  addedBytes = 0;
  /** Names of the packs that were put. */
  readonly names = new Set<string>();

  constructor(store: ObjectStore, index: LoadedIndex, now: () => Instant) {
    this.#store = store;
    this.#index = index;
    this.#now = now;
    this.#indexedAt = now();
  }

  /**
   * True when an index was written. It is of content alone: chunks of a list may wait in a pack that is still
   * open, and whoever found the list in the index, after this program was killed, would look for them in
   * vain.
   */
  async put(packs: readonly BuiltPack[]): Promise<boolean> {
    await Promise.all(packs.map((pack) => this.#putOne(pack)));
    const tableBytes = this.#arrived.reduce((sum, { table }) => sum + table.length, 0);
    const isFull = this.#arrived.length >= packsPerIndex || tableBytes >= tableBytesPerIndex;
    const isDue = isFull || this.#now() - this.#indexedAt >= indexEveryMs;
    if (isDue) await this.writeIndex([]);
    return isDue;
  }

  /**
   * The packs with lists that have arrived. Whoever takes them sees to it that what they promise arrives too,
   * and indexes them.
   */
  takeLists(): readonly IndexedPack[] {
    const taken = this.#withLists;
    this.#withLists = [];
    return taken;
  }

  /** Takes packs back that were not indexed. */
  returnLists(packs: readonly IndexedPack[]): void {
    this.#withLists.unshift(...packs);
  }

  /**
   * Writes an index of the packs that have none yet. Index after packs: it must never name bytes that are not
   * there.
   */
  async writeIndex(withLists: readonly IndexedPack[] = this.takeLists()): Promise<void> {
    const packs = [...this.#arrived, ...withLists];
    this.#arrived = [];
    this.#indexedAt = this.#now();
    if (packs.length === 0) return;
    const { bytes } = await this.#index.write(packs);
    this.addedBytes += bytes;
  }

  async #putOne({ bytes, digest, salt, table, hasLists }: BuiltPack): Promise<void> {
    const name = packName(digest);
    this.names.add(name);
    await this.#turnstile.enter();
    try {
      await this.#store.backend.put(name, bytes);
    } finally {
      this.#turnstile.leave();
    }
    this.addedBytes += bytes.length;
    const arrived = hasLists ? this.#withLists : this.#arrived;
    arrived.push({ digest, salt, packBytes: bytes.length, table });
  }
}
