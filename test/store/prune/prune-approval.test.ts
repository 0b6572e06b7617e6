import { expect, test } from "vitest";
import { memoryBackend } from "../../../src/store/backends/memory.ts";
import type { PruneOptions } from "../../../src/store/repository.ts";
import {
  expectWhole,
  leaveLease,
  namesIn,
  offers,
  prune,
  slowCapture,
  withSnapshots,
} from "../../support/prunes.ts";
import { capture, reopen } from "../../support/test-repository.ts";

// A question may stand for hours, and a survey takes its time: others go on meanwhile.

test("a capture that comes while a prune asks keeps what it rests on", async () => {
  const { objects, repository } = await withSnapshots("s0", "s1", "s2");
  for (const id of ["s0", "s1"]) await repository.forget(id);
  const report = await prune(
    repository,
    after(() => capture(repository, "s9", offers("s1"))),
  );
  expect(report).toMatchObject({ result: "done", plan: { snapshots: 2 } });
  expect(namesIn(objects, "trash/")).toHaveLength(report.plan.trash.packs);
  const { snapshots } = await repository.snapshots();
  expect(snapshots.map(({ id, unconfirmed }) => [id, unconfirmed])).toEqual([
    ["s2", undefined],
    ["s9", undefined],
  ]);
  await prune(repository);
  await expectWhole(repository, "s9", "s1");
});

test("nothing is left to do when a capture came that needs all that was to go", async () => {
  const { objects, repository } = await withSnapshots("s1", "s2");
  await repository.forget("s1");
  const report = await prune(
    repository,
    after(() => capture(repository, "s9", offers("s1"))),
  );
  expect(report).toMatchObject({ result: "nothing-to-do", plan: { snapshots: 2, trash: { packs: 0 } } });
  expect(namesIn(objects, "fences/")).toEqual([]);
});

test("a capture that comes while another snapshot goes is seen to, though there are as many as before", async () => {
  const { repository } = await withSnapshots("s1", "s2", "s3");
  await repository.forget("s1");
  const meanwhile = async (): Promise<void> => {
    await repository.forget("s2");
    await capture(repository, "s9", offers("s1"));
  };
  expect(await prune(repository, after(meanwhile))).toMatchObject({ result: "done" });
  expect((await repository.snapshots()).snapshots.filter((it) => it.unconfirmed)).toEqual([]);
});

test.each([
  ["done", true],
  ["refused", false],
] as const)(
  "what a snapshot needed that is forgotten while a prune asks is asked anew, and %s",
  async (result, answer) => {
    const { objects, repository } = await withSnapshots("s1", "s2", "s3");
    await repository.forget("s1");
    const asked: number[] = [];
    const report = await prune(repository, {
      async approve(plan) {
        asked.push(plan.trash.bytes);
        if (asked.length === 1) await repository.forget("s2");
        return asked.length === 1 || answer;
      },
    });
    expect(report).toMatchObject({ result, plan: { snapshots: 1, trash: { bytes: asked[1] } } });
    expect(asked).toHaveLength(2);
    expect(asked[1]).toBeGreaterThan(asked[0]!);
    expect(namesIn(objects, "trash/")).toHaveLength(answer ? report.plan.trash.packs : 0);
  },
);

test("what would be deleted for good beyond what was approved is asked anew", async () => {
  const { objects, repository } = await withSnapshots("s1", "s2", "s3");
  await repository.forget("s1");
  const other = await reopen(memoryBackend(objects), { seed: 60 });
  const asked: (readonly [trash: number, remove: number])[] = [];
  const approve: PruneOptions["approve"] = async ({ trash, remove }) => {
    asked.push([trash.packs, remove.packs]);
    if (asked.length === 1) await prune(other);
    return true;
  };
  expect(await prune(repository, { approve })).toMatchObject({ result: "done" });
  expect(asked).toEqual([
    [asked[0]![0], 0],
    [0, asked[0]![0]],
  ]);
});

test("a prune whose work another has done while it asked has nothing left to do", async () => {
  const { objects, repository } = await withSnapshots("s1", "s2");
  await repository.forget("s1");
  const other = await reopen(memoryBackend(objects), { seed: 60 });
  const report = await prune(repository, {
    ...after(() => prune(other, { graceMs: 1000 })),
    graceMs: 1000,
  });
  expect(report).toMatchObject({ result: "nothing-to-do", plan: { trash: { packs: 0 } } });
  expect(report.plan.wait.packs).toBeGreaterThan(0);
  expect(namesIn(objects, "fences/")).toEqual(["fences/00000001"]);
});

test("a restore that begins while a prune asks still finds what lies in the trash", async () => {
  const { objects, repository } = await withSnapshots("s1", "s2");
  const store = await slowCapture(objects);
  await repository.forget("s1");
  const { plan } = await prune(repository);
  // Overtaken: what it rests on is in the trash, and no look has stored it anew.
  await store("s9", offers("s1"));
  const backend = memoryBackend(objects);
  const [began, pruned] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const restoring = await reopen(
    {
      ...backend,
      async get(name, part) {
        if (name.startsWith("packs/")) await (began.resolve(), pruned.promise);
        return backend.get(name, part);
      },
    },
    { seed: 60 },
  );
  let whole: Promise<void> | undefined;
  const begin = async (): Promise<void> => {
    whole = expectWhole(restoring, "s9", "s1");
    await began.promise;
  };
  expect(await prune(repository, after(begin))).toMatchObject({
    result: "done",
    plan: { wait: plan.trash, remove: { packs: 0 } },
  });
  pruned.resolve();
  await whole;
});

test.each([
  ["nobody restores", undefined],
  ["a restore has died", 0],
  ["somebody has restored all the time", 1],
])("where nothing changes while a prune asks it looks once: %s", async (_, leasedUntil) => {
  const { objects, repository } = await withSnapshots("s0", "s1", "s2");
  await repository.forget("s0");
  await prune(repository);
  await repository.forget("s1");
  if (leasedUntil !== undefined) await leaveLease(objects, "s2", leasedUntil);
  const looked: unknown[] = [];
  const onProgress: PruneOptions["onProgress"] = ({ current }) => {
    if (current !== "storing anew") looked.push(current);
  };
  expect(await prune(repository, { onProgress })).toMatchObject({ result: "done" });
  expect(looked).toEqual(["what s2 needs"]);
});

test("a snapshot that is forgotten and pruned away while another prune looks is not taken for damage", async () => {
  const { objects, repository } = await withSnapshots("s1", "s2");
  const backend = memoryBackend(objects);
  let meanwhile: Promise<void> | undefined;
  const pruneTwice = async (): Promise<void> => {
    await repository.forget("s2");
    for (const _ of [1, 2]) await prune(repository);
  };
  const looking = await reopen(
    {
      ...backend,
      async get(name, part) {
        if (name.startsWith("packs/")) await (meanwhile ??= pruneTwice());
        return backend.get(name, part);
      },
    },
    { seed: 60 },
  );
  expect(await prune(looking)).toMatchObject({ result: "nothing-to-do", plan: { snapshots: 1 } });
  await expectWhole(repository, "s1");
});

/** Approves once something has been done. */
function after(work: () => Promise<unknown>): Pick<PruneOptions, "approve"> {
  return { approve: async () => (await work(), true) };
}
