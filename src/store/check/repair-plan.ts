import type { Damage, HurtSnapshot, RepositoryCheck } from "../../core/model/repository/repository-check.ts";
import type { RepairPlan } from "../../core/model/repository/repository-repair.ts";
import type { SnapshotId } from "../../core/model/repository/snapshot.ts";
import type { ChunkIndex } from "../index/chunk-index.ts";
import { type Fences, readFences } from "../objects/fences.ts";
import { TreeFollower } from "../walk/follow-trees.ts";
import {
  configCopyName,
  configName,
  holdFolder,
  indexFolder,
  keyProofFolder,
  keyFolder,
  leaseFolder,
  ledgerFolder,
  lostFolder,
  packFolder,
  packName,
  proofFolder,
  recordFolder,
  snapshotFolder,
} from "../format/layout.ts";
import type { Manifest } from "../format/manifest.ts";
import type { ReadParts } from "../crew/read-parts.ts";
import { readManifests } from "../objects/snapshot-list.ts";
import { makeRescueIndex, type RescueIndex } from "./rescue-index.ts";

/** Below these an object that can't be read says nothing, and others need not wait for it. */
const removable = [
  snapshotFolder,
  proofFolder,
  recordFolder,
  leaseFolder,
  ledgerFolder,
  lostFolder,
  keyProofFolder,
  holdFolder,
];

/** What is to be done to the content: absent when packs and index are in order. */
export interface ContentRepair {
  /** The fences that were there before anything was looked at. */
  readonly fences: Fences;
  readonly rescue: RescueIndex;
  /** Snapshots that are whole when all is done, sorted. */
  readonly honoured: readonly SnapshotId[];
  /** Index files as they were when the packs were listed, and before. */
  readonly oldIndex: readonly string[];
  /** Names of packs. */
  readonly givenUp: ReadonlySet<string>;
  /** Entries of the rescue index that are stored once more. */
  readonly salvage: Uint32Array;
}

export interface PlannedRepair {
  readonly plan: RepairPlan;
  readonly content: ContentRepair | undefined;
}

interface PlannedContent {
  readonly content: ContentRepair;
  readonly lost: readonly HurtSnapshot[];
}

/**
 * Decides what can be saved, by what a check that has read everything has found. Writes nothing.
 * `ObjectUnreadable` when the disk or share refuses to read what the check could read.
 */
export async function makeRepairPlan(
  parts: Omit<ReadParts, "index">,
  check: RepositoryCheck,
  signal: AbortSignal,
): Promise<PlannedRepair> {
  const { damage } = check;
  const damaged = new Map(damage.map((it) => [it.object, it]));
  const rewritten = damage.filter((it) => hasSoundTwin(it, damaged)).map(({ object }) => object);
  const removed = damage.filter(isRemovable).map(({ object }) => object);
  const isContentHurt =
    check.hurt.length + check.putAside.files > 0 ||
    damage.some(({ object }) => isBelow(object, [packFolder, indexFolder]));
  const isReadable = damage.every(({ is }) => is !== "unreadable" && is !== "too-new");
  const found = isContentHurt && isReadable ? await planContent(parts, damage, signal) : undefined;
  const planned = found && isOfUse(found, check) ? found : undefined;
  const mended = new Set([...rewritten, ...removed]);
  const left = damage.filter(
    ({ object }) => !mended.has(object) && !(planned && isBelow(object, [packFolder, indexFolder])),
  );
  const { content } = planned ?? {};
  return {
    content,
    plan: {
      damage,
      rewritten,
      removed,
      left,
      lostSnapshots: removed
        .filter((name) => name.startsWith(snapshotFolder))
        .map((name) => name.slice(snapshotFolder.length)),
      lost: planned?.lost ?? check.hurt,
      ...planOf(content),
    },
  };
}

/** What is lost for good is no reason to make a new index each time. */
function isOfUse({ lost, content }: PlannedContent, { hurt, damage }: RepositoryCheck): boolean {
  const filesOf = (snapshots: readonly HurtSnapshot[]) =>
    snapshots.reduce((sum, { files }) => sum + files, 0);
  const isMending = damage.some(({ object }) => isBelow(object, [packFolder, indexFolder]));
  const isSaving = content.givenUp.size + content.salvage.length > 0;
  return isMending || isSaving || lost.length < hurt.length || filesOf(lost) < filesOf(hurt);
}

