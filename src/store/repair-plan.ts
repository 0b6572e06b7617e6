import type { Damage, HurtSnapshot, RepositoryCheck } from "../core/model/repository-check.ts";
import type { RepairPlan } from "../core/model/repository-repair.ts";
import { checkObjects } from "./check-objects.ts";
import type { ChunkIndex } from "./chunk-index.ts";
import { TreeFollower } from "./follow-trees.ts";
import {
  configCopyName,
  configName,
  indexFolder,
  keyFolder,
  leaseFolder,
  ledgerFolder,
  lostFolder,
  packFolder,
  packName,
  proofFolder,
  recordFolder,
  snapshotFolder,
} from "./format/layout.ts";
import type { ReadParts } from "./read-parts.ts";
import { makeRescueIndex, type RescueIndex } from "./rescue-index.ts";

/** Below these an object that can't be read says nothing, and others need not wait for it. */
const removable = [snapshotFolder, proofFolder, recordFolder, leaseFolder, ledgerFolder, lostFolder];

/** What is to be done to the content: absent when packs and index are in order. */
export interface ContentRepair {
  readonly rescue: RescueIndex;
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

/** Decides what can be saved, by what a check that has read everything has found. Writes nothing. */
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
    check.hurt.length > 0 || damage.some(({ object }) => isBelow(object, [packFolder, indexFolder]));
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
  return isMending || content.givenUp.size > 0 || lost.length < hurt.length || filesOf(lost) < filesOf(hurt);
}

function planOf(
  content: ContentRepair | undefined,
): Pick<RepairPlan, "indexedPacks" | "givenUp" | "salvaged"> {
  if (!content) return { indexedPacks: 0, givenUp: [], salvaged: { blobs: 0, bytes: 0 } };
  const { rescue, givenUp, salvage } = content;
  const { chunks } = rescue.index;
  const bytes = salvage.reduce((sum, entry) => sum + chunks.lengthOf(entry), 0);
  return {
    indexedPacks: rescue.sound.size - [...givenUp].filter((name) => rescue.sound.has(name)).length,
    givenUp: [...givenUp].sort(),
    salvaged: { blobs: salvage.length, bytes },
  };
}

async function planContent(
  parts: Omit<ReadParts, "index">,
  damage: readonly Damage[],
  signal: AbortSignal,
): Promise<PlannedContent> {
  const { store } = parts;
  const { manifests } = await checkObjects(store, signal);
  // Index before packs: what these files name is among the packs that are listed after them.
  const listed = await Array.fromAsync(store.backend.list(indexFolder));
  const oldIndex = listed.map(({ name }) => name);
  // One that is missing has nothing to give up, and may come back.
  const isHurt = ({ object, is }: Damage) => is === "damaged" && object.startsWith(packFolder);
  const damaged = new Set(damage.filter(isHurt).map(({ object }) => object));
  const rescue = await makeRescueIndex(parts, { damaged, oldIndex, signal });
  const { chunks } = rescue.index;
  const follower = new TreeFollower(store, chunks, { isBad: (it) => rescue.bad.has(it), signal });
  const lost: HurtSnapshot[] = [];
  for (const { tree, snapshot } of manifests) {
    const found = await follower.follow(tree);
    if (found?.files === 0) continue;
    const { id, site, source, files } = snapshot;
    lost.push({ snapshot: id, site, source, ...(found ?? { files, paths: [] }) });
  }
  const broken = new Set(await follower.brokenLists());
  const givenUp = new Set([...damaged, ...(await rescue.packsWith(broken))]);
  const isSaved = (entry: number) =>
    givenUp.has(packName(chunks.packs[chunks.place(entry).pack]!.digest)) &&
    !rescue.bad.has(entry) &&
    !broken.has(entry);
  return { lost, content: { rescue, oldIndex, givenUp, salvage: entriesThat(chunks, isSaved) } };
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
