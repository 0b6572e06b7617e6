import { ObjectMissing } from "../backends/backend.ts";
import { ObjectDamaged } from "../objects/repository-errors.ts";
import { toHex } from "../../core/base/bytes.ts";
import { ChunkIndex } from "./chunk-index.ts";
import { type Fences, isTrusted, listTrash } from "../objects/fences.ts";
import { decodeIndexFile, encodeIndexFile, type IndexedPack } from "../format/index-file.ts";
import { indexFolder, indexName, packFolder } from "../format/layout.ts";
import { Malformed } from "../format/encoding/malformed.ts";
import { readLostPacks } from "../objects/lost-packs.ts";
import { asDamage, type ObjectStore, putDrawn } from "../objects/object-store.ts";
import { readPackTable } from "../objects/pack-table-reader.ts";
import { forEachLimited } from "../../threads/parallel.ts";

const requestsMax = 16;

/**
 * `building`: only what a new snapshot may rest on. `reading`: that first, then the packs that are doubted,
 * and then all else that an index names, but for what a prune has moved away. `standing`: that first, and
 * then all that lies in its place or in the trash. `searching`: as `standing`, and then what an index names
 * and is nowhere, unless a prune has taken it away.
 */
export type IndexView = "building" | "reading" | "standing" | "searching";

/**
 * The chunk index of a repository, in memory, as of some fences; kept up with the index files as they appear.
 */
export class LoadedIndex {
  readonly chunks = new ChunkIndex();
  readonly fences: Fences;
  readonly #store: ObjectStore;
  readonly #view: IndexView;
  /** Index files that were read, with the digests of their packs. */
  readonly files = new Map<string, readonly string[]>();
  /** Names of index files that can't be read. */
  readonly damaged = new Set<string>();
  /** Numbers of packs that nothing may be built on. */
  readonly #unusable = new Set<number>();
  #namesDoubted = false;

  /** The fences are to be read before, and again before each `refresh`: see `isOf`. */
  constructor(store: ObjectStore, fences: Fences, view: IndexView) {
    this.#store = store;
    this.fences = fences;
    this.#view = view;
  }

  /**
   * Takes in index files that are new. When one is damaged, the packs that no index names are asked for their
   * own tables: the index is a convenience, and losing it loses nothing.
   */
  async refresh(): Promise<void> {
    const round = new Round(await listPacks(this.#store));
    const damaged = this.damaged.size;
    // A prune replaces index files: what one that is gone by now has named, a newer one names.
    while (await this.#readFiles(round));
    await this.#settle(round);
    if (this.damaged.size > damaged) await this.#adoptPacks();
  }

  /** Writes packs that are on the store already into a new index file. From now on their chunks are known. */
  async write(packs: readonly IndexedPack[]): Promise<{ readonly name: string; readonly bytes: number }> {
    const written = await writeIndexFile(this.#store, this.fences.epoch, packs);
    this.files.set(
      written.name,
      packs.map(({ digest }) => toHex(digest)),
    );
    for (const pack of packs) this.#take(pack);
    return written;
  }

  /**
   * False when there is a new fence or a new doubt: then what was taken in may be what is built on no more.
   */
  isOf({ epoch, doubted }: Fences): boolean {
    return this.fences.epoch === epoch && doubted.isSubsetOf(this.fences.doubted);
  }

  /**
   * Whether a snapshot that is confirmed now may rest on the pack: it is there, trusted, and not condemned.
   * A doubted one is usable: what is sound in it stays.
   */
  isUsable(pack: number): boolean {
    return !this.#unusable.has(pack);
  }

  /**
   * True when something was read that nothing may be built on: then order matters, and a new load is better
   * than a refresh.
   */
  get isOrdered(): boolean {
    return this.#unusable.size > 0 || this.#namesDoubted;
  }

  /** Whether an index file names a doubted pack, also one that this view leaves out. */
  get namesDoubted(): boolean {
    return this.#namesDoubted;
  }

  /** Reads the index files that are new. True when one was listed and gone when it was asked for. */
  async #readFiles(round: Round): Promise<boolean> {
    let vanished = false;
    await forEachLimited(this.#store.backend.list(indexFolder), requestsMax, async ({ name }) => {
      if (this.files.has(name)) return;
      const packs = await this.#readFile(name).catch((thrown: unknown) => {
        if (thrown instanceof ObjectDamaged) return void this.damaged.add(name);
        if (!(thrown instanceof ObjectMissing)) throw thrown;
        vanished = true;
        return "vanished" as const;
      });
      if (packs === "vanished") return;
      this.files.set(name, packs?.map(({ digest }) => toHex(digest)) ?? []);
      const trusted = isTrusted(this.fences, name);
      for (const pack of packs ?? []) this.#takeOrDefer(pack, trusted, round);
    });
    return vanished;
  }

