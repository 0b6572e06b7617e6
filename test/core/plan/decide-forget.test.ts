import { expect, test } from "vitest";
import { formatMinute, hour } from "../../../src/core/base/instant.ts";
import type { Observation } from "../../../src/core/model/observation.ts";
import type { Snapshot } from "../../../src/core/model/repository/snapshot.ts";
import { decideForgets, explainRetention } from "../../../src/core/plan/decide-forget.ts";
import { planSite } from "../../../src/core/plan/make-plan.ts";
import { surveySite } from "../../../src/core/plan/survey/survey.ts";
import {
  apply,
  database,
  dueDaysAgo,
  noon,
  observationOf,
  pointsOf,
  policyOf,
  passed,
  problemOf,
  registry,
  snapshotOf,
} from "../../support/build-site.ts";

const days = (count: number) => Array.from({ length: count }, (_, back) => dueDaysAgo(count - 1 - back));
/** Without a window no point is kept for being outside it. */
const unreadWindow = { own: { problem: problemOf("It does not answer.") }, partners: {} };
const keepTwo = policyOf({ retention: { last: 2 } });

test("the brake counts what went within 24 hours, and lets go again after", () => {
  const first = observationOf(keepTwo, pointsOf(keepTwo, ...days(12)));
  const second = apply(first, planSite(keepTwo, first, noon), noon);
  expect(forgotten(second, noon)).toEqual([]);
  expect(forgotten(second, noon + 12 * hour)).toEqual([]);
  expect(forgotten(second, noon + 24 * hour)).toEqual([
    "2026-11-14 01:30Z",
    "2026-11-15 01:30Z",
    "2026-11-16 01:30Z",
  ]);
});

test("a brake of nothing still lets one point go a day", () => {
  const tight = policyOf({ retention: { last: 2 }, brakes: { minPoints: 2, maxForgetPerMille: 0 } });
  const observed = observationOf(tight, pointsOf(tight, ...days(5)));
  expect(planSite(tight, observed, noon).actions.map((it) => it.do)).toEqual(["forget"]);
});

test("a braked point says so", () => {
  const verdicts = explainRetention(keepTwo, observationOf(keepTwo, pointsOf(keepTwo, ...days(5))), noon);
  expect(verdicts.map((it) => it.reasons.at(-1)?.why)).toEqual([
    "newest-verified-inside",
    "rule",
    "brake",
    undefined,
    undefined,
  ]);
});

test("a full that only waits for its differential does not use up the brake", () => {
  const policy = policyOf({
    sources: [database],
    retention: { last: 1 },
    brakes: { minPoints: 1, maxForgetPerMille: 0 },
  });
  const full = snapshotOf(database, dueDaysAgo(3));
  const differential = snapshotOf(database, dueDaysAgo(2), { mode: "differential", base: full.id });
  const newest = snapshotOf(database, dueDaysAgo(0));
  const observed = observationOf(policy, [full, differential, newest]);
  const [first] = planSite(policy, observed, noon).actions;
  expect(first).toMatchObject({ do: "forget", point: dueDaysAgo(2), snapshots: [differential.id] });
});

test("a point goes with its own differential, in one step", () => {
  const policy = policyOf({
    sources: [database],
    retention: { last: 1 },
    brakes: { minPoints: 1, maxForgetPerMille: 0 },
  });
  const full = snapshotOf(database, dueDaysAgo(3));
  const own = snapshotOf(database, dueDaysAgo(3), {
    mode: "differential",
    base: full.id,
    startedAt: dueDaysAgo(2),
  });
  const observed = observationOf(policy, [full, own, snapshotOf(database, dueDaysAgo(0))]);
  const [first] = planSite(policy, observed, noon).actions;
  expect(first).toMatchObject({ do: "forget", snapshots: [full.id, own.id] });
});

test("what is freed by a forget of the same plan counts against the brake too", () => {
  const policy = policyOf({
    sources: [database],
    retention: { last: 1 },
    brakes: { minPoints: 1, maxForgetPerMille: 600 },
  });
  const pair = (days: number) => {
    const full = snapshotOf(database, dueDaysAgo(days));
    return [full, snapshotOf(database, dueDaysAgo(days - 1), { mode: "differential", base: full.id })];
  };
  const observed = observationOf(policy, [...pair(9), ...pair(7), snapshotOf(database, dueDaysAgo(0))]);
  const { forgets } = decideForgets(surveySite(policy, { ...observed, window: unreadWindow }, noon), []);
  expect(forgets.map((it) => formatMinute(it.due))).toEqual([
    "2026-11-13 01:30Z",
    "2026-11-14 01:30Z",
    "2026-11-16 01:30Z",
  ]);
});

