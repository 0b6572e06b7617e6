import { expect, test } from "vitest";
import { day } from "../../../src/core/base/instant.ts";
import { SnapshotInUse } from "../../../src/store/objects/repository-errors.ts";
import type { CopyableRepository } from "../../../src/store/copyable-repository.ts";
import { engineSite, type EngineSetting } from "../../support/engine-site.ts";

const place = (name: string) =>
  ({ name, location: { folder: `/${name}` }, keys: [], encrypt: false }) as const;
const brakes = { minPoints: 1, maxForgetPerMille: 1000 };
const forget = "forget the point of 2026-11-22 01:30Z of PS1";

test("a snapshot that is being restored is not forgotten, and who restores it is said", async () => {
  const lease = { holder: "admin07", until: Date.UTC(2026, 10, 24, 15) };
  const site = await twoOld({
    policy: { retention: { last: 2 }, brakes },
    wrap: (it) => refusing(it, (id) => new SnapshotInUse(id, lease)),
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
    wrap: (it) => noting(it, gone),
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
    wrap: (it, name) => (name === "offsite" && isAway ? refusingCopies(it) : it),
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

function bound<Of extends object>(of: Of, name: string | symbol): unknown {
  const value = of[name as keyof Of];
  return typeof value === "function" ? value.bind(of) : value;
}

function refusing(repository: CopyableRepository, why: (id: string) => Error): CopyableRepository {
  const refuse = async (id: string) => Promise.reject(why(id));
  return new Proxy(repository, { get: (of, name) => (name === "forget" ? refuse : bound(of, name)) });
}

function refusingCopies(repository: CopyableRepository): CopyableRepository {
  const refuse = async () => Promise.reject(new Error("no room"));
  return new Proxy(repository, { get: (of, name) => (name === "copyFrom" ? refuse : bound(of, name)) });
}

function noting(repository: CopyableRepository, gone: string[]): CopyableRepository {
  const note = async (id: string) => (gone.push(id), repository.forget(id));
  return new Proxy(repository, { get: (of, name) => (name === "forget" ? note : bound(of, name)) });
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
