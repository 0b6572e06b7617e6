import { type ListedObject, ObjectMissing } from "../backends/backend.ts";
import { toHex } from "../../core/base/bytes.ts";
import type { Instant } from "../../core/base/instant.ts";
import type { PrunePlan } from "../../core/model/repository/prune-plan.ts";
import { isConfirmed } from "../objects/confirmation.ts";
import { type Fences, listTrash, publishFence, readFences, unlessOvertaken } from "../objects/fences.ts";
import type { Fence } from "../format/fence-object.ts";
import {
  fenceName,
  packFolder,
  packName,
  snapshotFolder,
  snapshotName,
  trashName,
} from "../format/layout.ts";
import type { Manifest } from "../format/manifest.ts";
import { LoadedIndex } from "../index/index-loader.ts";
import { findLeases, type FoundLease, isRunning, readLeases } from "../objects/leases.ts";
import { Needs } from "../walk/needs.ts";
import type { ObjectStore } from "../objects/object-store.ts";
import { forEachLimited } from "../../threads/parallel.ts";
import { requireClock } from "./prune-clock.ts";
import { type IndexPlan, planIndex, rewriteIndex } from "./prune-index.ts";
import { decideFates, type PackFates, type StandingPack } from "./prune-plan.ts";
import { repack, type RepackParts } from "./repack.ts";
import type { PruneOptions, PruneReport } from "../repository.ts";
import { PruneRefused } from "../objects/repository-errors.ts";
import { readManifests, readProofs } from "../objects/snapshot-list.ts";

const requestsMax = 16;

/** A prune with all that it has found, before it changes anything. */
interface Survey {
  readonly fences: Fences;
  readonly manifests: readonly Manifest[];
  readonly honoured: readonly Manifest[];
  readonly endedLeases: readonly FoundLease[];
  /** Of writers that died. */
  readonly unfinished: readonly ListedObject[];
  readonly index: LoadedIndex;
  readonly fates: PackFates;
  readonly indexPlan: IndexPlan;
  readonly incomplete: readonly string[];
}

/**
 * Takes away what no snapshot needs, in two runs: the first moves packs to the trash, a later one deletes
 * them. No lock is held and no clock is believed; docs/decisions/0009-prune.md says why nothing that is
 * needed is lost. May be cut off anywhere.
 *
 * `PruneRefused` when a snapshot, a lease or an index file can't be read, `ClockDoubted` when the time can't
 * be right.
 */
export async function pruneRepository(
  parts: Omit<RepackParts, "index">,
  options: PruneOptions,
): Promise<PruneReport> {
  const { found, plan, answer } = await surveyAndAsk(parts, options);
  if (answer !== "approved") return { plan, result: answer };
  const fence = await prepareFence({ ...parts, index: found.index }, found, options).catch(
    unlessOvertaken(parts.store, found.fences),
  );
  if (!fence || !(await publishFence(parts.store, fence))) return { plan, result: "overtaken" };
  await takeAway(parts.store, found, fence);
  return { plan, result: "done", fence: fence.number };
}

interface Asked {
  readonly found: Survey;
  readonly plan: PrunePlan;
  readonly answer: "approved" | "refused" | "nothing-to-do";
}

/**
 * A question may stand for hours: who captured or restores meanwhile is seen to as well, and what would take
 * away more than was approved is asked anew.
 */
async function surveyAndAsk(parts: Omit<RepackParts, "index">, options: PruneOptions): Promise<Asked> {
  let approved: PrunePlan | undefined;
  for (;;) {
    const found = await surveyQuietly(parts, options);
    const plan = planOf(found);
    if (!hasWork(found)) return { found, plan, answer: "nothing-to-do" };
    if (approved && !takesMore(plan, approved)) return { found, plan, answer: "approved" };
    if (!(await options.approve(plan))) return { found, plan, answer: "refused" };
    if (!(await hasChanged(parts, found))) return { found, plan, answer: "approved" };
    approved = plan;
  }
}

function takesMore({ trash, remove }: PrunePlan, approved: PrunePlan): boolean {
  return trash.bytes > approved.trash.bytes || remove.bytes > approved.remove.bytes;
}

/**
 * What is found missing while another prune goes on may only have been moved: then it is looked for again.
 */
async function surveyQuietly(parts: Omit<RepackParts, "index">, options: PruneOptions): Promise<Survey> {
  for (;;) {
    const fences = await readFences(parts.store);
    const found = await survey(parts, fences, options).catch(unlessOvertaken(parts.store, fences));
    if (found) return found;
  }
}

/**
 * Fences before manifests, manifests before the index, packs last: each names only what is found in the next.
 */
