import { given } from "../../core/base/given.ts";
import { toHex } from "../../core/base/bytes.ts";
import type { Instant } from "../../core/base/instant.ts";
import type { Damage, HurtSnapshot, RepositoryCheck } from "../../core/model/repository/repository-check.ts";
import type { DiskStats } from "../../core/model/repository/repository-stats.ts";
import { checkObjects, damageOf } from "./check-objects.ts";
import { entriesOf, findBadBlobs, type ListedPack, PackCheck } from "./check-packs.ts";
import type { ChunkIndex } from "../index/chunk-index.ts";
import { TreeFollower } from "../walk/follow-trees.ts";
import { listTrash, readFences } from "../objects/fences.ts";
import { packFolder, packName, snapshotFolder, snapshotName } from "../format/layout.ts";
import type { Manifest } from "../format/manifest.ts";
import { LoadedIndex } from "../index/index-loader.ts";
import { Ledger, packMark, removeLedgerPages } from "../objects/ledger.ts";
import { readLostPacks } from "../objects/lost-packs.ts";
import type { ObjectStore } from "../objects/object-store.ts";
import type { ReadParts } from "../crew/read-parts.ts";
import type { CheckOptions } from "../repository.ts";
import type { ObjectUnreadable } from "../objects/repository-errors.ts";

/**
 * Looks at a whole repository: every object is opened, every tree followed to packs that are there and as
 * long as they should be; a share of the packs is read, and every byte of those proven. Says what is damaged
 * and what that hurts.
 */
export async function checkRepository(
  parts: Omit<ReadParts, "index">,
  options: CheckOptions,
  now: () => Instant,
): Promise<RepositoryCheck> {
  const { store } = parts;
  const { signal, onProgress } = options;
  onProgress?.({ step: "objects", doneBytes: 0, totalBytes: 0 });
  const objects = await checkObjects(store, signal);
  const first = await takeStock(store);
  const ledger = await Ledger.read(store, now());
  const reading = { ...parts, index: first.index };
  const check = new PackCheck(reading, { signal, now, ...given({ onProgress }) });
  await check.run(choosePacks(first.packs, ledger, options.readPerMille));
  const found = { damage: check.damage, options };
  const { stock, trees } = await followQuietly(parts, objects.manifests, { first, found });
  const { packs, lost, unindexed } = stock;
  const after = await Ledger.read(store, now());
  await removeLedgerPages(store, after.superseded(packs));
  return {
    at: now(),
    snapshots: objects.manifests.length,
    objects: objects.objects,
    packs: sumOf(packs.values()),
    read: check.read,
    coverage: after.coverage(packs, now()),
    damage: eachOnce([...objects.damage, ...check.damage, ...trees.damage]),
    hurt: trees.hurt,
    putAside: trees.putAside,
    setAside: sumOf(lost.values()),
    unindexed: sumOf(unindexed.values()),
    strangers: (await store.strangers()).map(({ name }) => name),
  };
}

/** Sizes of packs, by name. */
type Sizes = ReadonlyMap<string, number>;

/** Where everything lay at one time. */
interface Stock {
  readonly index: LoadedIndex;
  /** All packs in their place but those that were given up. */
  readonly packs: Sizes;
  readonly unindexed: Sizes;
  /** Given up by a repair. */
  readonly lost: Sizes;
  /** Moved away by a prune: by the names that they had in their place. */
  readonly trash: Sizes;
}

/** The trash after the packs: one that is moved meanwhile is found in one of the two. */
async function takeStock(store: ObjectStore): Promise<Stock> {
  const index = new LoadedIndex(store, await readFences(store), "searching");
  await index.refresh();
  const indexed = new Set(index.chunks.packs.map(({ digest }) => toHex(digest)));
  const { givenUp } = await readLostPacks(store);
  const [packs, unindexed, lost] = [new Map<string, number>(), new Map<string, number>(), new Map()];
  for await (const { name, size } of store.backend.list(packFolder)) {
    const digest = name.slice(name.lastIndexOf("/") + 1);
    const isIndexed = indexed.has(digest);
    if (!isIndexed && givenUp.has(digest)) {
      lost.set(name, size);
      continue;
    }
    packs.set(name, size);
    if (!isIndexed) unindexed.set(name, size);
  }
  const trashed = await listTrash(store);
  const trash = new Map(trashed.map(({ pack, size }) => [packName(Buffer.from(pack, "hex")), size]));
  return { index, packs, unindexed, lost, trash };
}

function eachOnce(damage: readonly Damage[]): readonly Damage[] {
  const first = new Map(damage.toReversed().map((it) => [it.object, it]));
  return [...first.values()].sort((left, right) => (left.object < right.object ? -1 : 1));
}

/** The least recently proven first, until they are the share that was asked for. */
function choosePacks(packs: Sizes, ledger: Ledger, perMille: number): readonly ListedPack[] {
  const provenAt = (name: string) => ledger.provenAt(packMark(name));
  const order = [...packs]
    .map(([name, size]) => ({ name, size }))
    .sort((left, right) => provenAt(left.name) - provenAt(right.name) || (left.name < right.name ? -1 : 1));
  let left = (sumOf(packs.values()).bytes * perMille) / 1000;
  return order.filter(({ size }) => {
    const isChosen = left > 0;
    left -= size;
    return isChosen;
  });
}

