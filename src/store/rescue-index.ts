import { entriesOf, findBadBlobs } from "./check-packs.ts";
import { readFences } from "./fences.ts";
import { decodeIndexFile, type IndexedPack } from "./format/index-file.ts";
import { packFolder, packName } from "./format/layout.ts";
import { blobTypes, readPackTable as visitTable } from "./format/pack-table.ts";
import { LoadedIndex } from "./index-loader.ts";
import { readLostPacks } from "./lost-packs.ts";
import { asDamage, type ObjectStore, unlessAbsent } from "./object-store.ts";
import { readPackTable } from "./pack-table-reader.ts";
import { forEachLimited } from "./parallel.ts";
import type { ReadParts } from "./read-parts.ts";

const requestsMax = 16;

/**
 * An index of all that can still be read, made of the packs' own tables. A blob that lies in several packs is taken from a
 * sound one.
 */
export interface RescueIndex {
  readonly index: LoadedIndex;
  /** Sound packs by name, with their sizes. */
  readonly sound: ReadonlyMap<string, number>;
  /** Entries whose bytes can't be had: those in damaged packs that no sound pack has too. */
  readonly bad: ReadonlySet<number>;
  /** Every pack that holds one of these lists, also beside another pack. */
  packsWith(lists: ReadonlySet<number>): Promise<ReadonlySet<string>>;
}

export interface RescueOptions {
  readonly damaged: ReadonlySet<string>;
  readonly oldIndex: readonly string[];
  readonly signal: AbortSignal;
}

export async function makeRescueIndex(
  parts: Omit<ReadParts, "index">,
  { damaged, oldIndex, signal }: RescueOptions,
): Promise<RescueIndex> {
  const { store } = parts;
  const index = new LoadedIndex(store, await readFences(store), "reading");
  const { chunks } = index;
  const sound = await listSound(store, damaged);
  await eachTable(store, sound, async (pack) => {
    signal.throwIfAborted();
    chunks.addPack(pack);
  });
  const first = chunks.packs.length;
  for (const pack of await tablesOfDamaged(store, damaged, oldIndex)) chunks.addPack(pack);
  const numbers = [...chunks.packs.keys()].slice(first);
  const bad = new Set<number>();
  for (const number of numbers)
    for (const entry of await findBadBlobs({ ...parts, index }, entriesOf(chunks, number))) bad.add(entry);
  return {
    index,
    sound,
    bad,
    packsWith: (lists) => findPacksWith(store, index, { lists, sound }),
  };
}

/** Reads packs' own tables, one by one: all of them would be as large as the index. */
export function eachTable(
  store: ObjectStore,
  packs: ReadonlyMap<string, number>,
  take: (pack: IndexedPack) => Promise<void>,
): Promise<void> {
  return forEachLimited(packs, requestsMax, async ([name, size]) => {
    const pack = await readPackTable(store, name, size);
    if (pack) await take(pack);
  });
}

async function listSound(
  store: ObjectStore,
  damaged: ReadonlySet<string>,
): Promise<ReadonlyMap<string, number>> {
  const lost = await readLostPacks(store);
  const sound = new Map<string, number>();
  for await (const { name, size } of store.backend.list(packFolder))
    if (!damaged.has(name) && !lost.has(name.slice(name.lastIndexOf("/") + 1))) sound.set(name, size);
  return sound;
}

/** From the packs themselves, or from an index that was written when they were whole. */
async function tablesOfDamaged(
  store: ObjectStore,
  damaged: ReadonlySet<string>,
  oldIndex: readonly string[],
): Promise<readonly IndexedPack[]> {
  const tables = new Map<string, IndexedPack>();
  for (const name of damaged.size > 0 ? oldIndex : []) {
    const packs = await unlessAbsent(readIndexFile(store, name));
    for (const pack of packs ?? [])
      if (damaged.has(packName(pack.digest))) tables.set(packName(pack.digest), pack);
  }
  for await (const { name, size } of store.backend.list(packFolder)) {
    if (!damaged.has(name) || tables.has(name)) continue;
    const pack = await readPackTable(store, name, size);
    if (pack && packName(pack.digest) === name) tables.set(name, pack);
  }
  return [...tables.values()];
}

async function readIndexFile(store: ObjectStore, name: string): Promise<readonly IndexedPack[]> {
  const body = await store.get({ type: "index", name });
  return asDamage(name, () => decodeIndexFile(body));
}

async function findPacksWith(
  store: ObjectStore,
  { chunks }: LoadedIndex,
  { lists, sound }: { readonly lists: ReadonlySet<number>; readonly sound: ReadonlyMap<string, number> },
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  if (lists.size === 0) return found;
  await eachTable(store, sound, async ({ digest, table }) => {
    visitTable(table, {
      group: () => undefined,
      blob(_, __, { type, id }) {
        if (type === blobTypes.list && lists.has(chunks.find(type, id))) found.add(packName(digest));
      },
    });
  });
  return found;
}
