import { expect, test } from "vitest";
import type { Offer } from "../../../src/core/model/offer.ts";
import type { Backend } from "../../../src/store/backends/backend.ts";
import { memoryBackend } from "../../../src/store/backends/memory.ts";
import type { PruneReport, Repository } from "../../../src/store/repository.ts";
import { ObjectDamaged, PruneRefused } from "../../../src/store/objects/repository-errors.ts";
import { count } from "../../support/campaign/depth.ts";
import { CallSchedule } from "../../support/scheduled-backend.ts";
import { SeededRandom } from "../../support/seeded-random.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import {
  capture,
  describeContent,
  newRepository,
  readTree,
  reopen,
  restoreAll,
  verifyAll,
  closeOpened,
} from "../../support/test-repository.ts";

/** The ordinary run takes a few; `npm run campaign` takes a thousand. */
const seeds = Number(process.env["SITEKEEP_SEEDS"] ?? 12);
const first = Number(process.env["SITEKEEP_SEED"] ?? 1);

test(`writers, prunes, forgets and a restore at once, in ${seeds} orders: what is confirmed comes back as it was`, async () => {
  const seen = { confirmed: 0, unconfirmed: 0, overtaken: 0, done: 0, lookedAt: 0 };
  // Calls come in another order each time: where something has not happened yet, more orders are tried.
  const isShort = () => seeds >= 12 && Object.values(seen).includes(0);
  let seed = first;
  for (; seed < first + seeds || (isShort() && seed < first + 10 * seeds); seed++) {
    await runTogether(seed, seen);
    await closeOpened();
  }
  count("interleavings with prunes", seed - first);
  // The orders do what they are for: each thing that can happen has happened.
  if (seeds >= 12) for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(0);
});

const repairedSeeds = Math.ceil(seeds / 2);

test(`writers and prunes beside repairs of a damaged pack, in ${repairedSeeds} orders: nothing else is lost by it`, async () => {
  const seen = { confirmed: 0, unconfirmed: 0, overtaken: 0, done: 0, lookedAt: 0 };
  const repairs = { done: 0, overtaken: 0, "cut off": 0 };
  const isShort = () => seeds >= 12 && repairs.overtaken === 0;
  for (let seed = first; seed < first + repairedSeeds || (isShort() && seed < first + 5 * seeds); seed++) {
    await runRepairing(seed, seen, repairs);
    await closeOpened();
  }
  expect(repairs.done).toBeGreaterThan(0);
  if (seeds >= 12) expect(repairs.overtaken).toBeGreaterThan(0);
});

type Seen = Record<"confirmed" | "unconfirmed" | "overtaken" | "done" | "lookedAt", number>;

interface Stage {
  readonly backend: Backend;
  readonly schedule: CallSchedule;
  readonly random: SeededRandom;
  /** By snapshot: the contents that were offered. */
  readonly offered: Map<string, readonly string[]>;
  readonly seen: Seen;
}

/** A repository with two snapshots. */
async function begin(seed: number, seen: Seen) {
  const random = new SeededRandom(seed);
  const objects = new Map<string, Uint8Array>();
  const backend = memoryBackend(objects);
  const repository = await newRepository(backend);
  const schedule = new CallSchedule(random);
  const stage: Stage = { backend, schedule, random, offered: new Map(), seen };
  for (const id of ["old1", "old2"]) await store(repository, id, contentsOf(random), stage);
  return { stage, objects, repository };
}

/**
 * Contents are drawn from few, so that captures meet what others stored, and prunes are about to take away.
 */
async function runTogether(seed: number, seen: Seen): Promise<void> {
  const { stage, objects } = await begin(seed, seen);
  const { random } = stage;

  const work = [
    write(stage, "w1", 10 * seed, random.below(60)),
    write(stage, "w2", 10 * seed + 1, random.below(200)),
    pruning(stage, "p1", 10 * seed + 2, Infinity),
    pruning(stage, "p2", 10 * seed + 3, seed % 3 === 0 ? 30 + random.below(60) : Infinity),
    forgetting(stage, "f", 10 * seed + 4),
  ];
  const restoring = restoreMeanwhile(stage, "r", 10 * seed + 5);
  await Promise.all(seed % 3 === 0 ? work.filter((_, at) => at !== 3) : work);
  await restoring;
  stage.schedule.end();
  await judge(stage, seed, objects);
}

type Repairs = Record<"done" | "overtaken" | "cut off", number>;

/**
 * One pack is damaged at the start. What did not lie in the groups that are hurt must come through all that
 * goes on.
 */
