import { entriesOf, findBadBlobs } from "./check-packs.ts";
import { type Fences, listTrash } from "../objects/fences.ts";
import { decodeIndexFile, type IndexedPack } from "../format/index-file.ts";
import { packFolder, packName } from "../format/layout.ts";
import { blobTypes, readPackTable as visitTable } from "../format/pack-table.ts";
import { LoadedIndex } from "../index/index-loader.ts";
import { readLostPacks } from "../objects/lost-packs.ts";
import { Needs } from "../walk/needs.ts";
import { asDamage, type ObjectStore, unlessAbsent } from "../objects/object-store.ts";
import { readPackTable } from "../objects/pack-table-reader.ts";
import { forEachLimited } from "../../threads/parallel.ts";
import type { ReadParts } from "../crew/read-parts.ts";

const requestsMax = 16;

/**
 * An index of all that can still be read, made of the packs' own tables. A blob that lies in several packs is
 * taken from a sound one.
 */
export interface RescueIndex {
  readonly index: LoadedIndex;
  /** Sound packs by name, with their sizes. */
  readonly sound: ReadonlyMap<string, number>;
  /** Packs that a prune has moved away or is about to, by name: what is needed of them can't stay in them. */
  readonly condemned: ReadonlyMap<string, number>;
  /**
   * Entries whose bytes can't be had: those in damaged packs, and those that a prune takes away and nothing
   * needs.
   */
  readonly bad: ReadonlySet<number>;
  /** Entries that are needed and lie in condemned packs alone. */
  readonly atRisk: ReadonlySet<number>;
  /** Every pack that holds one of these lists, also beside another pack. */
  packsWith(lists: ReadonlySet<number>): Promise<ReadonlySet<string>>;
}

export interface RescueOptions {
  readonly fences: Fences;
  readonly damaged: ReadonlySet<string>;
  readonly oldIndex: readonly string[];
  /** The trees of all snapshots. */
  readonly trees: readonly Uint8Array[];
  readonly signal: AbortSignal;
}

export async function makeRescueIndex(
  parts: Omit<ReadParts, "index">,
  { fences, damaged, oldIndex, trees, signal }: RescueOptions,
): Promise<RescueIndex> {
  const { store } = parts;
  const index = new LoadedIndex(store, fences, "searching");
  const { chunks } = index;
  const { sound, condemned } = await listSound(store, fences, damaged);
  // In this order: what lies in a sound pack is not looked for in another one.
  const takeIn = async (pack: IndexedPack): Promise<void> => {
    signal.throwIfAborted();
    chunks.addPack(pack);
  };
  await eachTable(store, sound, takeIn);
  const soundCount = chunks.packs.length;
  await eachTable(store, condemned, takeIn);
  const condemnedCount = chunks.packs.length;
  for (const pack of await tablesOfDamaged(store, damaged, oldIndex)) chunks.addPack(pack);
  const bad = new Set<number>();
  for (let pack = condemnedCount; pack < chunks.packs.length; pack++)
    for (const entry of await badOf({ ...parts, index }, entriesOf(chunks, pack))) bad.add(entry);
  const atRisk = new Set<number>();
  if (condemnedCount > soundCount) {
    const needs = await needsOf(store, index, trees);
    for (let pack = soundCount; pack < condemnedCount; pack++)
      for (const entry of entriesOf(chunks, pack)) (needs.has(entry) ? atRisk : bad).add(entry);
    for (const entry of await badOf({ ...parts, index }, Uint32Array.from(atRisk))) bad.add(entry);
  }
  return {
    index,
    sound,
    condemned,
    bad,
    atRisk,
    packsWith: (lists) => findPacksWith(store, index, { lists, sound }),
  };
}

/** What is refused is not lost, and must not be given up. */
async function badOf(parts: ReadParts, entries: Uint32Array): Promise<readonly number[]> {
  const { bad, refused } = await findBadBlobs(parts, entries);
  if (refused[0]) throw refused[0];
  return bad;
}

async function needsOf(store: ObjectStore, index: LoadedIndex, trees: readonly Uint8Array[]): Promise<Needs> {
  const needs = new Needs(store, index);
  for (const tree of trees) await needs.add(tree, 1);
  return needs;
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

interface ListedSound {
  readonly sound: ReadonlyMap<string, number>;
  readonly condemned: ReadonlyMap<string, number>;
}

/** The trash after the packs: one that is moved meanwhile is found in one of the two. */
async function listSound(
  store: ObjectStore,
  fences: Fences,
  damaged: ReadonlySet<string>,
): Promise<ListedSound> {
  const { givenUp } = await readLostPacks(store);
  const [sound, condemned] = [new Map<string, number>(), new Map<string, number>()];
  for await (const { name, size } of store.backend.list(packFolder)) {
    const digest = name.slice(name.lastIndexOf("/") + 1);
    if (!damaged.has(name) && !givenUp.has(digest))
      (fences.condemned.has(digest) ? condemned : sound).set(name, size);
  }
  for (const { name, size } of await listTrash(store)) condemned.set(name, size);
  return { sound, condemned };
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