test("what waits for a chain says so", () => {
  const policy = policyOf({
    sources: [database],
    retention: { last: 1 },
    brakes: { minPoints: 1, maxForgetPerMille: 1000 },
  });
  const full = snapshotOf(database, dueDaysAgo(3));
  const differential = snapshotOf(database, dueDaysAgo(0), { mode: "differential", base: full.id });
  const { forgets, verdicts } = decideForgets(
    surveySite(policy, observationOf(policy, [full, differential]), noon),
    [],
  );
  expect(forgets).toEqual([]);
  expect(verdicts.at(-1)).toMatchObject({ keep: true, reasons: [{ why: "chain" }] });
});

test("a point that goes in two parts is told as one, with all its snapshots", () => {
  const policy = policyOf({
    sources: [database, registry],
    retention: { last: 1 },
    brakes: { minPoints: 1, maxForgetPerMille: 1000 },
  });
  const [full, keys] = [snapshotOf(database, dueDaysAgo(3)), snapshotOf(registry, dueDaysAgo(3))];
  const differential = snapshotOf(database, dueDaysAgo(2), { mode: "differential", base: full.id });
  const rest = [differential, snapshotOf(registry, dueDaysAgo(2)), ...pointsOf(policy, dueDaysAgo(0))];
  const observed = observationOf(policy, [full, keys, ...rest], { window: unreadWindow });
  const { forgets } = decideForgets(surveySite(policy, observed, noon), []);
  expect(forgets).toMatchObject([
    { due: dueDaysAgo(3), snapshots: [keys.id, full.id], complete: true },
    { due: dueDaysAgo(2), complete: true },
  ]);
});

test("what other sites forgot in the same run does not use up a site's brake", () => {
  const first = observationOf(keepTwo, pointsOf(keepTwo, ...days(12)));
  const [run] = apply(first, planSite(keepTwo, first, noon), noon).runs;
  const outcomes = run!.finished!.outcomes.map((it) => ({ ...it, site: "PS2" }));
  const unfinished = { ...run!, id: "cm01-2" };
  delete (unfinished as { finished?: unknown }).finished;
  const others = [unfinished, { ...run!, finished: { ...run!.finished!, outcomes } }];
  expect(forgotten({ ...first, runs: others }, noon)).toEqual(forgotten(first, noon));
  expect(forgotten(first, noon)).toHaveLength(3);
});

test("an expected snapshot stands in the place of the one with its id", () => {
  const snapshots = pointsOf(keepTwo, ...days(3)).map((it) =>
    it.point === dueDaysAgo(0) ? { ...it, proofs: [] } : it,
  );
  const survey = surveySite(keepTwo, observationOf(keepTwo, snapshots, { window: unreadWindow }), noon);
  const verified = snapshots.slice(-3).map((it) => ({ ...it, proofs: [passed(noon)] }));
  const newest = (expected: readonly Snapshot[]) => decideForgets(survey, expected).verdicts[0]!;
  expect(newest([]).reasons.map((it) => it.why)).toContain("none-newer-verified");
  expect(newest(verified).reasons.map((it) => it.why)).toContain("newest-verified");
  expect(decideForgets(survey, verified).verdicts).toHaveLength(3);
});

test("without a window, or without a database copy in it, no point is inside or outside", () => {
  const whys = (observed: Observation) =>
    explainRetention(keepTwo, observed, noon).flatMap((it) => it.reasons.map(({ why }) => why));
  const snapshots = pointsOf(keepTwo, ...days(3));
  const spoken = whys(observationOf(keepTwo, snapshots)).filter((why) => why.includes("side"));
  expect(spoken).toEqual(["newest-verified-inside"]);
  const silent = whys(observationOf(keepTwo, snapshots, { window: unreadWindow }));
  expect(silent.filter((why) => why.includes("side"))).toEqual([]);
  const others = snapshots.filter((it) => it.source !== "database");
  expect(whys(observationOf(keepTwo, others)).filter((why) => why.includes("side"))).toEqual([]);
});

function forgotten(observed: ReturnType<typeof observationOf>, now: number): readonly string[] {
  const survey = surveySite(keepTwo, observed, now);
  return decideForgets(survey, []).forgets.map((point) => formatMinute(point.due));
}