function planOf(
  content: ContentRepair | undefined,
): Pick<RepairPlan, "indexedPacks" | "givenUp" | "salvaged" | "broughtBack"> {
  const nothing = { blobs: 0, bytes: 0 };
  if (!content) return { indexedPacks: 0, givenUp: [], salvaged: nothing, broughtBack: nothing };
  const { rescue, givenUp, salvage } = content;
  const { chunks } = rescue.index;
  const sumOf = (entries: Uint32Array) => ({
    blobs: entries.length,
    bytes: entries.reduce((sum, entry) => sum + chunks.lengthOf(entry), 0),
  });
  return {
    indexedPacks: rescue.sound.size - [...givenUp].filter((name) => rescue.sound.has(name)).length,
    givenUp: [...givenUp].sort(),
    salvaged: sumOf(salvage.filter((entry) => !rescue.atRisk.has(entry))),
    broughtBack: sumOf(salvage.filter((entry) => rescue.atRisk.has(entry))),
  };
}

/** Fences before manifests, manifests before index and packs: each names only what is found in the next. */
async function planContent(
  parts: Omit<ReadParts, "index">,
  damage: readonly Damage[],
  signal: AbortSignal,
): Promise<PlannedContent> {
  const { store } = parts;
  const fences = await readFences(store);
  const { manifests } = await readManifests(store);
  // Index before packs: what these files name is among the packs that are listed after them.
  const oldIndex = await Array.fromAsync(store.backend.list(indexFolder), ({ name }) => name);
  // One that is missing has nothing to give up, and may come back.
  const isHurt = ({ object, is }: Damage) => is === "damaged" && object.startsWith(packFolder);
  const damaged = new Set(damage.filter(isHurt).map(({ object }) => object));
  const trees = manifests.map(({ tree }) => tree);
  const rescue = await makeRescueIndex(parts, { fences, damaged, oldIndex, trees, signal });
  const { chunks } = rescue.index;
  const follower = new TreeFollower(store, chunks, { isBad: (it) => rescue.bad.has(it), signal });
  const lost = await findLost(follower, manifests);
  const broken = new Set(await follower.brokenLists());
  // What is refused is not lost, and must not be given up.
  if (follower.refused[0]) throw follower.refused[0];
  const givenUp = new Set([...damaged, ...(await rescue.packsWith(broken))]);
  const isGoing = (entry: number) =>
    rescue.atRisk.has(entry) || givenUp.has(packName(chunks.packs[chunks.place(entry).pack]!.digest));
  const isSaved = (entry: number) => isGoing(entry) && !rescue.bad.has(entry) && !broken.has(entry);
  const hurt = new Set(lost.map(({ snapshot }) => snapshot));
  const honoured = manifests.map(({ snapshot }) => snapshot.id).filter((id) => !hurt.has(id));
  const salvage = entriesThat(chunks, isSaved);
  return { lost, content: { fences, rescue, honoured: honoured.sort(), oldIndex, givenUp, salvage } };
}

async function findLost(
  follower: TreeFollower,
  manifests: readonly Manifest[],
): Promise<readonly HurtSnapshot[]> {
  const lost: HurtSnapshot[] = [];
  for (const { tree, snapshot } of manifests) {
    const found = await follower.follow(tree);
    if (found?.files === 0) continue;
    const { id, site, source, files } = snapshot;
    lost.push({ snapshot: id, site, source, ...(found ?? { files, paths: [] }) });
  }
  return lost;
}

function entriesThat({ count }: ChunkIndex, is: (entry: number) => boolean): Uint32Array {
  const entries: number[] = [];
  for (let entry = 0; entry < count; entry++) if (is(entry)) entries.push(entry);
  return Uint32Array.from(entries);
}

/** The other object of the same bytes, where there is one. */
export function twinOf(object: string): string | undefined {
  if (object === configName) return configCopyName;
  if (object === configCopyName) return configName;
  if (!object.startsWith(keyFolder)) return undefined;
  return object.endsWith(".copy") ? object.slice(0, -".copy".length) : `${object}.copy`;
}

function hasSoundTwin({ object, is }: Damage, damaged: ReadonlyMap<string, Damage>): boolean {
  const twin = twinOf(object);
  return twin !== undefined && !damaged.has(twin) && (is === "damaged" || is === "missing");
}

function isRemovable({ object, is }: Damage): boolean {
  return is === "damaged" && isBelow(object, removable);
}

function isBelow(object: string, folders: readonly string[]): boolean {
  return folders.some((folder) => object.startsWith(folder));
}
