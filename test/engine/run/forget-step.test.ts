import { expect, test } from "vitest";
import { day } from "../../../src/core/base/instant.ts";
import type { Action, CaptureAction } from "../../../src/core/model/plan.ts";
import type { Snapshot } from "../../../src/core/model/repository/snapshot.ts";
import type { CopyableRepository } from "../../../src/store/copyable-repository.ts";
import { SnapshotInUse } from "../../../src/store/objects/repository-errors.ts";
import { noon } from "../../support/build-site.ts";
import { engineSite, type EngineSetting, files, linesOf } from "../../support/engine-site.ts";
import { replacing } from "../../support/replacing.ts";
import { bareMachine } from "../../support/test-world.ts";

const place = (name: string) =>
  ({ name, location: { folder: `/${name}` }, keys: [], encrypt: false }) as const;
const brakes = { minPoints: 1, maxForgetPerMille: 1000 };
const forget = "forget the point of 2026-11-22 01:30Z of PS1";

test("a snapshot that is being restored is not forgotten, and who restores it is said", async () => {
  const lease = { holder: "admin07", until: Date.UTC(2026, 10, 24, 15) };
  const site = await twoOld({
    policy: { retention: { last: 2 }, brakes },
    wrap: (it) =>
      replacing(it, { forget: async (id: string) => Promise.reject(new SnapshotInUse(id, lease)) }),
  });
  const { outcomes } = await site.apply();
  const [oldest] = await site.snapshots();
  expect(outcomes.at(-1)).toMatchObject({
    title: forget,
    result: "failed",
    problem: {
      code: "snapshot-in-use",
      severity: "error",
      message: `The snapshot ${oldest!.id} is being restored by admin07, until 2026-11-24 15:00Z at the latest.`,
      where: oldest!.id,
      hint: "Wait for the restore to end; the next run forgets it.",
    },
  });
});

test("a point goes newest first, so that what stays is never an increment without its base", async () => {
  const gone: string[] = [];
  const site = await twoOld({
    policy: { retention: { last: 2 }, brakes },
    wrap: (it) => replacing(it, { forget: async (id: string) => (gone.push(id), it.forget(id)) }),
  });
  const plan = await site.plan();
  const [action] = plan.sites[0]!.actions.filter((it) => it.do === "forget");
  await site.run();
  expect(gone).toEqual([...action!.snapshots].toReversed());
});

test("a copy that failed holds back what its repository lets go, and nothing in the first", async () => {
  const copies = [{ repository: place("offsite"), retention: { last: 2 } }];
  const policy = { repository: { ...place("main"), copies }, retention: { last: 2 }, brakes };
  let isAway = false;
  const site = await twoOld({
    policy,
    wrap: (it, name) => (name === "offsite" && isAway ? replacing(it, { copyFrom: noRoom }) : it),
  });
  const plan = await site.plan();
  isAway = true;
  const lines = await site.run(plan);
  expect(lines).toContain(`${forget}: done`);
  expect(lines.at(-1)).toBe(`${forget} in offsite: held-back forget-held-back`);
  isAway = false;
  expect((await site.run()).at(-1)).toBe(`${forget} in offsite: done`);
  expect(await site.snapshots("offsite")).toHaveLength(2);
});

test("what has gone is told, here and where the copies are", async () => {
  const site = await twoOld({ policy: { repository: copiedTo("offsite"), retention: { last: 2 }, brakes } });
  const { outcomes } = await site.apply();
  const point = Date.UTC(2026, 10, 22, 1, 30);
  const ended = { site: "PS1", startedAt: site.clock.now, finishedAt: site.clock.now, result: "done" };
  expect(outcomes.slice(2)).toEqual([
    { ...ended, action: 2, title: forget, forgot: point },
    { ...ended, action: 3, title: `${forget} in offsite`, forgotCopy: { repository: "offsite", point } },
  ]);
});

test("a capture that failed holds back what goes here, and nothing of copies", async () => {
  const site = await twoOld({
    sources: [files, { ...files, name: "scripts" }],
    policy: { repository: copiedTo("offsite"), retention: { last: 2 }, brakes, throttle: { concurrency: 1 } },
  });
  const plan = await site.plan();
  site.does["scripts"] = { fails: "file-missing" };
  const { outcomes } = await site.apply(plan);
  expect(linesOf({ outcomes })).toEqual([
    "capture PS1/files: done",
    "capture PS1/scripts: failed file-missing",
    "copy the point of 2026-11-24 01:30Z of PS1 to offsite: done",
    `${forget}: held-back forget-held-back`,
    `${forget} in offsite: done`,
  ]);
  expect(outcomes[3]!.problem).toEqual(heldBack("capture PS1/scripts ended as failed"));
});

