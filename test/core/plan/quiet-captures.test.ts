import { expect, test } from "vitest";
import { day, hour, minute } from "../../../src/core/base/instant.ts";
import type { Instant } from "../../../src/core/base/instant.ts";
import type { Blackout } from "../../../src/core/model/policy/blackout.ts";
import type { Observation } from "../../../src/core/model/observation.ts";
import type { ResolvedPolicy } from "../../../src/core/model/policy/resolved-policy.ts";
import type { SiteTaskFacts } from "../../../src/core/model/site-task.ts";
import { planSite } from "../../../src/core/plan/make-plan.ts";
import { goesThrough, waitingCaptures } from "../../../src/core/plan/quiet-captures.ts";
import type { CaptureReason } from "../../../src/core/model/plan.ts";
import { planAskedCapture } from "../../../src/core/plan/plan-asked-capture.ts";
import { summariseStatus } from "../../../src/core/plan/summarise-status.ts";
import { renderPlan } from "../../../src/core/report/render-plan.ts";
import { apply, dueDaysAgo, noon, observationOf, pointsOf, policyOf } from "../../support/build-site.ts";

const always = [0, 1, 2, 3, 4, 5, 6];
/** Every night from 22:00 to 14:00: the point of 01:30 waits, and `noon` is in it. */
const night: Blackout = {
  as: "weekly",
  weekdays: always,
  fromMs: 22 * hour,
  untilMs: 38 * hour,
  timeZone: "UTC",
  why: "batch jobs",
};
const withNight = (changes: Partial<ResolvedPolicy> = {}): ResolvedPolicy =>
  policyOf({ schedule: { ...policyOf().schedule, blackouts: [night] }, ...changes });

const task: SiteTaskFacts = {
  enabled: true,
  weekdays: always,
  beginMs: 11 * hour,
  latestBeginMs: 12 * hour,
  destinations: ["E:\\CMBackup"],
  durationMs: 41 * minute + 9_000,
};
const minding = policyOf({ schedule: { ...policyOf().schedule, notDuring: ["site-backup-task"] } });

test("what is due in a blackout waits for its end, and waiting is neither a step nor silence", () => {
  const policy = withNight();
  const plan = planSite(policy, observationOf(policy, pointsOf(policy, dueDaysAgo(1))), noon);
  expect(plan.actions).toEqual([]);
  expect(plan.nextDue).toBe(noon + 2 * hour);
  expect(textOf(plan, noon)).toContain(
    "Waiting for the end of a blackout (batch jobs) until 2026-11-22 14:00Z: database, registry, library.",
  );
  expect(textOf(plan, noon)).toContain("3 waiting");
});

test.each(["window-closing", "window-outside", "window-not-proven"] as const)(
  "what is captured since %s does not wait, and it is the database with its registry",
  (why) => {
    const because = { why } as CaptureReason;
    expect(goesThrough({ kind: "site-database", because })).toBe(true);
    expect(goesThrough({ kind: "windows-registry", because })).toBe(true);
    expect(goesThrough({ kind: "content-library", because })).toBe(false);
  },
);

test("where nothing is to be captured nothing waits", () => {
  const spell = { since: noon - hour, until: noon + hour, by: "blackout" as const };
  expect(waitingCaptures(spell, [])).toBeUndefined();
});

test("at its end the point is captured once, and what follows is quiet", () => {
  const policy = withNight();
  const before = observationOf(policy, pointsOf(policy, dueDaysAgo(1)));
  const end = noon + 2 * hour;
  expect(planSite(policy, before, end - 1).actions).toEqual([]);
  const plan = planSite(policy, before, end);
  expect(plan.actions.map((it) => it.do === "capture" && [it.source, it.point])).toEqual(
    ["database", "registry", "library"].map((source) => [source, dueDaysAgo(0)]),
  );
  const after = planSite(policy, apply(before, plan, end), end + 4 * hour);
  expect([after.actions, after.quiet]).toEqual([[], undefined]);
});

test("a site that waits in a blackout is not behind, and after it is", () => {
  const policy = withNight({ objectives: { ...policyOf().objectives, maxDataAgeMs: 4 * day } });
  const observed = observationOf(policy, pointsOf(policy, dueDaysAgo(3), dueDaysAgo(2), dueDaysAgo(1)));
  const states = [noon, noon + 2 * hour].map((at) => summariseStatus([policy], [observed], at)[0]!);
  expect(states.map((it) => it.state)).toEqual(["kept", "at-risk"]);
  expect(states[0]!.quietSpell).toMatchObject({ by: "blackout", until: noon + 2 * hour });
  expect(states[0]!.nextDue).toBe(noon + 2 * hour);
});

test("a window that closes does not wait: the database is captured with its registry, the rest afterwards", () => {
  const policy = withNight();
  const observed = observationOf(policy, pointsOf(policy, dueDaysAgo(4)));
  const plan = planSite(policy, observed, noon);
  expect(plan.window.state).toBe("closing");
  expect(plan.actions.map((it) => it.do === "capture" && it.source)).toEqual(["database", "registry"]);
  const text = textOf(plan, noon);
  expect(text).toContain("until 2026-11-22 14:00Z: library.");
  expect(text).toContain("and not waiting for its end: database, registry.");
  const end = noon + 2 * hour;
  const rest = planSite(policy, apply(observed, plan, noon), end);
  expect(rest.actions.map((it) => it.do === "capture" && [it.source, it.point])).toEqual([
    ["library", dueDaysAgo(0)],
  ]);
});

