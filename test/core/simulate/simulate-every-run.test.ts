import { expect, test } from "vitest";
import { day, hour } from "../../../src/core/base/instant.ts";
import type { Instant } from "../../../src/core/base/instant.ts";
import type { Observation } from "../../../src/core/model/observation.ts";
import type { ResolvedPolicy } from "../../../src/core/model/policy/resolved-policy.ts";
import type { Snapshot } from "../../../src/core/model/repository/snapshot.ts";
import { startsBetween } from "../../../src/core/plan/calendar/starts.ts";
import { planSite } from "../../../src/core/plan/make-plan.ts";
import { simulating } from "../../../src/core/simulate/simulate-policy.ts";
import { apply, library, observationOf, policyOf, registry, snapshotOf } from "../../support/build-site.ts";
import { finished } from "../../support/pausing.ts";

// A simulation holds a run against the newest part of what is there, and lets things go once an hour. Here
// each run is a whole plan over all that is there, and all that it says is done at once.

/** The Saturday before the clocks of Madrid go back. */
const from = Date.UTC(2026, 9, 24, 9, 5);
const until = from + 3 * day;

test.each([
  ["every quarter of an hour", "*/15 * * * *", "Europe/Madrid", { last: 5, hourly: 12, daily: 3 }],
  ["every twenty minutes", "*/20 * * * *", "Asia/Kolkata", { withinMs: 7 * hour, daily: 2 }],
  ["at two minutes of each hour", "10,50 * * * *", "UTC", { last: 3, hourly: 30 }],
  ["every third hour", "0 */3 * * *", "America/St_Johns", { daily: 2, last: 4 }],
] as const)("%s: days end as if every run were a whole plan", (_, cron, timeZone, retention) => {
  const schedule = { cron, timeZone, jitterMs: 0, notDuring: [] };
  const policy = policyOf({ sources: [registry, library], partners: {}, schedule, retention });
  const observed = observationOf(policy, beforehand(policy));
  const { days, points } = finished(simulating({ policy, observed, from, until, failures: [] }));
  const runs = eachRun(policy, observed);
  expect(days.map(({ captures, forgotten, points }) => ({ captures, forgotten, points }))).toEqual(
    days.map((it) => summed(runs, it.from, it.until)),
  );
  expect(points).toEqual(duesOf(runs.at(-1)!.left));
});

/** Days of which some are to go, and the newest of one source that nobody has read. */
function beforehand(policy: ResolvedPolicy): readonly Snapshot[] {
  return Array.from({ length: 6 }, (_, at) => from - (6 - at) * day).flatMap((point, at) =>
    policy.sources.map((source) => {
      const isUnread = at === 5 && source.name === library.name;
      return snapshotOf(source, point, {
        startedAt: point,
        finishedAt: point,
        ...(isUnread && { proofs: [] }),
      });
    }),
  );
}

interface DoneRun {
  readonly at: Instant;
  readonly captures: number;
  readonly forgotten: readonly Instant[];
  readonly left: readonly Snapshot[];
}

function eachRun(policy: ResolvedPolicy, begin: Observation): readonly DoneRun[] {
  let observed = begin;
  return [from, ...startsBetween(policy, { from: from + 1, until })].map((at) => {
    observed = { ...observed, at };
    const plan = planSite(policy, observed, at);
    observed = apply(observed, plan, at);
    const forgotten = plan.actions.flatMap((it) => (it.do === "forget" ? [it.point] : []));
    const captures = plan.actions.filter((it) => it.do === "capture").length;
    return { at, captures, forgotten, left: observed.snapshots };
  });
}

function summed(runs: readonly DoneRun[], since: Instant, before: Instant) {
  const within = runs.filter(({ at }) => at >= since && at < before);
  return {
    captures: within.reduce((sum, it) => sum + it.captures, 0),
    forgotten: [...new Set(within.flatMap((it) => it.forgotten))],
    points: duesOf(runs.findLast(({ at }) => at < before)!.left).length,
  };
}

function duesOf(snapshots: readonly Snapshot[]): readonly Instant[] {
  return [...new Set(snapshots.map((it) => it.point))].toSorted((left, right) => left - right);
}