test("a hook that failed holds back what goes here, and nothing of copies", async () => {
  const before = [{ run: ["/bin/before"], timeoutMs: day, onFailure: "fail" }] as const;
  const site = await twoOld({
    policy: { repository: copiedTo("offsite"), retention: { last: 2 }, brakes },
    world: {
      machine: { ...bareMachine, allow: ["/bin/before"] },
      run: async () => ({ exitCode: 1, stdout: "", stderr: "" }),
    },
  });
  const { sites, ...plan } = await site.plan();
  const policy = { ...sites[0]!.policy, hooks: { before, after: [] } };
  const { outcomes } = await site.apply({ ...plan, sites: [{ ...sites[0]!, policy }] });
  expect(outcomes.slice(-2)).toMatchObject([
    { title: forget, result: "held-back", problem: heldBack("hook before /bin/before ended as failed") },
    { title: `${forget} in offsite`, result: "done" },
  ]);
});

test("a copy that failed holds back the point that it was to copy, also when another copy of it was made", async () => {
  const policy = { retention: { last: 2 }, brakes };
  const site = await twoOld({ policy: { repository: copiedTo(), ...policy } });
  // Copies that keep all have come to the policy: the oldest point is to go once it is copied.
  const { copies, ...main } = copiedTo("offsite", "vault");
  const kept = copies.map((it) => ({ ...it, retention: { last: "all" } as const }));
  const later = engineSite({
    policy: { ...policy, repository: { ...main, copies: kept } },
    world: site.world,
    wrap: (it, name) => (name === "offsite" ? replacing(it, { copyFrom: noRoom }) : it),
  });
  const { outcomes } = await later.apply();
  const lines = linesOf({ outcomes });
  const copy = "copy the point of 2026-11-22 01:30Z of PS1 to";
  expect(lines).toContain(`${copy} offsite: failed internal-fault`);
  expect(lines).toContain(`${copy} vault: done`);
  expect(outcomes.at(-1)).toMatchObject({
    title: forget,
    result: "held-back",
    problem: heldBack(`${copy} offsite ended as failed`),
  });
});

test("a copy that failed in one repository holds back nothing in another", async () => {
  let isAway = false;
  const site = await twoOld({
    policy: { repository: copiedTo("offsite", "vault"), retention: { last: 2 }, brakes },
    wrap: (it, name) => (name === "offsite" && isAway ? replacing(it, { copyFrom: noRoom }) : it),
  });
  isAway = true;
  const { outcomes } = await site.apply();
  const ended = outcomes.slice(-2).map(({ title, result, problem }) => ({ title, result, problem }));
  expect(ended).toEqual([
    {
      title: `${forget} in offsite`,
      result: "held-back",
      problem: heldBack("copy the point of 2026-11-24 01:30Z of PS1 to offsite ended as failed"),
    },
    { title: `${forget} in vault`, result: "done", problem: undefined },
  ]);
  expect((await site.snapshots("vault")).map((it) => it.point)).toEqual(
    [23, 24].map((it) => Date.UTC(2026, 10, it, 1, 30)),
  );
});

test.each(["main", "offsite"])(
  "nothing goes in %s when what is newer lies there no more when it is read",
  async (place) => {
    let isLost = false;
    const site = await twoOld({
      policy: { repository: copiedTo("offsite"), retention: { last: 2 }, brakes },
      wrap: (it, name) =>
        name === place ? replacing(it, { snapshots: oldestAloneOnceRead(it, () => isLost) }) : it,
    });
    const plan = await site.plan();
    isLost = true;
    const { outcomes } = await site.apply(plan);
    const title = place === "main" ? forget : `${forget} in ${place}`;
    expect(outcomes.find((it) => it.title === title)).toMatchObject({
      result: "held-back",
      problem: heldBack("the point of 2026-11-22 01:30Z is the newest verified one"),
    });
  },
);

test("nothing goes of copies that can't be looked at by then, for that reason", async () => {
  let isAway = false;
  const site = await twoOld({
    policy: { repository: copiedTo("offsite"), retention: { last: 2 }, brakes },
    wrap: (it, name) => (name === "offsite" && isAway ? replacing(it, { holds: async () => noRoom() }) : it),
  });
  const plan = await site.plan();
  isAway = true;
  const { outcomes } = await site.apply(plan);
  expect(outcomes.at(-1)).toMatchObject({
    title: `${forget} in offsite`,
    result: "held-back",
    problem: heldBack("Something unforeseen happened: no room"),
  });
});