async function survey(
  { store, now }: Omit<RepackParts, "index">,
  fences: Fences,
  options: PruneOptions,
): Promise<Survey> {
  const { manifests, unreadable } = await readManifests(store);
  if (unreadable.length > 0) throw new PruneRefused(unreadable);
  if (options.clock === "compare") requireClock(now(), fences, manifests);
  const { leases, unreadable: doubtful } = await findLeases(store);
  if (doubtful.length > 0) throw new PruneRefused(doubtful);
  const index = new LoadedIndex(store, fences, "standing");
  await index.refresh();
  if (index.damaged.size > 0) throw new PruneRefused([...index.damaged]);
  const running = leases.filter((lease) => isRunning(lease, now()));
  const found = await findNeeds(store, index, { manifests, running }, options);
  const fates = decideFates({
    fences,
    chunks: index.chunks,
    isNeeded: (entry) => found.needs.has(entry),
    packs: await standingPacks(store),
    trash: await listTrash(store),
    isLeased: running.length > 0,
    now: now(),
    graceMs: options.graceMs,
    maxUnusedPerMille: options.maxUnusedPerMille,
  });
  const indexPlan = planIndex(index, wantedIndex(fates));
  const { honoured, incomplete } = found;
  const endedLeases = leases.filter((lease) => !running.includes(lease));
  const unfinished = await listUnfinished(store, now() - options.graceMs);
  return { fences, manifests, honoured, endedLeases, unfinished, index, fates, indexPlan, incomplete };
}

interface FoundNeeds {
  readonly needs: Needs;
  readonly honoured: readonly Manifest[];
  readonly incomplete: readonly string[];
}

/**
 * A snapshot that was confirmed and lacks something is damaged: then nobody knows what else is. Others may
 * have been overtaken.
 */
async function findNeeds(
  store: ObjectStore,
  index: LoadedIndex,
  {
    manifests,
    running,
  }: { readonly manifests: readonly Manifest[]; readonly running: readonly FoundLease[] },
  { signal, onProgress }: PruneOptions,
): Promise<FoundNeeds> {
  const proofs = await readProofs(store.backend, store);
  const needs = new Needs(store, index);
  const isSure = ({ snapshot: { id }, epoch }: Manifest) =>
    isConfirmed(index.fences, { id, epoch, proofs: proofs.get(id) ?? [] });
  const sure = manifests.filter(isSure);
  const honoured: Manifest[] = [];
  const incomplete: string[] = [];
  let round = 1;
  for (const manifest of [...sure, ...manifests.filter((it) => !isSure(it))]) {
    signal.throwIfAborted();
    const { id } = manifest.snapshot;
    onProgress?.({ files: honoured.length, bytes: 0, readBytes: 0, current: `what ${id} needs` });
    const wasSure = honoured.length < sure.length && incomplete.length === 0;
    const lacking = await needs.add(manifest.tree, wasSure ? 1 : ++round);
    if (lacking.length === 0) honoured.push(manifest);
    else if (wasSure) throw new PruneRefused([`snapshot ${id}`, ...lacking]);
    else incomplete.push(id);
  }
  for (const { tree } of running) await needs.add(tree, ++round);
  return { needs, honoured, incomplete };
}

async function standingPacks({ backend }: ObjectStore): Promise<readonly StandingPack[]> {
  const found: StandingPack[] = [];
  for await (const { name, size, modifiedAt } of backend.list(packFolder))
    found.push({ hex: name.slice(name.lastIndexOf("/") + 1), size, modifiedAt });
  return found;
}

/**
 * Judged by the store's own clock: a writer that is at one object for longer than the grace fails, and loses
 * nothing.
 */
async function listUnfinished({ backend }: ObjectStore, until: Instant): Promise<readonly ListedObject[]> {
  const found = await Array.fromAsync(backend.unfinished?.() ?? []);
  return found.filter(({ modifiedAt }) => modifiedAt !== undefined && modifiedAt <= until);
}

function wantedIndex({ keep, leave, trash, wait }: PackFates) {
  const hexOf = ({ hex }: StandingPack) => hex;
  return {
    keep: new Set(keep.map(hexOf)),
    remember: new Set([...leave.map(hexOf), ...trash.map(hexOf), ...wait.map(({ pack }) => pack)]),
  };
}

/**
 * Index files that name what is gone are tidied by the way; alone they are reason enough, as long as no fence
 * was lost.
 */
