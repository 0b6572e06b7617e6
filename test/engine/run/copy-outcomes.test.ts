import { expect, test } from "vitest";
import { day } from "../../../src/core/base/instant.ts";
import type { Proof } from "../../../src/core/model/repository/snapshot.ts";
import type { CopyableRepository } from "../../../src/store/copyable-repository.ts";
import { CopySourceDamaged } from "../../../src/store/objects/repository-errors.ts";
import type { CopyOptions } from "../../../src/store/repository.ts";
import { noon } from "../../support/build-site.ts";
import { collectEvents, engineSite, files, type EngineSetting } from "../../support/engine-site.ts";
import { replacing } from "../../support/replacing.ts";

const scripts = { ...files, name: "scripts" };
const place = (name: string) =>
  ({ name, location: { folder: `/${name}` }, keys: [], encrypt: false }) as const;
const title = "copy the point of 2026-11-22 01:30Z of PS1 to offsite";
const named = { site: "PS1", action: 1, title, startedAt: noon, finishedAt: noon };
const pruned = { result: "failed", objects: 0, bytes: 0, damage: ["a.txt"], isPruned: true } as const;
const bad = { result: "failed", objects: 3, bytes: 9, damage: ["a.txt"] } as const;

test("a copy tells the sums of its snapshots, and each is proven by what was written of it", async () => {
  const does = { files: { files: { "a.txt": "hello", "b.txt": "world!" } } };
  const site = copiedSite({ sources: [files, scripts], does });
  const { outcomes } = await site.apply();
  const copies = await site.snapshots("offsite");
  const addedBytes = copies.reduce((sum, it) => sum + it.addedBytes, 0);
  expect(addedBytes).toBeGreaterThan(0);
  expect(outcomes[2]).toEqual({ ...named, action: 2, result: "done", files: 3, bytes: 18, addedBytes });
  const proof: Proof = {
    level: "read",
    result: "passed",
    at: noon,
    note: expect.stringMatching(/^[1-9]\d* new objects read back, .*; the rest is there$/),
  };
  expect(copies.map((it) => it.proofs)).toEqual([[proof], [proof]]);
});

test("how far a copy is, is told by its source and the bytes that are new there", async () => {
  const { events, listener } = collectEvents();
  const site = copiedSite({ does: { files: { files: { "a.txt": "hello", "b.txt": "world!" } } } });
  await site.run(undefined, listener);
  const told = events.flatMap((it) =>
    it.what === "step-progressed" && it.step.is === "action" && it.step.action.do === "copy"
      ? it.progress
      : [],
  );
  expect(told.at(-1)).toEqual({ text: "reading back what was written" });
  const copying = told.slice(0, -1);
  expect(new Set(copying.map((it) => it.text))).toEqual(new Set(["files"]));
  expect(copying.at(-1)!.doneBytes).toBeGreaterThanOrEqual(11);
});

test("a copy that does not read back ends its step, with what is damaged and where", async () => {
  const site = copiedSite({
    sources: [files, scripts],
    wrap: offsite((it) => replacing(it, { verify: async () => bad })),
  });
  const { outcomes } = await site.apply();
  const copies = await site.snapshots("offsite");
  expect(copies).toHaveLength(1);
  const [{ source, files: count, bytes, addedBytes, proofs }] = copies as [(typeof copies)[0]];
  expect(outcomes[2]).toEqual({
    ...named,
    action: 2,
    result: "failed",
    files: count,
    bytes,
    addedBytes,
    problem: {
      code: "copy-damaged",
      severity: "error",
      message: `The copy of PS1/${source} in offsite does not read back: damaged: a.txt`,
      where: `PS1/${source}`,
      hint: "Look at the disk or share of offsite. The original is not touched by it. The next run writes again what is damaged of the copy.",
    },
  });
  expect(proofs).toEqual([{ level: "read", result: "failed", at: noon, note: "damaged: a.txt" }]);
});

test("a copy that prunes over there overtake is tried again, and stores anew what it found lacking", async () => {
  const { events, listener } = collectEvents();
  const asked: Partial<CopyOptions>[] = [];
  const site = copiedSite({
    policy: { throttle: { concurrency: 1, bytesPerSecond: 5_000_000 } },
    wrap: offsite((it) => replacing(it, { ...notingCopies(it, asked), verify: async () => pruned })),
  });
  const { outcomes } = await site.apply(undefined, listener);
  const message =
    "A prune or a repair took away what PS1/files rests on, while it was being written or since.";
  expect(outcomes[1]).toMatchObject({
    result: "failed",
    problem: { code: "content-pruned", severity: "error", message, where: "PS1/files" },
  });
  expect(events.flatMap((it) => (it.what === "step-noted" ? it.text : []))).toEqual(
    [2, 10, 30].map((it) => `${message} Trying again in ${it} s.`),
  );
  const bytesPerSecond = 5_000_000;
  expect(asked).toEqual([
    { again: false, bytesPerSecond },
    { again: true, bytesPerSecond },
    { again: true, bytesPerSecond },
    { again: true, bytesPerSecond },
  ]);
  expect(await site.snapshots("offsite")).toEqual([]);
});

