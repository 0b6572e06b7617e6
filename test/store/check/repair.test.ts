import { describe, expect, test } from "vitest";
import type { RepairPlan } from "../../../src/core/model/repository/repository-repair.ts";
import type { FileOffer } from "../../../src/core/model/offer.ts";
import type { Backend } from "../../../src/store/backends/backend.ts";
import { memoryBackend } from "../../../src/store/backends/memory.ts";
import type { Repository } from "../../../src/store/repository.ts";
import { makePages } from "../../support/database-pages.ts";
import { faultyBackend, InjectedFault } from "../../support/faulty-backend.ts";
import { SeededRandom } from "../../support/seeded-random.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import {
  capture,
  describeContent,
  facts,
  newRepository,
  readTree,
  reopen,
  restoreAll,
} from "../../support/test-repository.ts";

type Objects = Map<string, Uint8Array>;
const seeded = new SeededRandom(40);
/** Of chunks, and of runs of pages. */
const [small, large] = [seeded.bytes(1_000_000), makePages(600, seeded)];
const { signal } = new AbortController();

/** Each a way to hurt the repository of `filled`, and what a repair says of it. */
const hurts: readonly {
  readonly what: string;
  hurt(objects: Objects): void;
  readonly plan: Partial<Record<keyof RepairPlan, unknown>>;
}[] = [
  {
    what: "that has no index at all",
    hurt: (objects) => removeAll(objects, /^index\//),
    plan: { damage: [], indexedPacks: 4, lost: [] },
  },
  {
    what: "of which an index file is damaged",
    hurt: (objects) => flip(objects, /^index\//, 100),
    plan: { indexedPacks: 4, givenUp: [], lost: [] },
  },
  {
    what: "of which a proof and a record are damaged",
    hurt: (objects) => {
      flip(objects, /^proofs\//, 60);
      flip(objects, /^records\//, 60);
    },
    plan: { removed: [expect.stringMatching(/^proofs/), "records/runs/a"], indexedPacks: 0, lost: [] },
  },
  {
    what: "of which a key slot and the configuration are damaged",
    hurt: (objects) => {
      flip(objects, /^keys\/[0-9a-f]+$/, 60);
      removeAll(objects, /^config$/);
    },
    plan: { rewritten: ["config", expect.stringMatching(/^keys/)], lost: [], left: [] },
  },
  {
    what: "of which a pack's own table is damaged",
    hurt: (objects) => {
      const [name] = packsOf(objects);
      flip(objects, new RegExp(`^${name}$`), objects.get(name!)!.length - 60);
    },
    plan: { givenUp: [expect.stringMatching(/^packs/)], lost: [] },
  },
];

describe.each(["encrypted", "plain"] as const)("a repository (%s)", (how) => {
  const fitting = hurts.filter(({ what }) => how === "encrypted" || !what.includes("key slot"));
  test.each(fitting)("$what is whole after a repair", async ({ hurt, plan }) => {
    const { objects, wanted } = await filled(how);
    hurt(objects);
    const repair = await (await reopen(memoryBackend(objects))).planRepair({ signal });
    expect(repair.plan).toMatchObject(plan);
    await repair.apply(signal);
    const repository = await reopen(memoryBackend(objects), { seed: 8 });
    expect(await findDamage(repository)).toEqual({ damage: [], hurt: [] });
    expect(await restored(repository, "s2")).toEqual(wanted);
    expect((await repository.planRepair({ signal })).plan).toMatchObject({ damage: [], indexedPacks: 0 });
  });
});

test("a damaged manifest is taken away, and the repair says which snapshot is lost with it", async () => {
  const { objects, wanted } = await filled("encrypted");
  flip(objects, /^snapshots\/s1$/, 90);
  const repository = await reopen(memoryBackend(objects));
  const { plan, apply } = await repository.planRepair({ signal });
  expect(plan).toMatchObject({ removed: ["snapshots/s1"], lostSnapshots: ["s1"], lost: [] });
  await apply(signal);
  expect(await findDamage(repository)).toEqual({ damage: [], hurt: [] });
  expect((await repository.snapshots("objects")).unreadable).toEqual([]);
  expect(await restored(repository, "s2")).toEqual(wanted);
});

test("a manifest that was spoilt on its way, and is sound when it is looked at again, is not taken away", async () => {
  const { objects } = await filled("encrypted");
  const inner = memoryBackend(objects);
  let isSpoiling = true;
  const backend: Backend = {
    ...inner,
    async get(name, part) {
      const bytes = await inner.get(name, part);
      return isSpoiling && name === "snapshots/s1" ? bytes.with(90, bytes[90]! ^ 1) : bytes;
    },
  };
  const { plan, apply } = await (await reopen(backend)).planRepair({ signal });
  expect(plan.removed).toEqual(["snapshots/s1"]);
  isSpoiling = false;
  expect(await apply(signal)).toBe("done");
  const repository = await reopen(inner, { seed: 8 });
  expect((await repository.snapshots("objects")).snapshots.map(({ id }) => id)).toEqual(["s1", "s2"]);
  expect(await findDamage(repository)).toEqual({ damage: [], hurt: [] });
});

test.each(["is damaged", "is gone"])(
  "content that is lost when a pack %s comes back with the next capture, in old snapshots too",
  async (what) => {
    const { objects, offers, wanted } = await filled("encrypted", large);
    const [pack] = packsOf(objects);
    if (what === "is gone") objects.delete(pack!);
    else objects.get(pack!)!.fill(7, 500, 900);
    const repository = await reopen(memoryBackend(objects));
    const { plan, apply } = await repository.planRepair({ signal });
    expect(plan.lost.map(({ snapshot }) => snapshot)).toEqual(["s1", "s2"]);
    const { paths } = plan.lost[1]!;
    expect(paths).toContain("database");
    await apply(signal);
    const hurt = await findDamage(repository);
    expect(hurt.damage).toEqual([]);
    expect(hurt.hurt.map((it) => it.paths)).toEqual([plan.lost[0]!.paths, paths]);

    // What is not named as lost is there.
    const left = await restored(repository, "s2");
    expect(Object.keys(left).sort()).toEqual(
      Object.keys(wanted)
        .filter((path) => !paths.includes(path))
        .sort(),
    );
    // What no repair brings back is no reason for another one.
    expect((await repository.planRepair({ signal })).plan).toMatchObject({ indexedPacks: 0, givenUp: [] });
    await capture(repository, "s3", offers, { previous: "s2" });
    expect(await findDamage(repository)).toEqual({ damage: [], hurt: [] });
    for (const id of ["s2", "s3"]) expect(await restored(repository, id)).toEqual(wanted);
  },
);

test("content that was stored anew after its packs were gone is given back, though an older index leads to those", async () => {
  const { objects, offers, wanted } = await filled("encrypted");
  removeAll(objects, /^packs\//);
  await capture(await reopen(memoryBackend(objects), { seed: 5 }), "s3", offers);
  const reader = await reopen(memoryBackend(objects), { seed: 6 });
  for (const id of ["s2", "s3"]) expect(await restored(reader, id)).toEqual(wanted);
});

test("sound groups of a damaged pack are stored once more, and the pack is given up for good", async () => {
  const { objects } = await filled("encrypted");
  const [pack] = packsOf(objects);
  objects.get(pack!)!.fill(7, 500, 900);
  const repository = await reopen(memoryBackend(objects));
  const { plan, apply } = await repository.planRepair({ signal });
  expect(plan.salvaged.blobs).toBeGreaterThan(0);
  expect(plan.givenUp).toContain(pack);
  await apply(signal);
  expect(objects.has(pack!)).toBe(true);
  // An index that is lost later is made anew without it.
  removeAll(objects, /^index\//);
  const again = await (await reopen(memoryBackend(objects), { seed: 9 })).planRepair({ signal });
  expect(again.plan.lost.flatMap(({ paths }) => paths)).toEqual(plan.lost.flatMap(({ paths }) => paths));
  await again.apply(signal);
  const check = await (
    await reopen(memoryBackend(objects), { seed: 10 })
  ).check({ readPerMille: 1000, signal });
  expect(check.damage).toEqual([]);
  expect(check.setAside.files).toBeGreaterThan(0);
});

test("a repair that is cut off at any change makes nothing worse, and the next one ends it", async () => {
  const start = await filled("encrypted");
  const [pack] = packsOf(start.objects);
  start.objects.get(pack!)!.fill(7, 500, 900);
  flip(start.objects, /^proofs\//, 60);
  const hurt = await findDamage(await reopen(memoryBackend(new Map(start.objects))));
  for (let change = 1; ; change++) {
    const objects: Objects = new Map(start.objects);
    const backend = faultyBackend(memoryBackend(objects), { change, fault: "after" });
    const cut = await repairAll(await reopen(backend)).catch((error: unknown) => error);
    const repository = await reopen(memoryBackend(objects), { seed: 100 + change });
    expect((await findDamage(repository)).hurt, `cut off at change ${change}`).toEqual(hurt.hurt);
    await repairAll(repository);
    const after = await reopen(memoryBackend(objects), { seed: 300 + change });
    expect(await findDamage(after)).toEqual({ damage: [], hurt: hurt.hurt });
    if (!(cut instanceof InjectedFault)) return;
  }
});

test("a repair that a prune has overtaken since it looked changes nothing, and the next one mends", async () => {
  const { objects, wanted } = await filled("encrypted");
  const [pack] = packsOf(objects);
  objects.get(pack!)!.fill(7, 500, 900);
  const repository = await reopen(memoryBackend(objects));
  const hurt = await findDamage(repository);
  const { apply } = await repository.planRepair({ signal });
  const meanwhile = await reopen(memoryBackend(objects), { seed: 12 });
  await capture(meanwhile, "s3", offersOf({ other: seeded.bytes(3000) }));
  await meanwhile.forget("s3");
  expect(await prune(meanwhile)).toMatchObject({ result: "done", fence: 1 });
  const indexOf = () => [...objects.keys()].filter((name) => /^index\/00000001-|^lost\//.test(name));
  const before = indexOf();
  expect(await apply(signal)).toBe("overtaken");
  expect(indexOf()).toEqual(before);
  expect(await findDamage(repository)).toEqual(hurt);
  await repairAll(repository);
  expect(await findDamage(repository)).toEqual({ damage: [], hurt: hurt.hurt });
  expect(Object.keys(await restored(repository, "s2")).length).toBe(
    Object.keys(wanted).length - hurt.hurt[1]!.files,
  );
});

test("a prune whose fence a repair was quicker to publish takes nothing away", async () => {
  const { objects, wanted } = await filled("encrypted");
  const [pack] = packsOf(objects);
  objects.get(pack!)!.fill(7, 500, 900);
  const { plan, apply } = await (await reopen(memoryBackend(objects))).planRepair({ signal });
  const backend = memoryBackend(objects);
  const putNew: Backend["putNew"] = async (name, bytes) => {
    if (name.startsWith("fences/")) expect(await apply(signal)).toBe("done");
    return backend.putNew(name, bytes);
  };
  const pruning = await reopen({ ...backend, putNew }, { seed: 12 });
  await pruning.forget("s1");
  expect(await prune(pruning)).toMatchObject({ result: "overtaken" });
  expect([...objects.keys()].filter((name) => name.startsWith("trash/"))).toEqual([]);
  const { paths } = plan.lost[1]!;
  const sound = Object.keys(wanted).filter((path) => !paths.includes(path));
  expect(Object.keys(await restored(pruning, "s2"))).toEqual(sound.sort());
});

test("a capture that goes on while its content is given up is unconfirmed, and is told to be done again", async () => {
  const { objects, offers, wanted } = await filled("encrypted");
  const [pack] = packsOf(objects);
  objects.get(pack!)!.fill(7, 500, 900);
  const slow = await reopen(memoryBackend(objects), { seed: 15 });
  const options = { site: "PS1", source: "files", previous: "s2", signal, rereadPerMille: 0 };
  const writer = await slow.beginSnapshot(options);
  for (const offer of offers) await writer.offer(offer);
  const repository = await reopen(memoryBackend(objects), { seed: 16 });
  await repairAll(repository);
  const { packs } = await writer.commit(facts("s3"));
  const read = await slow.verify("s3", { perMille: 1000, packs, signal });
  expect(read).toMatchObject({ result: "failed", isPruned: true });
  await slow.forget("s3");
  const again = await capture(slow, "s3", offers, { previous: "s2" });
  const found = await slow.verify("s3", { perMille: 1000, packs: again.packs, signal });
  expect(found).toMatchObject({ result: "passed" });
  expect(await restored(repository, "s3")).toEqual(wanted);
  // What was hurt is whole again, and a look or a prune confirms it.
  const { snapshots } = await slow.snapshots("objects");
  expect(snapshots.map(({ unconfirmed }) => unconfirmed)).toEqual([true, true, undefined]);
  expect(await slow.verify("s2", { perMille: 0, signal })).toMatchObject({ result: "passed", fence: 1 });
});

test("what a snapshot needs of packs that a prune has put aside is brought back, and what nobody needs stays there", async () => {
  const { objects, offers, wanted } = await filled("encrypted");
  const slow = await reopen(memoryBackend(objects), { seed: 15 });
  const writer = await slow.beginSnapshot({ site: "PS1", source: "slow", signal, rereadPerMille: 0 });
  const repository = await reopen(memoryBackend(objects), { seed: 16 });
  await capture(repository, "s3", offersOf({ other: seeded.bytes(500_000) }));
  for (const id of ["s1", "s2", "s3"]) await repository.forget(id);
  await prune(repository);
  for (const offer of offers) await writer.offer(offer);
  await writer.commit(facts("late"));

  const { plan, apply } = await repository.planRepair({ signal });
  expect(plan).toMatchObject({ damage: [], lost: [], givenUp: [], salvaged: { blobs: 0 } });
  const needed = offers.reduce((sum, { size }) => sum + size, 0);
  expect(plan.broughtBack.bytes).toBeGreaterThanOrEqual(needed);
  expect(plan.broughtBack.bytes).toBeLessThan(needed + 300_000);
  expect(await apply(signal)).toBe("done");
  const { snapshots } = await repository.snapshots("objects");
  expect(snapshots).toMatchObject([{ id: "late" }]);
  expect(snapshots[0]).not.toHaveProperty("unconfirmed");
  for (const _ of [1, 2]) await prune(repository);
  removeAll(objects, /^(trash|index)\//);
  await repairAll(await reopen(memoryBackend(objects), { seed: 17 }));
  const after = await reopen(memoryBackend(objects), { seed: 18 });
  expect(await findDamage(after)).toEqual({ damage: [], hurt: [] });
  expect(await restored(after, "late")).toEqual(wanted);
});

function prune(repository: Repository, approve = async () => true) {
  const options = { maxUnusedPerMille: 0, graceMs: 0, clock: "compare" } as const;
  return repository.prune({ ...options, signal, approve });
}

async function repairAll(repository: Repository): Promise<void> {
  await (await repository.planRepair({ signal })).apply(signal);
}

async function findDamage(repository: Repository) {
  const { damage, hurt } = await repository.check({ readPerMille: 1000, signal });
  return { damage, hurt };
}

async function filled(how: "encrypted" | "plain", database: Uint8Array = small!) {
  const objects: Objects = new Map();
  const repository = await newRepository(memoryBackend(objects), how);
  const random = new SeededRandom(41);
  const contents: Record<string, Uint8Array> = {
    database,
    large: random.bytes(900_000),
    small: random.bytes(2000),
  };
  await capture(repository, "s1", offersOf(contents));
  contents["tiny"] = random.bytes(500);
  await capture(repository, "s2", offersOf(contents));
  await repository.putRecord("runs/a", { at: 1 });
  await repository.addProof("s1", { level: "read", result: "passed", at: 3, note: "all" });
  const wanted = Object.fromEntries(
    Object.entries(contents).map(([path, bytes]) => [path, `5000 ${describeContent(bytes)}`]),
  );
  return { objects, offers: offersOf(contents), wanted };
}

function offersOf(contents: Readonly<Record<string, Uint8Array>>): readonly FileOffer[] {
  return Object.entries(contents).map(([path, bytes]) => ({
    type: "file",
    path,
    modifiedAt: 5000,
    size: bytes.length,
    locator: { bytes },
  }));
}

async function restored(repository: Repository, id: string): Promise<Record<string, string>> {
  const to = temporaryFolder();
  await restoreAll(repository, id, to);
  return readTree(to);
}

/** The largest first. */
function packsOf(objects: Objects): readonly string[] {
  return [...objects]
    .filter(([name]) => name.startsWith("packs/"))
    .sort((left, right) => right[1].length - left[1].length)
    .map(([name]) => name);
}

function removeAll(objects: Objects, names: RegExp): void {
  for (const name of objects.keys()) if (names.test(name)) objects.delete(name);
}

function flip(objects: Objects, names: RegExp, at: number): void {
  const [name, bytes] = [...objects].find(([it]) => names.test(it))!;
  objects.set(name, bytes.with(at, bytes[at]! ^ 4));
}