test.each([
  ["its policy has none of", []],
  ["other copies of its policy are not in", ["offsite"]],
])("a plan whose repository of copies %s reads, copies and forgets nothing there", async (_, names) => {
  const site = engineSite({ policy: { repository: copiedTo(...names) } });
  const plan = await site.plan();
  const { point, source, kind } = plan.sites[0]!.actions[0] as CaptureAction;
  await site.run();
  const because = { why: "beyond-retention", detail: "" } as const;
  const [{ id, asOf }] = (await site.snapshots()) as [Snapshot];
  const actions: readonly Action[] = [
    { do: "verify", in: "elsewhere", source, kind, snapshot: id, asOf, restsOn: [] },
    { do: "copy", to: "elsewhere", point, snapshots: [id], expected: 0, restsOn: [] },
    { do: "forget-copy", from: "elsewhere", point, snapshots: [id], because, restsOn: [] },
  ];
  const none = "Something unforeseen happened: Impossible: the policy of PS1 has no copies in elsewhere";
  const told = [
    `failed: ${none}`,
    `failed: ${none}`,
    "held-back: Nothing was forgotten: elsewhere was not looked at.",
  ];
  for (const [at, action] of actions.entries()) {
    const { outcomes } = await site.apply({ ...plan, sites: [{ ...plan.sites[0]!, actions: [action] }] });
    expect(outcomes.map((it) => `${it.result}: ${it.problem!.message}`)).toEqual([told[at]]);
  }
});

test("a copy that the rules protect by now is not forgotten, whatever the plan says", async () => {
  const site = engineSite({ policy: { repository: copiedTo("offsite") } });
  const plan = await site.plan();
  await site.run(plan);
  const [{ id, point }] = (await site.snapshots("offsite")) as [Snapshot];
  const because = { why: "beyond-retention", detail: "" } as const;
  const wrong = { do: "forget-copy", from: "offsite", point, snapshots: [id], because, restsOn: [] } as const;
  const { outcomes } = await site.apply({ ...plan, sites: [{ ...plan.sites[0]!, actions: [wrong] }] });
  expect(outcomes).toMatchObject([
    { result: "held-back", problem: heldBack("the point of 2026-11-22 01:30Z is the newest verified one") },
  ]);
  expect(await site.snapshots("offsite")).toHaveLength(1);
});

test("a forget of copies whose repository is not there is told with its cure", async () => {
  const site = engineSite({ policy: { repository: copiedTo("offsite") } });
  const plan = await site.plan();
  const because = { why: "beyond-retention", detail: "" } as const;
  const forgetCopy = { do: "forget-copy", from: "offsite", point: noon, snapshots: ["s0"] } as const;
  const actions = [{ ...forgetCopy, because, restsOn: [] }];
  const { outcomes } = await site.apply({ ...plan, sites: [{ ...plan.sites[0]!, actions }] });
  expect(outcomes).toMatchObject([
    {
      result: "failed",
      problem: { code: "repository-absent", severity: "error", where: "repository offsite" },
    },
  ]);
});

function heldBack(why: string) {
  return {
    code: "forget-held-back",
    severity: "risk",
    message: `Nothing was forgotten: ${why}.`,
    where: "PS1",
    hint: "Mend that; the next run forgets what is due then.",
  };
}

function copiedTo(...names: readonly string[]) {
  return { ...place("main"), copies: names.map((name) => ({ repository: place(name) })) };
}

/** The list tells of all snapshots; of those that are read only the oldest is whole. */
function oldestAloneOnceRead(it: CopyableRepository, isLost: () => boolean): CopyableRepository["snapshots"] {
  return async (look) => {
    const { snapshots, unreadable } = await it.snapshots(look);
    return { snapshots: look === "objects" && isLost() ? snapshots.slice(0, 1) : snapshots, unreadable };
  };
}

async function noRoom(): Promise<never> {
  throw new Error("no room");
}

/** Two points lie in the repositories, and a third is due. */
async function twoOld(setting: EngineSetting) {
  const site = engineSite(setting);
  for (let point = 0; point < 2; point++) {
    await site.run();
    site.pass(day);
  }
  return site;
}