test.each([
  ["was cut off before its proof is read whole, and nothing of it stored anew", undefined, false],
  ["does not read back is stored anew where it is damaged", bad, true],
] as const)("a copy that %s", async (_, found, again) => {
  const asked: Partial<CopyOptions>[] = [];
  let isFirst = true;
  const site = copiedSite({
    wrap: offsite((it) =>
      isFirst
        ? replacing(it, found ? { verify: async () => found } : { addProof: async () => undefined })
        : replacing(it, notingCopies(it, asked)),
    ),
  });
  await site.run();
  isFirst = false;
  site.pass(1);
  expect(await site.run()).toEqual([`${title}: done`]);
  expect(asked).toEqual([{ again }]);
  const [copy] = await site.snapshots("offsite");
  expect(copy!.proofs.at(-1)).toEqual({
    level: "read",
    result: "passed",
    at: noon + 1,
    note: expect.stringMatching(/^[1-9]\d* objects read, /),
  });
});

test("an original that is damaged is not copied: that is filed of it, and told with its cure", async () => {
  const copyFrom = async () => {
    throw new CopySourceDamaged("packs/ab", "it is not what was stored");
  };
  const site = copiedSite({ wrap: offsite((it) => replacing(it, { copyFrom })) });
  const { outcomes } = await site.apply();
  const found = "packs/ab can't be copied: it is not what was stored.";
  expect(outcomes[1]).toEqual({
    ...named,
    result: "failed",
    problem: {
      code: "copy-source-damaged",
      severity: "error",
      message: `PS1/files of 2026-11-22 01:30Z is damaged and was not copied: ${found}`,
      where: "PS1/files",
      hint: "Look at the disk or share of the repository. `sitekeep verify PS1` names the files; the next run captures what is damaged of the newest point again.",
    },
  });
  const [original] = await site.snapshots();
  expect(original!.proofs.at(-1)).toEqual({
    level: "read",
    result: "failed",
    at: noon,
    note: `found while it was copied: ${found}`,
  });
});

test("a copy that its run's captures left nothing for is held back, and tells so", async () => {
  const site = copiedSite({ does: { files: { fails: "file-missing" } } });
  const { outcomes } = await site.apply();
  expect(outcomes[1]).toEqual({
    ...named,
    result: "held-back",
    problem: {
      code: "copy-held-back",
      severity: "risk",
      message:
        "Nothing was copied to offsite: the point of 2026-11-22 01:30Z has no usable snapshot that is not there.",
      where: "PS1",
      hint: "Mend what its captures failed on; the next run copies what is there then.",
    },
  });
});

test("what somebody else has copied since the plan is done, with nothing copied", async () => {
  const site = copiedSite({});
  await engineSite({ policy: { repository: place("main") }, world: site.world }).run();
  const plan = await site.plan();
  await site.run();
  site.pass(day);
  const { outcomes } = await site.apply(plan);
  const at = { startedAt: noon + day, finishedAt: noon + day };
  expect(outcomes).toEqual([
    { ...named, ...at, action: 0, result: "done", files: 0, bytes: 0, addedBytes: 0 },
  ]);
});

/** A site whose points are copied to `offsite`. */
function copiedSite(setting: EngineSetting) {
  const repository = { ...place("main"), copies: [{ repository: place("offsite") }] };
  return engineSite({ ...setting, policy: { repository, ...setting.policy } });
}

function offsite(wrap: (it: CopyableRepository) => CopyableRepository): NonNullable<EngineSetting["wrap"]> {
  return (it, name) => (name === "offsite" ? wrap(it) : it);
}

/** Copies as before, and notes how it was asked to. */
function notingCopies(it: CopyableRepository, asked: Partial<CopyOptions>[]) {
  const copyFrom = async (...args: Parameters<CopyableRepository["copyFrom"]>) => {
    const { signal: _, onProgress: __, ...how } = args[2];
    asked.push(how);
    return it.copyFrom(...args);
  };
  return { copyFrom };
}
