import { expect, test } from "vitest";
import { hour } from "../../../src/core/base/instant.ts";
import type { ForgetAction } from "../../../src/core/model/plan.ts";
import type { Snapshot } from "../../../src/core/model/repository/snapshot.ts";
import { forbiddenForget } from "../../../src/core/plan/forget-guards.ts";
import { planSite } from "../../../src/core/plan/make-plan.ts";
import {
  apply,
  database,
  dueDaysAgo,
  noon,
  observationOf,
  pointsOf,
  policyOf,
  problemOf,
  snapshotOf,
} from "../../support/build-site.ts";

const policy = policyOf({ retention: { last: 2 } });
const days = pointsOf(policy, ...[4, 3, 2, 1, 0].map(dueDaysAgo));

test("a point that no guard holds may go", () => {
  check(days, 3, undefined);
});

test("the newest verified point must stay", () => {
  check(days, 0, "the point of 2026-11-22 01:30Z is the newest verified one");
});

test("nothing goes while nothing as new is verified", () => {
  const unread = days.map((it) => ({ ...it, proofs: [] }));
  check(unread, 4, "the point of 2026-11-18 01:30Z is newer than every verified one");
});

test("the newest point inside the window that is not verified must stay beside the verified one", () => {
  const unread = days.map((it) => (it.point === dueDaysAgo(1) ? { ...it, proofs: [] } : it));
  check(unread, 1, "the point of 2026-11-21 01:30Z is the newest unverified one inside the window");
});

test("an incomplete point must stay for a week, and while nothing newer is complete", () => {
  const lacking = (daysAgo: number) =>
    days.filter((it) => it.point !== dueDaysAgo(daysAgo) || it.source === "database");
  check(lacking(3), 3, "the point of 2026-11-19 01:30Z is incomplete and still in its grace");
  check(lacking(0), 0, "the point of 2026-11-22 01:30Z is newer than every complete one");
});

test("an old incomplete point may go, however few complete ones there are", () => {
  const half = pointsOf(policy, dueDaysAgo(9)).filter((it) => it.source === "database");
  check([...half, ...pointsOf(policy, dueDaysAgo(10), dueDaysAgo(0))], 9, undefined);
});

test("a point of the future must stay: a clock was wrong", () => {
  check(
    [...days, ...pointsOf(policy, dueDaysAgo(-2))],
    -2,
    "the point of 2026-11-24 01:30Z is later than now",
  );
});

test("the last points must stay", () => {
  check(days.slice(-6), 1, "the point of 2026-11-21 01:30Z is one of the last 2");
});

test("a point that only the least number of points holds must stay", () => {
  const one = policyOf({ retention: { last: 1 } });
  const observed = observationOf(one, days);
  expect(forbiddenForget(one, observed, forgetOf(days, 1))).toBe(
    "the point of 2026-11-21 01:30Z is one of the last 2",
  );
});

test("an incomplete point beside the last ones doesn't make them more", () => {
  const half = snapshotOf(database, dueDaysAgo(9), { pointSources: ["database", "registry", "library"] });
  check([half, ...days.slice(-6)], 1, "the point of 2026-11-21 01:30Z is one of the last 2");
});

test("a point that is gone already may go", () => {
  check(days, 40, undefined);
});

test("the newest verified point outside the window must stay", () => {
  const old = pointsOf(policy, dueDaysAgo(9), dueDaysAgo(8));
  check([...old, ...days], 8, "the point of 2026-11-14 01:30Z is the newest verified one outside the window");
  check([...old, ...days], 9, undefined);
});

test("a point that a snapshot outside it is laid on must stay", () => {
  const full = days.find((it) => it.point === dueDaysAgo(3) && it.source === "database")!;
  const later = snapshotOf(database, dueDaysAgo(0), {
    mode: "differential",
    base: full.id,
    id: "the-differential",
  });
  check([...days, later], 3, "the-differential is laid on a snapshot of the point of 2026-11-19 01:30Z");
});

test("nothing may go while the repository can't be read", () => {
  const observed = observationOf(policy, [], { repositoryProblem: problemOf("The share is gone.") });
  expect(forbiddenForget(policy, observed, forgetOf(days, 3))).toBe("The share is gone.");
});

test("a plan's own forgets are allowed once its captures are there, and not before when one is needed for it", () => {
  const tight = policyOf({ retention: { last: 1 }, brakes: { minPoints: 1, maxForgetPerMille: 1000 } });
  const before = observationOf(tight, pointsOf(tight, dueDaysAgo(1)), { at: noon + hour });
  const plan = planSite(tight, before, noon);
  const forget = plan.actions.find((it) => it.do === "forget")!;
  const captured = apply(
    before,
    { ...plan, actions: plan.actions.filter((it) => it.do === "capture") },
    noon,
  );
  expect(forbiddenForget(tight, before, forget)).toBe(
    "the point of 2026-11-21 01:30Z is the newest verified one",
  );
  expect(forbiddenForget(tight, captured, forget)).toBeUndefined();
});

function check(snapshots: readonly Snapshot[], daysAgo: number, expected: string | undefined): void {
  expect(forbiddenForget(policy, observationOf(policy, snapshots), forgetOf(snapshots, daysAgo))).toBe(
    expected,
  );
}

function forgetOf(snapshots: readonly Snapshot[], daysAgo: number): ForgetAction {
  const point = dueDaysAgo(daysAgo);
  return {
    do: "forget",
    point,
    snapshots: snapshots.filter((it) => it.point === point && it.mode === "full").map((it) => it.id),
    because: { why: "beyond-retention", detail: "last 2 is filled by newer points" },
    restsOn: [],
  };
}