async function runRepairing(seed: number, seen: Seen, repairs: Repairs): Promise<void> {
  const { stage, objects, repository } = await begin(seed, seen);
  const { backend, random, offered } = stage;
  const packs = [...objects.keys()].filter((name) => name.startsWith("packs/"));
  objects.get(packs[random.below(packs.length)]!)!.fill(9, 100, 120);
  const { hurt } = await look(repository);
  const isHurt = new Set(hurt.map(({ snapshot }) => snapshot));

  const view = (name: string) => stage.schedule.view(name, sleepy(backend, random, random.below(60)));
  await Promise.all([
    write(stage, "w1", 10 * seed, random.below(60)),
    write(stage, "w2", 10 * seed + 1, random.below(200)),
    pruning(stage, "p1", 10 * seed + 2, Infinity).catch(unlessDamage),
    repairing(view("r1"), 10 * seed + 3, repairs),
    repairing(view("r2"), 10 * seed + 4, repairs),
  ]);
  stage.schedule.end();
  await repairing(backend, 10 * seed + 5, repairs);

  const after = await reopen(backend, { seed: 10 * seed + 6 });
  const { snapshots } = await after.snapshots("objects");
  for (const { id, unconfirmed } of snapshots) {
    const isOld = id.startsWith("old");
    if (!unconfirmed || (isOld && !isHurt.has(id))) await expectBack(after, id, { offered, seed });
    // It has met what was damaged, or a repair found it hurt: as the engine does, it is captured again.
    else if ((await verifyAll(after, id)).result === "failed") await after.forget(id);
  }
  await judge(stage, seed, objects);
  const { damage, hurt: left } = await look(await reopen(backend, { seed: 10 * seed + 7 }));
  expect({ damage, left }, `seed ${seed}`).toEqual({ damage: [], left: [] });
}

function look(repository: Repository) {
  return repository.check({ readPerMille: 1000, signal: new AbortController().signal });
}

/** Until there is nothing left to mend. */
async function repairing(backend: Backend, seed: number, repairs: Repairs): Promise<void> {
  for (let round = 0; round < 6; round++) {
    const repository = await reopen(backend, { seed: seed + 1000 * round });
    const { signal } = new AbortController();
    const { plan, apply } = await repository.planRepair({ signal });
    if (plan.indexedPacks + plan.givenUp.length === 0) return;
    repairs[await apply(signal).catch(unlessDamage)]++;
  }
}

/**
 * A prune that slept deletes what a repair was about to bring back; a prune refuses to go on beside damage.
 */
function unlessDamage(error: unknown): "cut off" {
  if (!(error instanceof ObjectDamaged) && !(error instanceof PruneRefused)) throw error;
  return "cut off";
}

/**
 * Confirmed snapshots come back; after a look and two more prunes there is nothing left that nobody needs.
 */
async function judge(
  { backend, offered, seen }: Stage,
  seed: number,
  objects: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  const repository = await reopen(backend, { seed: 10 * seed + 9 });
  const { snapshots } = await repository.snapshots("objects");
  for (const { id, unconfirmed } of snapshots) {
    if (!unconfirmed) await expectBack(repository, id, { offered, seed });
    seen[unconfirmed ? "unconfirmed" : "confirmed"]++;
  }
  for (const { id } of snapshots.filter((it) => it.unconfirmed)) {
    const verified = await verifyAll(repository, id);
    if (verified.isPruned) await repository.forget(id);
    else {
      expect(verified, `seed ${seed}, ${id}`).toMatchObject({ result: "passed" });
      await prove(repository, id, verified.fence);
    }
  }
  for (const _ of [1, 2]) await prune(repository, seen);
  const left = await repository.snapshots("objects");
  for (const { id, unconfirmed } of left.snapshots) {
    expect(unconfirmed, `seed ${seed}, ${id}`).toBeUndefined();
    await expectBack(repository, id, { offered, seed });
  }
  expect(
    [...objects.keys()].filter((name) => name.startsWith("trash/")),
    `seed ${seed}`,
  ).toEqual([]);
  const stats = await repository.stats(new AbortController().signal);
  const garbage = { unreferenced: stats.unreferenced.plainBytes, missing: stats.missingPacks };
  expect(garbage, `seed ${seed}`).toEqual({ unreferenced: 0, missing: 0 });
  expect(stats.unindexedPacks.files, `seed ${seed}`).toBe(0);
}