  async #readFile(name: string): Promise<readonly IndexedPack[]> {
    const body = await this.#store.get({ type: "index", name });
    return asDamage(name, () => decodeIndexFile(body));
  }

  #takeOrDefer(pack: IndexedPack, trusted: boolean, { present, later, doubted, rest }: Round): void {
    const hex = toHex(pack.digest);
    const isDoubted = this.fences.doubted.has(hex);
    this.#namesDoubted ||= isDoubted;
    if (!trusted || this.fences.condemned.has(hex)) rest.push(pack);
    else if (present && !present.has(hex)) later.push(pack);
    else if (isDoubted) doubted.push(pack);
    else this.#take(pack);
  }

  /** Packs that came after the first look at the store are looked for once more. */
  async #settle({ present, later, doubted, rest }: Round): Promise<void> {
    const arrived = later.length > 0 ? await listPacks(this.#store) : new Set();
    for (const pack of later) {
      const hex = toHex(pack.digest);
      if (!arrived.has(hex)) rest.push(pack);
      else if (this.fences.doubted.has(hex)) doubted.push(pack);
      else this.#take(pack);
    }
    if (this.#view === "building") return;
    // After all that is not doubted: what lies in a sound pack too is read there.
    for (const pack of doubted) this.#take(pack);
    if (rest.length === 0) return;
    for (const pack of await this.#leadingSomewhere(rest, present)) {
      const number = this.chunks.packs.length;
      this.#take(pack);
      if (this.chunks.packs.length > number) this.#unusable.add(number);
    }
  }

  /** What of the rest this view takes in, what is there first. What a prune moved away is no damage. */
  async #leadingSomewhere(
    rest: readonly IndexedPack[],
    present: ReadonlySet<string> | undefined,
  ): Promise<readonly IndexedPack[]> {
    const isReading = this.#view === "reading";
    const standing = isReading ? present : await listAll(this.#store);
    const isThere = ({ digest }: IndexedPack) => standing?.has(toHex(digest)) === true;
    const there = rest.filter(isThere);
    if (this.#view === "standing") return there;
    return [...there, ...rest.filter((it) => !isThere(it) && !this.fences.condemned.has(toHex(it.digest)))];
  }

  #take(pack: IndexedPack): void {
    try {
      this.chunks.addPack(pack);
    } catch (thrown) {
      // What was read of the table stands; the rest counts as absent and is found missing where it is needed.
      if (!(thrown instanceof Malformed)) throw thrown;
    }
  }

  /** What no index names may be a straggler's: it is trusted only where nothing was ever taken away. */
  async #adoptPacks(): Promise<void> {
    // What a repair gave up is left out, whatever it says of itself.
    const known = new Set((await readLostPacks(this.#store)).givenUp);
    for (const { digest } of this.chunks.packs) known.add(toHex(digest));
    const round = new Round(undefined);
    const places = [...(await Array.fromAsync(this.#store.backend.list(packFolder)))];
    if (this.#view !== "building" && this.fences.epoch > 0) places.push(...(await listTrash(this.#store)));
    await forEachLimited(places, requestsMax, async ({ name, size }) => {
      if (known.has(name.slice(name.lastIndexOf("/") + 1))) return;
      const pack = await readPackTable(this.#store, name, size);
      if (pack) this.#takeOrDefer(pack, this.fences.epoch === 0, round);
    });
    await this.#settle(round);
  }
}

/** What one refresh has found and not taken in yet. */
class Round {
  /** Digests of the packs that are there. */
  readonly present: ReadonlySet<string> | undefined;
  /** Packs that were not there at the first look. */
  readonly later: IndexedPack[] = [];
  /** Packs that are there, and that were found bad or lead to such a one. */
  readonly doubted: IndexedPack[] = [];
  /** Packs that nothing may be built on. */
  readonly rest: IndexedPack[] = [];

  constructor(present: ReadonlySet<string> | undefined) {
    this.present = present;
  }
}

/**
 * Writes an index file under a name of its own. A manifest must not rest on an index that was not written.
 */
export function writeIndexFile(
  store: ObjectStore,
  epoch: number,
  packs: readonly IndexedPack[],
): Promise<{ readonly name: string; readonly bytes: number }> {
  const nameOf = (digits: string) => indexName(epoch, digits);
  return putDrawn(store, { type: "index", randomBytes: 16, nameOf }, encodeIndexFile(packs));
}

async function listPacks({ backend }: ObjectStore): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for await (const { name } of backend.list(packFolder)) found.add(name.slice(name.lastIndexOf("/") + 1));
  return found;
}

/**
 * Packs in their place and in the trash. In this order: one that is moved meanwhile is found in one of the
 * two.
 */
async function listAll(store: ObjectStore): Promise<ReadonlySet<string>> {
  const inPlace = await listPacks(store);
  const trashed = await listTrash(store);
  return inPlace.union(new Set(trashed.map(({ pack }) => pack)));
}
