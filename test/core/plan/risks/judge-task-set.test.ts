import { describe, expect, test } from "vitest";
import { day, hour, minute } from "../../../../src/core/base/instant.ts";
import type { Instant } from "../../../../src/core/base/instant.ts";
import type { JsonObject } from "../../../../src/core/base/json.ts";
import { taskBackupCapture, taskBackupLook } from "../../../../src/core/model/facts/task-backup.ts";
import type { Observation } from "../../../../src/core/model/observation.ts";
import type { SiteTaskFacts } from "../../../../src/core/model/site-task.ts";
import type { Source } from "../../../../src/core/model/policy/source.ts";
import { makePlan } from "../../../../src/core/plan/make-plan.ts";
import { nextTaskBegin } from "../../../../src/core/plan/calendar/site-task.ts";
import { summariseStatus } from "../../../../src/core/plan/summarise-status.ts";
import {
  database,
  dueDaysAgo,
  noon,
  observationOf,
  pointsOf,
  policyOf,
  snapshotOf,
} from "../../../support/build-site.ts";

const set: Source = { kind: "task-backup", name: "task", site: "E:\\CMBackup" };
const policy = policyOf({ sources: [database, set] });
const nightly: SiteTaskFacts = {
  enabled: true,
  weekdays: [0, 1, 2, 3, 4, 5, 6],
  beginMs: 22 * hour,
  latestBeginMs: 22 * hour + 30 * minute,
  destinations: ["E:\\CMBackup"],
};
/** The run of last night, which today's point of 01:30 would hold. */
const lastNight = noon - 14 * hour;

function captured(runAt: Instant, changes = {}) {
  const facts = taskBackupCapture.write({ run: "finished", runStartedAt: runAt, files: 3 });
  return snapshotOf(set, dueDaysAgo(0), { facts, asOf: runAt, ...changes });
}

const databaseOnly = pointsOf(policyOf({ sources: [database] }), dueDaysAgo(0));
const problem = {
  code: "task-run-failed",
  severity: "error",
  message: "It failed.",
  where: "PS1/task",
  hint: "Cure it.",
} as const;

function silent(facts?: JsonObject): Observation["sources"][string] {
  return { answers: false, problem, ...(facts && { facts }) };
}

describe("while the destination holds no whole set", () => {
  const lacking = (lastGoodAt?: Instant) =>
    silent(taskBackupLook.write({ run: "failed", runStartedAt: noon - hour, set: "lacking", lastGoodAt }));

  test.each([
    ["the last good run's snapshot, read back, is a copy", captured(lastNight), lastNight, undefined],
    ["its begin differs by what the database rounds off", captured(lastNight + 3), lastNight, undefined],
    ["a newer snapshot than any run that is known of is one", captured(lastNight), undefined, undefined],
    [
      "nothing was ever adopted",
      undefined,
      lastNight,
      "holds no whole set just now, and the repository holds no set of it either.",
    ],
    [
      "the last good run was never adopted",
      captured(lastNight - day),
      lastNight,
      "and the newest in the repository is of the run of 2026-11-20 22:00Z, and not of the last good one, of 2026-11-21 22:00Z.",
    ],
    [
      "its snapshot was not read back",
      captured(lastNight, { proofs: [] }),
      lastNight,
      "and the newest in the repository is of the run of 2026-11-21 22:00Z, and was not read back.",
    ],
  ])("%s", (_, snapshot, lastGoodAt, told) => {
    const snapshots = [...databaseOnly, ...(snapshot === undefined ? [] : [snapshot])];
    const found = tell({ snapshots, seen: lacking(lastGoodAt) });
    expect(found.risks).toEqual(told === undefined ? [] : [expect.stringContaining(`${told}`)]);
    expect(found.state).toBe(told === undefined ? "at-risk" : "broken");
  });

  test("the cure is that of the source, and then a capture", () => {
    const [status] = summariseStatus(
      [policy],
      [observationOf(policy, databaseOnly, { sources: { task: lacking() } })],
      noon,
    );
    const risk = status!.problems.find((it) => it.code === "task-set-nowhere");
    expect(risk!.hint).toBe("Cure it. Then run `sitekeep capture PS1 task`.");
  });
});

test("a destination of which nothing is known is not said to be empty", () => {
  expect(tell({ snapshots: databaseOnly, seen: silent() }).risks).toEqual([]);
  const facts = taskBackupLook.write({ run: "finished", runStartedAt: lastNight });
  expect(tell({ snapshots: databaseOnly, seen: silent(facts) }).risks).toEqual([]);
});

