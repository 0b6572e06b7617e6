import { expect, test } from "vitest";
import { hour } from "../../../src/core/base/instant.ts";
import type { Observation } from "../../../src/core/model/observation.ts";
import { planSite } from "../../../src/core/plan/make-plan.ts";
import { staleFacts } from "../../../src/core/plan/stale-facts.ts";
import {
  database,
  dueDaysAgo,
  library,
  noon,
  observationOf,
  pointsOf,
  policyOf,
  problemOf,
  snapshotOf,
  trackingOf,
} from "../../support/build-site.ts";

const policy = policyOf({ retention: { last: 3 } });
const snapshots = pointsOf(policy, dueDaysAgo(4), dueDaysAgo(3), dueDaysAgo(2), dueDaysAgo(1));
const observed = observationOf(policy, snapshots);
const plan = planSite(policy, observed, noon);
const weekly = policyOf({ schedule: { ...policy.schedule, cron: "30 1 * * 1" } });

test("a plan is not stale while nothing that it rests on has changed, however late it gets", () => {
  check({ ...observed, at: noon + hour });
});

test("a newer snapshot of a source that is to be captured makes the plan stale, and is named", () => {
  const newer = snapshotOf(library, dueDaysAgo(0), { id: "newer" });
  expect(staleFacts(plan, { ...observed, snapshots: [...snapshots, newer] })[0]).toEqual({
    name: "PS1/library newest snapshot",
    was: snapshots.at(-1)!.id,
    is: "newer",
  });
});

test("a snapshot of another site changes nothing", () => {
  check({
    ...observed,
    snapshots: [...snapshots, snapshotOf(library, dueDaysAgo(0), { site: "PS2", policy: "ps2" })],
  });
});

test("a source that no longer answers makes the plan stale", () => {
  const sources = { ...observed.sources, library: { answers: false as const, problem: problemOf("Gone.") } };
  check({ ...observed, sources }, "PS1/library answers");
});

test("a point that is to go and has changed makes the plan stale", () => {
  check(
    { ...observed, snapshots: snapshots.filter((it) => it !== snapshots[0]) },
    "PS1 point 2026-11-18T01:30:00.000Z",
  );
});

test("the window's setting matters only to a plan that rests on it", () => {
  const changed = { own: trackingOf(), partners: { CAS: trackingOf({ retentionMs: hour }) } };
  check({ ...observed, window: changed });
  const old = observationOf(weekly, pointsOf(weekly, dueDaysAgo(6)));
  const urgent = planSite(weekly, old, noon);
  expect(staleFacts(urgent, { ...old, window: changed }).map((it) => it.name)).toEqual([
    "PS1 change tracking",
  ]);
  const later = {
    own: trackingOf({ readAt: noon + hour }),
    partners: { CAS: trackingOf({ links: [], readAt: noon + hour }) },
  };
  expect(staleFacts(urgent, { ...old, window: later })).toEqual([]);
});

test("a differential rests on the base that the server names", () => {
  const rhythm = policyOf({ sources: [{ ...database, differentialEveryMs: hour }] });
  const before = observationOf(rhythm, pointsOf(rhythm, dueDaysAgo(0)));
  const after: Observation = {
    ...before,
    sources: { database: { answers: true, facts: { differentialBases: ["B"] }, risks: [] } },
  };
  expect(staleFacts(planSite(rhythm, before, noon), after).map((it) => it.name)).toEqual([
    "PS1/database differential base",
  ]);
});

function check(now: Observation, ...changed: readonly string[]): void {
  expect(staleFacts(plan, now).map((fact) => fact.name)).toEqual(changed);
}
