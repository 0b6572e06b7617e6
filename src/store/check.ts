import { toHex } from "../core/base/bytes.ts";
import type { Instant } from "../core/base/instant.ts";
import type { Damage, HurtSnapshot, RepositoryCheck } from "../core/model/repository-check.ts";
import type { DiskStats } from "../core/model/repository-stats.ts";
import { checkObjects } from "./check-objects.ts";
import { entriesOf, findBadBlobs, type ListedPack, PackCheck } from "./check-packs.ts";
import type { ChunkIndex } from "./chunk-index.ts";
import { TreeFollower } from "./follow-trees.ts";
import { packFolder, packName } from "./format/layout.ts";
import type { Manifest } from "./format/manifest.ts";
import { Ledger, packMark } from "./ledger.ts";
import { readLostPacks } from "./lost-packs.ts";
import type { ReadParts } from "./read-parts.ts";
import type { CheckOptions } from "./repository.ts";

/**
 * Looks at a whole repository: every object is opened, every tree followed to packs that are there and as long as they
 * should be; a share of the packs is read, and every byte of those proven. Says what is damaged and what that hurts.
 */
export async function checkRepository(
  parts: ReadParts,
  options: CheckOptions,
  now: () => Instant,
): Promise<RepositoryCheck> {
  const { store, index } = parts;
  const { signal, onProgress } = options;
  onProgress?.({ step: "objects", doneBytes: 0, totalBytes: 0 });
  const objects = await checkObjects(store, signal);
  await index.refresh();
  const { lost, unindexed, packs } = await listPacks(parts);
  const ledger = await Ledger.read(store, now());
  const check = new PackCheck(parts, { signal, now, ...(onProgress && { onProgress }) });
  await check.run(choosePacks(packs, ledger, options.readPerMille));
  const trees = await followAll(parts, objects.manifests, { packs, bad: check.bad, options });
  const after = await Ledger.read(store, now());
  for (const name of after.superseded(packs)) await store.backend.remove(name);
  return {
    at: now(),
    snapshots: objects.manifests.length,
    objects: objects.objects,
    packs: sumOf(packs.values()),
    read: check.read,
    coverage: after.coverage(packs, now()),
    damage: eachOnce([...objects.damage, ...check.damage, ...trees.damage]),
    hurt: trees.hurt,
    setAside: sumOf(lost.values()),
    unindexed: sumOf(unindexed.values()),
  };
}

/** Sizes of packs, by name. */
type Sizes = ReadonlyMap<string, number>;

interface ListedPacks {
  /** All but those that were given up. */
  readonly packs: Sizes;
  readonly unindexed: Sizes;
  /** Given up by a repair. */
  readonly lost: Sizes;
}

async function listPacks({ store, index: { chunks } }: ReadParts): Promise<ListedPacks> {
  const indexed = new Set(chunks.packs.map(({ digest }) => toHex(digest)));
  const given = await readLostPacks(store);
  const [packs, unindexed, lost] = [new Map<string, number>(), new Map<string, number>(), new Map()];
  for await (const { name, size } of store.backend.list(packFolder)) {
    const digest = name.slice(name.lastIndexOf("/") + 1);
    const isIndexed = indexed.has(digest);
    if (!isIndexed && given.has(digest)) {
      lost.set(name, size);
      continue;
    }
    packs.set(name, size);
    if (!isIndexed) unindexed.set(name, size);
  }
  return { packs, unindexed, lost };
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
}

async function followAll(
  parts: ReadParts,
  manifests: readonly Manifest[],
  found: { readonly packs: Sizes; readonly bad: Set<number>; readonly options: CheckOptions },
): Promise<Followed> {
  const { store, index } = parts;
  const { chunks } = index;
  const { signal, onProgress } = found.options;
  const faults = faultsOfPacks(chunks, found.packs);
  for (const [pack, { is }] of faults)
    if (is === "damaged")
      for (const entry of await findBadBlobs(parts, entriesOf(chunks, pack))) found.bad.add(entry);
  const isBad = (entry: number) =>
    found.bad.has(entry) || faults.get(chunks.place(entry).pack)?.is === "missing";
  const follower = new TreeFollower(store, chunks, { isBad, signal });
  const hurt: HurtSnapshot[] = [];
  for (const [at, { tree, snapshot }] of manifests.entries()) {
    onProgress?.({ step: "trees", doneBytes: at, totalBytes: manifests.length });
    const lost = await follower.follow(tree);
    if (lost?.files === 0) continue;
    const { id, site, source, files } = snapshot;
    hurt.push({ snapshot: id, site, source, ...(lost ?? { files, paths: [] }) });
  }
  // What is gone and needed by nobody hurts nobody.
  const damage = [...faults].filter(([pack, { is }]) => is === "damaged" || follower.neededPacks[pack] === 1);
  return { damage: damage.map(([, it]) => it), hurt };
}

/** Packs that the index names and that are not there, or not as long as they were written, by their number. */
function faultsOfPacks(chunks: ChunkIndex, sizes: Sizes): ReadonlyMap<number, Damage> {
  const faults = new Map<number, Damage>();
  for (const [number, { digest, bytes }] of chunks.packs.entries()) {
    const object = packName(digest);
    const size = sizes.get(object);
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

function sumOf(sizes: Iterable<number>): DiskStats {
  let [files, bytes] = [0, 0];
  for (const size of sizes) {
    files++;
    bytes += size;
  }
  return { files, bytes };
}