describe("the set that is there", () => {
  const whole = taskBackupLook.write({ run: "finished", runStartedAt: lastNight, set: "whole" });
  const seen = { answers: true, facts: whole, risks: [] } as const;
  const before = [...databaseOnly, captured(lastNight - day)];
  const weekly = policyOf({
    sources: [database, set],
    schedule: { ...policy.schedule, cron: "30 1 * * 0" },
  });

  test("is told where the task's next begin comes before the next capture", () => {
    expect(tell({ snapshots: before, seen, of: weekly }).risks).toEqual([
      "task-set-unsaved: The set of the task's run of 2026-11-21 22:00Z is in no snapshot of PS1. From 2026-11-22 22:00Z on the task may begin, and it deletes that set first, and the next capture is at 2026-11-29 01:30Z.",
    ]);
  });

  test("is not where it is adopted, captured by the plan, or captured before", () => {
    expect(tell({ snapshots: [...databaseOnly, captured(lastNight)], seen, of: weekly }).risks).toEqual([]);
    const evening = policyOf({
      sources: [database, set],
      schedule: { ...policy.schedule, cron: "0 21 * * *" },
    });
    const adopted = captured(lastNight - day, { point: noon - 15 * hour });
    const points = pointsOf(policyOf({ sources: [database] }), noon - 15 * hour);
    expect(tell({ snapshots: [...points, adopted], seen, of: evening }).risks).toEqual([]);
    // The point lacks its set, which the plan captures.
    const observed = observationOf(weekly, databaseOnly, { sources: { task: seen }, siteTask: nightly });
    const [plan] = makePlan([weekly], [observed], noon).sites;
    expect(plan!.actions).toContainEqual(expect.objectContaining({ do: "capture", source: "task" }));
    expect(plan!.risks.map((it) => it.code)).not.toContain("task-set-unsaved");
  });

  test("is not where the task is off, or nobody knows when it begins", () => {
    const off = { ...nightly, enabled: false };
    expect(tell({ snapshots: before, seen, of: weekly, siteTask: off }).risks).toEqual([]);
    expect(tell({ snapshots: before, seen, of: weekly, siteTask: undefined }).risks).toEqual([]);
  });

  test("may be accepted by the name of its source", () => {
    const accepts = [{ risk: "task-set-unsaved", of: "task", because: "once a week is enough" }] as const;
    expect(tell({ snapshots: before, seen, of: { ...weekly, accepts } }).risks).toEqual([]);
  });
});

describe("the task's next begin", () => {
  const at = (now: Instant, changes: Partial<SiteTaskFacts> = {}, timeZone = "UTC") => {
    const schedule = { ...policy.schedule, timeZone };
    const observed = observationOf(policy, [], { siteTask: { ...nightly, ...changes } });
    return nextTaskBegin({ schedule }, observed, now);
  };
  const tonight = noon + 10 * hour;

  test("is the next opening of its hours", () => {
    expect(at(noon)).toBe(tonight);
    expect(at(tonight + hour)).toBe(tonight + day);
  });

  test("is now within its hours, as long as it was not seen to begin in them", () => {
    const within = tonight + 20 * minute;
    expect(at(within)).toBe(within);
    expect(at(within, { lastStartAt: tonight - day })).toBe(within);
    expect(at(within, { lastStartAt: tonight + minute })).toBe(tonight + day);
  });

  test("is the earlier of both readings of its clock, where that is not known", () => {
    expect(at(noon, {}, "Europe/Madrid")).toBe(tonight - hour);
    expect(at(noon, { lastStartAt: tonight - day }, "Europe/Madrid")).toBe(tonight);
  });

  test("is none where it is set to no day", () => {
    expect(at(noon, { weekdays: [] })).toBeUndefined();
  });
});

function tell({
  snapshots,
  seen,
  of = policy,
  ...given
}: {
  readonly snapshots: Observation["snapshots"];
  readonly seen: Observation["sources"][string];
  readonly of?: typeof policy;
  readonly siteTask?: SiteTaskFacts | undefined;
}) {
  const siteTask = "siteTask" in given ? given.siteTask : nightly;
  const observed = observationOf(of, snapshots, {
    sources: { database: { answers: true, facts: {}, risks: [] }, task: seen },
    ...(siteTask && { siteTask }),
  });
  const [status] = summariseStatus([of], [observed], noon);
  const told = status!.problems.filter((it) => it.code.startsWith("task-set-"));
  return { state: status!.state, risks: told.map((it) => `${it.code}: ${it.message}`) };
}