test("a new site version is no reason to disturb a blackout", () => {
  const policy = withNight();
  const facts = (siteVersion: string) => ({ answers: true, facts: { siteVersion }, risks: [] }) as const;
  const snapshots = pointsOf(policy, dueDaysAgo(0)).map((it) => ({
    ...it,
    facts: { siteVersion: "5.00.9128" },
  }));
  const observed = observationOf(policy, snapshots);
  const updated = { ...observed, sources: { ...observed.sources, database: facts("5.00.9132") } };
  expect(planSite(policy, updated, noon).quiet?.waiting).toEqual(["database", "registry", "library"]);
});

test("what is asked for by hand goes through, and says so", () => {
  const policy = withNight();
  const observed = observationOf(policy, pointsOf(policy, dueDaysAgo(1)));
  const plan = planAskedCapture(policy, observed, noon, { sources: ["registry"], note: "by hand" });
  expect(plan.actions.map((it) => it.do)).toEqual(["capture"]);
  expect(textOf(plan, noon)).toContain(
    "In a blackout (batch jobs) until 2026-11-22 14:00Z, and not waiting for its end: registry.",
  );
});

test("captures keep away from the site's own task, from its begin to its latest begin and as long as it takes", () => {
  const at = (siteTask: Observation["siteTask"] & object, now: Instant) =>
    planSite(minding, observationOf(minding, [], { siteTask }), now).quiet;
  expect(at(task, noon - hour - 1)).toBeUndefined();
  expect(at(task, noon - hour)).toMatchObject({
    by: "site-task",
    until: noon + 42 * minute,
    waiting: ["database", "registry", "library"],
  });
  expect(at(task, noon + 42 * minute)).toBeUndefined();
  expect(at({ ...task, weekdays: [1, 2, 3, 4, 5] }, noon)).toBeUndefined();
  expect(at({ ...task, enabled: false }, noon)).toBeUndefined();
});

test("a task that the policy does not mind, or that nobody could read, holds nothing back", () => {
  const heedless = policyOf();
  expect(planSite(heedless, observationOf(heedless, [], { siteTask: task }), noon).quiet).toBeUndefined();
  const problem = {
    code: "site-task-unread",
    severity: "risk",
    message: "Hidden.",
    where: "",
    hint: "",
  } as const;
  const blind = planSite(minding, observationOf(minding, [], { siteTask: { problem } }), noon);
  expect(blind.actions.map((it) => it.do)).toEqual(["capture", "capture", "capture"]);
  expect(blind.risks.map((it) => it.code)).toContain("site-task-unread");
});

test("a task whose last runs could not be read is minded all the same, and that is told", () => {
  const runsUnread = {
    code: "site-task-unread",
    severity: "risk",
    message: "No messages.",
    where: "",
    hint: "",
  } as const;
  const { durationMs: _, ...silent } = task;
  const siteTask = { ...silent, runsUnread };
  const plan = planSite(minding, observationOf(minding, [], { siteTask }), noon);
  expect(plan.quiet).toMatchObject({ by: "site-task" });
  expect(plan.risks.map((it) => it.message)).toContain("No messages.");
  const heedless = policyOf();
  const other = planSite(heedless, observationOf(heedless, [], { siteTask }), noon);
  expect(other.risks.map((it) => it.code)).not.toContain("site-task-unread");
});

test("the task's clock may be the server's or UTC: both are kept away from, until its last begin tells which", () => {
  const policy = policyOf({ schedule: { ...minding.schedule, timeZone: "Europe/Madrid" } });
  const held = (lastStartAt?: Instant) =>
    [10, 11, 12].map((hours) => {
      const siteTask = {
        ...task,
        latestBeginMs: task.beginMs,
        ...(lastStartAt !== undefined && { lastStartAt }),
      };
      const now = noon - 12 * hour + hours * hour;
      return planSite(policy, observationOf(policy, [], { siteTask }), now).quiet !== undefined;
    });
  expect(held()).toEqual([true, true, false]);
  expect(held(noon - day - hour + 20_000)).toEqual([false, true, false]);
  expect(held(noon - day - 2 * hour + 20_000)).toEqual([true, false, false]);
  expect(held(noon - day - 7 * hour)).toEqual([true, true, false]);
});

test("a task whose hours would leave no time is not waited for, and is red", () => {
  const siteTask = { ...task, beginMs: 0, latestBeginMs: day - minute };
  const plan = planSite(minding, observationOf(minding, [], { siteTask }), noon);
  expect(plan.quiet).toBeUndefined();
  expect(plan.risks.map((it) => it.code)).toContain("site-task-always");
});

function textOf(plan: ReturnType<typeof planSite>, madeAt: Instant): string {
  return renderPlan({ apiVersion: "sitekeep/plan/v1", madeAt, expiresAt: madeAt + day, sites: [plan] });
}
