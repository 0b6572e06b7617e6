import type { Instant } from "../../core/base/instant.ts";
import { isDamaged } from "./check-objects.ts";
import { checkRepository } from "./check.ts";
import type { Crew } from "../crew/crew.ts";
import { publishFence, unlessOvertaken } from "../objects/fences.ts";
import type { Fence } from "../format/fence-object.ts";
import type { IndexedPack } from "../format/index-file.ts";
import type { LoadedIndex } from "../index/index-loader.ts";
import type { SessionSetting } from "../ingest/messages.ts";
import { addLostPacks, listDoubts } from "../objects/lost-packs.ts";
import { type ObjectStore, readWhole } from "../objects/object-store.ts";
import type { ReadParts } from "../crew/read-parts.ts";
import { repack } from "../prune/repack.ts";
import type { CheckOptions, Repair } from "../repository.ts";
import { type ContentRepair, makeRepairPlan, twinOf } from "./repair-plan.ts";
import { eachTable } from "./rescue-index.ts";

/** Packs that one index file names: some megabytes of tables. */
const packsPerIndex = 64;

export interface RepairParts {
  readonly store: ObjectStore;
  readonly crew: Crew;
  readonly setting: Omit<SessionSetting, "seed">;
  readonly now: () => Instant;
}

/** Reads everything and plans what can be saved. Nothing but the ledger is written before `apply`. */
export async function planRepair(
  parts: RepairParts,
  reading: Omit<ReadParts, "index">,
  options: Omit<CheckOptions, "readPerMille">,
): Promise<Repair> {
  const { store, now } = parts;
  // Before anything is read: what is found bad meanwhile stays doubted.
  const doubts = await listDoubts(store);
  const check = await checkRepository(reading, { ...options, readPerMille: 1000 }, now);
  const { plan, content } = await makeRepairPlan(reading, check, options.signal);
  return {
    plan,
    async apply(signal) {
      for (const object of plan.rewritten) await rewrite(store, object);
      if (content && !(await repairContent(parts, content, signal))) return "overtaken";
      // What the new index names was proven, and so was where its lists lead.
      for (const name of content ? doubts : []) await store.backend.remove(name);
      // A cable or a share may have spoilt the reading and not the object.
      for (const object of plan.removed)
        if (await isDamaged(store, object)) await store.backend.remove(object);
      return "done";
    },
  };
}

async function rewrite({ backend }: ObjectStore, object: string): Promise<void> {
  const bytes = await readWhole(backend, { type: "keySlot", name: twinOf(object)! });
  await backend.put(object, bytes);
}

/**
 * What is sound is stored once more before the new index is written, that before the fence is published that
 * vouches for it, and the old index goes last: at no moment less can be read than before. False when a prune
 * or another repair has published a fence since the look: then what was found may no longer be so, and
 * nothing was taken away.
 *
 * The fence takes no pack away. It has whoever captures now look at all that the snapshot needs, since that
 * may rest on what was given up; docs/decisions/0009-prune.md says more.
 */
async function repairContent(
  parts: RepairParts,
  content: ContentRepair,
  signal: AbortSignal,
): Promise<boolean> {
  const { store, now } = parts;
  const { fences, oldIndex, givenUp } = content;
  const fence = await prepareFence(parts, content, signal).catch(unlessOvertaken(store, fences));
  if (!fence || !(await publishFence(store, fence))) return false;
  const digests = [...givenUp].map((name) => name.slice(name.lastIndexOf("/") + 1)).sort();
  if (digests.length > 0) await addLostPacks(store, { at: now(), packs: digests, doubted: [] });
  for (const name of oldIndex) await store.backend.remove(name);
  return true;
}

/**
 * What lies in condemned packs can still be found, for snapshots that are being written now, and is not
 * vouched for.
 */
async function prepareFence(
  parts: RepairParts,
  { fences, rescue, honoured, oldIndex, givenUp, salvage }: ContentRepair,
  signal: AbortSignal,
): Promise<Fence> {
  const { store, now } = parts;
  const { index } = rescue;
  if (salvage.length > 0) await repack({ ...parts, index }, [...salvage], { signal });
  const kept = new Map(rescue.sound);
  for (const name of givenUp) kept.delete(name);
  await writeIndex(store, index, kept);
  const names = [...index.files.keys()].sort();
  await writeIndex(store, index, rescue.condemned);
  signal.throwIfAborted();
  const number = fences.epoch + 1;
  return { number, at: now(), honoured, trashed: [], index: names, replaced: [...oldIndex].sort() };
}

async function writeIndex(
  store: ObjectStore,
  index: LoadedIndex,
  packs: ReadonlyMap<string, number>,
): Promise<void> {
  let batch: IndexedPack[] = [];
  await eachTable(store, packs, async (pack) => {
    batch.push(pack);
    if (batch.length < packsPerIndex) return;
    const full = batch;
    batch = [];
    await index.write(full);
  });
  if (batch.length > 0) await index.write(batch);
}