interface Followed {
  readonly damage: readonly Damage[];
  readonly hurt: readonly HurtSnapshot[];
  readonly putAside: DiskStats;
}

interface FollowOptions {
  /** What was found when packs were read. */
  readonly damage: readonly Damage[];
  readonly options: CheckOptions;
}

/** What is found missing while a prune goes on may only have been moved: then it is looked for again. */
async function followQuietly(
  parts: Omit<ReadParts, "index">,
  manifests: readonly Manifest[],
  { first, found }: { readonly first: Stock; readonly found: FollowOptions },
): Promise<{ readonly stock: Stock; readonly trees: Followed }> {
  const { store } = parts;
  for (let stock = first; ; stock = await takeStock(store)) {
    const trees = await followAll(parts, await stillThere(store, manifests), { ...found, stock });
    const isLacking = trees.hurt.length > 0 || trees.damage.some(({ is }) => is === "missing");
    if (!isLacking || (await readFences(store)).epoch === stock.index.fences.epoch) return { stock, trees };
  }
}

/** Without those that were forgotten since they were read: a prune may have taken away what they needed. */
async function stillThere(store: ObjectStore, manifests: readonly Manifest[]): Promise<readonly Manifest[]> {
  const names = new Set(await Array.fromAsync(store.backend.list(snapshotFolder), ({ name }) => name));
  return manifests.filter(({ snapshot }) => names.has(snapshotName(snapshot.id)));
}

async function followAll(
  parts: Omit<ReadParts, "index">,
  manifests: readonly Manifest[],
  { stock, damage, options }: FollowOptions & { readonly stock: Stock },
): Promise<Followed> {
  const { chunks } = stock.index;
  const { signal, onProgress } = options;
  const faults = faultsOfPacks(chunks, stock);
  const bad = await findBadIn({ ...parts, index: stock.index }, [...faults.values(), ...damage]);
  const isBad = (entry: number) => bad.has(entry) || faults.get(chunks.place(entry).pack)?.is === "missing";
  const follower = new TreeFollower(parts.store, chunks, { isBad, signal });
  const hurt: HurtSnapshot[] = [];
  for (const [at, { tree, snapshot }] of manifests.entries()) {
    onProgress?.({ step: "trees", doneBytes: at, totalBytes: manifests.length });
    const lost = await follower.follow(tree);
    if (lost?.files === 0) continue;
    const { id, site, source, files } = snapshot;
    hurt.push({ snapshot: id, site, source, ...(lost ?? { files, paths: [] }) });
  }
  // What is gone and needed by nobody hurts nobody.
  const isOfMatter = ([pack, { object, is }]: readonly [number, Damage]) =>
    follower.neededPacks[pack] === 1 || (is === "damaged" && stock.packs.has(object));
  return {
    damage: [...[...faults].filter(isOfMatter).map(([, it]) => it), ...follower.refused.map(unreadable)],
    hurt,
    putAside: sumOf(neededInTrash(stock, follower)),
  };
}

function unreadable(error: ObjectUnreadable): Damage {
  return damageOf(error.object, error);
}

/** Entries of the index whose bytes can't be had, though their packs are there. */
async function findBadIn(parts: ReadParts, damage: readonly Damage[]): Promise<ReadonlySet<number>> {
  const { chunks } = parts.index;
  const numbers = new Map(chunks.packs.map(({ digest }, number) => [packName(digest), number]));
  const bad = new Set<number>();
  for (const { object, is } of damage) {
    const number = numbers.get(object);
    if (number === undefined || is === "missing") continue;
    for (const entry of (await findBadBlobs(parts, entriesOf(chunks, number))).bad) bad.add(entry);
  }
  return bad;
}

/** Packs that the index names and that are nowhere, or not as long as they were written, by their number. */
function faultsOfPacks(chunks: ChunkIndex, { packs, trash }: Stock): ReadonlyMap<number, Damage> {
  const faults = new Map<number, Damage>();
  for (const [number, { digest, bytes }] of chunks.packs.entries()) {
    const object = packName(digest);
    const size = packs.get(object) ?? trash.get(object);
    if (size === undefined) faults.set(number, { object, is: "missing", what: "it is missing" });
    else if (size !== bytes)
      faults.set(number, {
        object,
        is: "damaged",
        what: `it has ${size} bytes and was written with ${bytes}`,
      });
  }
  return faults;
}

/** Sizes of the packs that snapshots need and that lie in the trash alone. */
function neededInTrash({ index, packs, trash }: Stock, { neededPacks }: TreeFollower): readonly number[] {
  const names = index.chunks.packs.map(({ digest }) => packName(digest));
  const needed = names.filter((name, number) => neededPacks[number] === 1 && !packs.has(name));
  return needed.flatMap((name) => trash.get(name) ?? []);
}

function sumOf(sizes: Iterable<number>): DiskStats {
  let [files, bytes] = [0, 0];
  for (const size of sizes) {
    files++;
    bytes += size;
  }
  return { files, bytes };
}