function hasWork({ fates, indexPlan, index, fences, unfinished }: Survey): boolean {
  const { trash, remove, rescue, keep } = fates;
  if (trash.length + remove.length + rescue.length + indexPlan.replaced.length > 0) return true;
  if (unfinished.length > 0) return true;
  if (fences.epoch === 0) return false;
  const packs = index.chunks.packs.filter((_, pack) => !index.isUsable(pack));
  const unvouched = new Set(packs.map(({ digest }) => toHex(digest)));
  return keep.some(({ hex }) => unvouched.has(hex));
}

function planOf({ manifests, fates, incomplete, index, unfinished }: Survey): PrunePlan {
  const neededBytes = fates.rescue.reduce((sum, entry) => sum + index.chunks.lengthOf(entry), 0);
  return {
    snapshots: manifests.length,
    trash: sumOf(fates.trash),
    repack: { ...sumOf(fates.repack), neededBytes },
    remove: sumOf(fates.remove),
    wait: sumOf(fates.wait),
    leave: sumOf(fates.leave),
    unfinished: { files: unfinished.length, bytes: sumOf(unfinished).bytes },
    keep: { ...sumOf(fates.keep), unusedBytes: fates.unusedBytes },
    incomplete,
  };
}

function sumOf(packs: readonly { readonly size: number }[]): {
  readonly packs: number;
  readonly bytes: number;
} {
  return { packs: packs.length, bytes: packs.reduce((sum, { size }) => sum + size, 0) };
}

async function hasChanged(
  { store, now }: Omit<RepackParts, "index">,
  { manifests, fences, fates }: Survey,
): Promise<boolean> {
  const { epoch } = await readFences(store);
  const names = await Array.fromAsync(store.backend.list(snapshotFolder), ({ name }) => name);
  const known = new Set(manifests.map(({ snapshot }) => snapshotName(snapshot.id)));
  if (epoch !== fences.epoch || names.length !== known.size || names.some((name) => !known.has(name)))
    return true;
  // Who began to restore meanwhile may rest on what is about to leave the trash.
  return fates.remove.length > 0 && (await readLeases(store)).some((lease) => isRunning(lease, now()));
}

/**
 * Stores what is needed of the packs that go, and writes the index of what stays: both before anything is
 * said or taken.
 */
async function prepareFence(parts: RepackParts, found: Survey, options: PruneOptions): Promise<Fence> {
  const { fates, index, fences } = found;
  let bytes = 0;
  const onBytes = (count: number): void => {
    bytes += count;
    options.onProgress?.({ files: 0, bytes, readBytes: bytes, current: "storing anew" });
  };
  const before = new Set(index.files.keys());
  if (fates.rescue.length > 0) await repack(parts, fates.rescue, { signal: options.signal, onBytes });
  const made = [...index.files.keys()].filter((name) => !before.has(name));
  const names = await rewriteIndex(parts.store, index, found.indexPlan, wantedIndex(fates));
  options.signal.throwIfAborted();
  return {
    number: fences.epoch + 1,
    at: parts.now(),
    honoured: found.honoured.map(({ snapshot }) => snapshot.id).sort(),
    trashed: fates.trash.map(({ hex }) => hex).sort(),
    index: [...names, ...made].sort(),
    replaced: [...found.indexPlan.replaced].sort(),
  };
}

/** From here on what was announced is done; whatever is cut off, the next prune finds and does. */
async function takeAway(store: ObjectStore, found: Survey, { number, trashed }: Fence): Promise<void> {
  const { backend } = store;
  const { fates, indexPlan } = found;
  await forEachLimited(trashed, requestsMax, async (hex) => {
    const digest = Buffer.from(hex, "hex");
    await backend.move(packName(digest), trashName(number, digest)).catch(unlessMissing);
  });
  await forEachLimited(fates.remove, requestsMax, ({ name }) => backend.remove(name));
  await forEachLimited(indexPlan.replaced, requestsMax, (name) => backend.remove(name));
  await forEachLimited(spentFences(found), requestsMax, (name) => backend.remove(name));
  await forEachLimited(found.unfinished, requestsMax, ({ name }) => backend.remove(name));
  await forEachLimited(found.endedLeases, requestsMax, ({ name }) => backend.remove(name));
}

/** Another prune was quicker. */
function unlessMissing(error: unknown): void {
  if (!(error instanceof ObjectMissing)) throw error;
}

/**
 * Fences whose packs are all gone: their numbers are below the new one's, and they condemn nothing that there
 * is.
 */
function spentFences({ fences, fates, index }: Survey): readonly string[] {
  const left = new Set([...fates.wait.map(({ pack }) => pack), ...fates.trash.map(({ hex }) => hex)]);
  return fences.readable
    .filter((fence) => !fence.trashed.some((hex) => left.has(hex)))
    .filter((fence) => !fence.replaced.some((name) => index.files.has(name)))
    .map(({ number }) => fenceName(number));
}
