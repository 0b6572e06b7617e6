import { type Instant, minute } from "../core/base/instant.ts";
import { packName } from "./format/layout.ts";
import type { IndexedPack } from "./format/index-file.ts";
import type { LoadedIndex } from "./index-loader.ts";
import type { BuiltPack } from "./ingest/messages.ts";
import type { ObjectStore } from "./object-store.ts";
import { Turnstile } from "./parallel.ts";

/** Packs on their way to the store at once; each is up to 16 MiB of memory. */
const putsMax = 4;
/** An index is written after so many packs or so long, so that a run that dies leaves its packs to the next. */
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

  /** True when an index was written, and all that has arrived is known. */
  async put(packs: readonly BuiltPack[]): Promise<boolean> {
    await Promise.all(packs.map((pack) => this.#putOne(pack)));
    const tableBytes = this.#arrived.reduce((sum, { table }) => sum + table.length, 0);
    const isFull = this.#arrived.length >= packsPerIndex || tableBytes >= tableBytesPerIndex;
    const isDue = isFull || this.#now() - this.#indexedAt >= indexEveryMs;
    if (isDue) await this.writeIndex();
    return isDue;
  }

  /** Writes an index of the packs that have none yet. Index after packs: it must never name bytes that are not there. */
  async writeIndex(): Promise<void> {
    const packs = this.#arrived;
    this.#arrived = [];
    this.#indexedAt = this.#now();
    if (packs.length === 0) return;
    const { bytes } = await this.#index.write(packs);
    this.addedBytes += bytes;
  }

  async #putOne({ bytes, digest, salt, table }: BuiltPack): Promise<void> {
    const name = packName(digest);
    this.names.add(name);
    await this.#turnstile.enter();
    try {
      await this.#store.backend.put(name, bytes);
    } finally {
      this.#turnstile.leave();
    }
    this.addedBytes += bytes.length;
    this.#arrived.push({ digest, salt, packBytes: bytes.length, table });
  }
}
