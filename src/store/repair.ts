import type { Instant } from "../core/base/instant.ts";
import { readFences } from "./fences.ts";
import { BlobReader } from "./blob-reader.ts";
import { checkRepository } from "./check.ts";
import { CopyIntake } from "./copy-intake.ts";
import type { Crew } from "./crew.ts";
import type { IndexedPack } from "./format/index-file.ts";
import { LoadedIndex } from "./index-loader.ts";
import type { SessionSetting } from "./ingest/messages.ts";
import { addLostPacks } from "./lost-packs.ts";
import type { ObjectStore } from "./object-store.ts";
import type { ReadParts } from "./read-parts.ts";
import type { CheckOptions, Repair } from "./repository.ts";
import { type ContentRepair, makeRepairPlan, twinOf } from "./repair-plan.ts";
import { eachTable } from "./rescue-index.ts";
import { SharedClaims } from "./shared-claims.ts";
import { isContent } from "./usage-marks.ts";

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
  reading: ReadParts,
  options: Omit<CheckOptions, "readPerMille">,
): Promise<Repair> {
  const { store, now } = parts;
  const check = await checkRepository(reading, { ...options, readPerMille: 1000 }, now);
  const { plan, content } = await makeRepairPlan(reading, check, options.signal);
  return {
    plan,
    async apply(signal) {
      for (const object of plan.rewritten) await rewrite(store, object);
      if (content) await repairContent(parts, content, signal);
      for (const object of plan.removed) await store.backend.remove(object);
    },
  };
}

async function rewrite({ backend }: ObjectStore, object: string): Promise<void> {
  const bytes = await backend.get(twinOf(object)!);
  await backend.put(object, bytes);
}

/**
 * What is sound is stored once more before the packs that held it are given up, and these before the new index is written,
 * and the old index goes last: at no moment less can be read than before.
 */
async function repairContent(parts: RepairParts, content: ContentRepair, signal: AbortSignal): Promise<void> {
  const { store, now } = parts;
  const { rescue, oldIndex, givenUp } = content;
  const index = new LoadedIndex(store, await readFences(store), "reading");
  await salvage(parts, content, { index, signal });
  const digests = [...givenUp].map((name) => name.slice(name.lastIndexOf("/") + 1)).sort();
  if (digests.length > 0) await addLostPacks(store, { at: now(), packs: digests });
  const kept = new Map(rescue.sound);
  for (const name of givenUp) kept.delete(name);
  await writeIndex(store, index, kept);
  for (const name of oldIndex) await store.backend.remove(name);
}

async function salvage(
  { store, crew, setting, now }: RepairParts,
  { rescue, salvage: entries }: ContentRepair,
  { index, signal }: { readonly index: LoadedIndex; readonly signal: AbortSignal },
): Promise<void> {
  const { chunks } = rescue.index;
  const to = { store, index, crew, setting, shared: new SharedClaims(), now };
  const hooks = { signal, pace: async () => undefined, onCopied: () => undefined };
  const intake = new CopyIntake({ store, index: rescue.index }, to, hooks);
  try {
    await intake.copy(entries.filter((entry) => isContent(chunks.typeOf(entry))));
    // A list must never be found whose content is not there.
    await intake.finish();
    const blobs = new BlobReader(store, chunks);
    for (const entry of entries.filter((it) => !isContent(chunks.typeOf(it)))) {
      const [type, id] = [chunks.typeOf(entry), chunks.idOf(entry).slice()];
      const bytes = new Uint8Array(await blobs.read(type, id));
      await intake.store([{ type, id, fileBytes: chunks.fileBytesOf(entry), bytes }]);
    }
    await intake.finish();
  } finally {
    await intake.close();
  }
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
