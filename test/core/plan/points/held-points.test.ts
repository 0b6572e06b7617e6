import { expect, test } from "vitest";
import { day } from "../../../../src/core/base/instant.ts";
import type { Instant } from "../../../../src/core/base/instant.ts";
import type { Hold, HoldFacts } from "../../../../src/core/model/repository/hold.ts";
import type { Observation } from "../../../../src/core/model/observation.ts";
import type { Snapshot } from "../../../../src/core/model/repository/snapshot.ts";
import { explainRetention } from "../../../../src/core/plan/decide-forget.ts";
import { forbiddenForget } from "../../../../src/core/plan/forget-guards.ts";
import { planSite } from "../../../../src/core/plan/make-plan.ts";
import { judgeRetention } from "../../../../src/core/plan/retention/retention.ts";
import { staleFacts } from "../../../../src/core/plan/stale-facts.ts";
import { simulating } from "../../../../src/core/simulate/simulate-policy.ts";
import { finished } from "../../../support/pausing.ts";
import {
  database,
  dueDaysAgo,
  library,
  noon,
  observationOf,
  pointsOf,
  registry,
  snapshotOf,
  standAlone,
} from "../../../support/build-site.ts";

const policy = standAlone({
  retention: { last: 2 },
  brakes: { minPoints: 1, maxForgetPerMille: 1000 },
});
const snapshots = pointsOf(policy, ...[4, 3, 2, 1, 0].map(dueDaysAgo));
const old = dueDaysAgo(4);

test("a held point stays with the hold's reason, and takes nobody else's place", () => {
  const observed = seen(snapshots, holdOf(old));
  expect(explainRetention(policy, observed, noon).map((it) => it.reasons.map(({ why }) => why))).toEqual([
    ["rule", "newest-verified"],
    ["rule"],
    [],
    [],
    ["hold"],
  ]);
  expect(explainRetention(policy, observed, noon).at(-1)!.reasons).toEqual([
    { why: "hold", note: "before 2603", since: noon - day },
  ]);
  expect(forgotten(observed)).toEqual([dueDaysAgo(3), dueDaysAgo(2)]);
});

test("a held point is none of the points that must be left", () => {
  const points = [0, 1, 2, 3].map((days) => ({
    due: dueDaysAgo(days),
    complete: true,
    verified: true,
    holds: days === 3 ? [{ why: "hold", note: "n", since: 5 } as const] : [],
  }));
  const setting = { retention: { last: 1 }, timeZone: "UTC", minPoints: 2, now: noon };
  expect(judgeRetention(points, setting).map((it) => it.reasons.map(({ why }) => why))).toEqual([
    ["rule", "newest-verified"],
    ["min-points"],
    [],
    ["hold"],
  ]);
});

test("what joins a held point later is held with it", () => {
  const joined = snapshotOf(registry, old, { startedAt: noon - 1 });
  const hold = holdOf(old);
  expect(forgotten(seen([...snapshots, joined], hold))).not.toContain(old);
});

test("the full that a held differential is laid on stays, though its own point is not held", () => {
  const full = snapshotOf(database, dueDaysAgo(4));
  const laid = snapshotOf(database, dueDaysAgo(3), { mode: "differential", base: full.id });
  const rest = pointsOf(policy, dueDaysAgo(1), dueDaysAgo(0));
  const hold = { ...holdOf(dueDaysAgo(3)), snapshots: [laid.id] };
  const others = [full, laid, snapshotOf(library, dueDaysAgo(4)), ...rest];
  const { actions } = planSite(policy, seen(others, hold), noon);
  const gone = actions.flatMap((it) => (it.do === "forget" ? it.snapshots : []));
  expect(gone).not.toContain(full.id);
  expect(gone).not.toContain(laid.id);
});

test("a hold of another site, or of snapshots that are gone, holds nothing", () => {
  const all = forgotten(seen(snapshots));
  expect(all).toContain(old);
  expect(forgotten(seen(snapshots, { ...holdOf(old), site: "PS2" }))).toEqual(all);
  expect(forgotten(seen(snapshots, { ...holdOf(old), snapshots: ["gone"] }))).toEqual(all);
});

