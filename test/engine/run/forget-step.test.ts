import { expect, test } from "vitest";
import { day } from "../../../src/core/base/instant.ts";
import { SnapshotInUse } from "../../../src/store/objects/repository-errors.ts";
import { engineSite, type EngineSetting } from "../../support/engine-site.ts";
import { replacing } from "../../support/replacing.ts";

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
  expect(outcomes.at(-1)).toMatchObject({
    title: forget,
    result: "failed",
    problem: {
      code: "snapshot-in-use",
      message: expect.stringContaining("by admin07, until 2026-11-24 15:00Z"),
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