/** Two captures, each read back; the writer may fall asleep before any of its calls. */
async function write(stage: Stage, name: string, seed: number, sleeps: number): Promise<void> {
  const { schedule, backend, random } = stage;
  const repository = await reopen(schedule.view(name, sleepy(backend, random, sleeps)), { seed });
  for (const id of [`${name}a`, `${name}b`]) await store(repository, id, contentsOf(random), stage);
}

async function store(
  repository: Repository,
  id: string,
  contents: readonly string[],
  { offered, seen }: Stage,
): Promise<void> {
  offered.set(id, contents);
  const { packs } = await capture(repository, id, contents.map(offerOf), { source: id });
  if (id.startsWith("w2")) return; // Its program died between commit and read-back.
  const options = { perMille: 1000, packs, signal: new AbortController().signal };
  const read = await repository.verify(id, options);
  if (read.fence !== undefined) seen.lookedAt++;
  // As the engine does: it is captured again.
  if (read.result === "failed") await repository.forget(id);
  else await prove(repository, id, read.fence);
}

function prove(repository: Repository, id: string, fence: number | undefined): Promise<void> {
  const proof = { level: "read", result: "passed", at: 1, note: "" } as const;
  return repository.addProof(id, fence === undefined ? proof : { ...proof, fence });
}

async function pruning(stage: Stage, name: string, seed: number, diesAt: number): Promise<void> {
  const { schedule, backend, random, seen } = stage;
  const view = schedule.view(name, sleepy(backend, random, random.below(60)), diesAt);
  for (let round = 0; round < 3; round++)
    await prune(await reopen(view, { seed: seed + 1000 * round }), seen);
}

async function prune(repository: Repository, seen: Seen): Promise<PruneReport> {
  const report = await repository.prune({
    maxUnusedPerMille: 0,
    graceMs: 0,
    clock: "compare",
    signal: new AbortController().signal,
    approve: async () => true,
  });
  if (report.result === "overtaken") seen.overtaken++;
  if (report.result === "done") seen.done++;
  return report;
}

async function forgetting({ schedule, backend }: Stage, name: string, seed: number): Promise<void> {
  const repository = await reopen(schedule.view(name, backend), { seed });
  await repository.forget("old1");
}

/** A snapshot that stays is given back while prunes move and remake its packs. */
async function restoreMeanwhile({ schedule, backend, offered }: Stage, name: string, seed: number) {
  const repository = await reopen(schedule.view(name, backend), { seed });
  await expectBack(repository, "old2", { offered, seed });
}

async function expectBack(
  repository: Repository,
  id: string,
  { offered, seed }: { readonly offered: Stage["offered"]; readonly seed: number },
): Promise<void> {
  const to = temporaryFolder();
  expect(await restoreAll(repository, id, to), `seed ${seed}, ${id}`).toMatchObject({ refused: [] });
  const found = Object.values(readTree(to)).map((it) => it.replace(/^\d+ /, ""));
  const wanted = offered.get(id)!.map((content) => describeContent(bytesOf(content)));
  expect(found.sort(), `seed ${seed}, ${id}`).toEqual(wanted.sort());
}

/** Sleeps once, for a while, before one of its calls: others go on meanwhile. */
function sleepy(backend: Backend, random: SeededRandom, turns: number): Backend {
  let callsLeft = random.below(25);
  const nap = async (): Promise<void> => {
    if (callsLeft-- !== 0) return;
    for (let turn = 0; turn < turns * 4; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    title: backend.title,
    put: async (name, bytes) => (await nap(), backend.put(name, bytes)),
    putNew: async (name, bytes) => (await nap(), backend.putNew(name, bytes)),
    get: async (name, part) => (await nap(), backend.get(name, part)),
    async *list(prefix) {
      await nap();
      yield* backend.list(prefix);
    },
    remove: async (name) => (await nap(), backend.remove(name)),
    move: async (from, to) => (await nap(), backend.move(from, to)),
  };
}

function contentsOf(random: SeededRandom): readonly string[] {
  const all = ["a", "b", "c", "d", "e", "f", "g"];
  return all.filter(() => random.below(2) === 0).concat("h");
}

/** Every other one has a list: several chunks. */
function bytesOf(content: string): Uint8Array {
  const number = content.charCodeAt(0);
  return new SeededRandom(number).bytes(number % 2 === 0 ? 900 : 150_000);
}

function offerOf(content: string): Offer {
  const bytes = bytesOf(content);
  return { type: "file", path: content, modifiedAt: 5, size: bytes.length, locator: { bytes } };
}