test("apply is told not to forget a point that was held after the plan was made", () => {
  const step = { point: old, snapshots: snapshots.filter((it) => it.point === old).map((it) => it.id) };
  expect(forbiddenForget(policy, seen(snapshots), step)).toBeUndefined();
  expect(forbiddenForget(policy, seen(snapshots, holdOf(old)), step)).toBe(
    "the point of 2026-11-18 01:30Z is held: before 2603",
  );
  const doubtful = { living: [], unreadable: ["holds/0f"] };
  expect(forbiddenForget(policy, { ...seen(snapshots), holds: doubtful }, step)).toBe(
    "the point of 2026-11-18 01:30Z may be held: holds/0f can't be read",
  );
});

test("a saved plan is stale when a point that it lets go is held, and not when another is", () => {
  const plan = planSite(policy, seen(snapshots), noon);
  const hold = holdOf(old);
  expect(staleFacts(plan, seen(snapshots, hold))).toEqual([
    { name: "PS1 holds of point 2026-11-18T01:30:00.000Z", was: null, is: [hold.id] },
  ]);
  expect(staleFacts(plan, seen(snapshots, holdOf(dueDaysAgo(0))))).toEqual([]);
});

test("a hold that can't be read keeps every point, and is red with its cure", () => {
  const observed = { ...seen(snapshots), holds: { living: [], unreadable: ["holds/0f", "holds/1f"] } };
  expect(forgotten(observed)).toEqual([]);
  expect(planSite(policy, observed, noon).risks).toMatchObject([
    {
      code: "hold-unreadable",
      message:
        "holds/0f and 1 more of the repository main can't be read and may hold any point: nothing of PS1 is forgotten there.",
    },
    { code: "retention-short" },
  ]);
  const plan = planSite(policy, seen(snapshots), noon);
  expect(staleFacts(plan, observed)[0]).toMatchObject({ was: null, is: ["holds/0f", "holds/1f"] });
});

test("a hold is of the repository that it lies in", () => {
  const offsite = { name: "offsite", location: { folder: "E:\\offsite" }, keys: [], encrypt: false };
  const copied = {
    ...policy,
    repository: { ...policy.repository, copies: [{ repository: offsite, retention: { last: 1 } }] },
  };
  const withCopies = (main: HoldFacts | undefined, there: HoldFacts | undefined) => {
    const copies = [{ repository: "offsite", snapshots, ...(there && { holds: there }) }];
    const observed = { ...seen(snapshots), copies, ...(main && { holds: main }) };
    const plan = planSite(copied, observed, noon);
    const points = (action: "forget" | "forget-copy") =>
      plan.actions.flatMap((it) => (it.do === action ? [it.point] : []));
    return { plan, main: points("forget"), there: points("forget-copy") };
  };
  const holds = { living: [holdOf(old)], unreadable: [] };
  const free = withCopies(undefined, undefined);
  expect(free.main).toContain(old);
  expect(free.there).toContain(old);
  const heldHere = withCopies(holds, undefined);
  expect([heldHere.main.includes(old), heldHere.there.includes(old)]).toEqual([false, true]);
  const heldThere = withCopies(undefined, holds);
  expect([heldThere.main.includes(old), heldThere.there.includes(old)]).toEqual([true, false]);
  const copies = [{ repository: "offsite", snapshots, holds }];
  expect(staleFacts(free.plan, { ...seen(snapshots), copies }).map((it) => it.name)).toEqual([
    "PS1 holds of point 2026-11-18T01:30:00.000Z in offsite",
  ]);
});

test("a held point outlives a simulated year", () => {
  const from = noon;
  const setting = { policy, from, until: from + 30 * day, failures: [] };
  const { points } = finished(simulating({ ...setting, observed: seen(snapshots, holdOf(old)) }));
  expect(points[0]).toBe(old);
  expect(finished(simulating({ ...setting, observed: seen(snapshots) })).points).not.toContain(old);
});

function holdOf(due: Instant): Hold {
  const named = snapshots.find((it) => it.point === due)!;
  return {
    id: "0f".repeat(10),
    at: noon - day,
    by: "cm01",
    note: "before 2603",
    site: "PS1",
    snapshots: [named.id],
  };
}

function seen(present: readonly Snapshot[], hold?: Hold): Observation {
  return observationOf(policy, present, {
    window: { own: observationOf(policy, []).window.own, partners: {} },
    ...(hold && { holds: { living: [hold], unreadable: [] } }),
  });
}

function forgotten(observed: Observation): readonly Instant[] {
  return planSite(policy, observed, noon).actions.flatMap((it) => (it.do === "forget" ? [it.point] : []));
}
