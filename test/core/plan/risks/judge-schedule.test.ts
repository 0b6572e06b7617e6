import { expect, test } from "vitest";
import { day, hour, minute } from "../../../../src/core/base/instant.ts";
import type { Blackout } from "../../../../src/core/model/policy/blackout.ts";
import type { ResolvedPolicy } from "../../../../src/core/model/policy/resolved-policy.ts";
import { judgeRhythm, judgeSchedule, measureGaps } from "../../../../src/core/plan/risks/judge-schedule.ts";
import type { ScheduleMeasures } from "../../../../src/core/plan/risks/judge-schedule.ts";
import { database, noon, policyOf, registry, standAlone } from "../../../support/build-site.ts";
import { aboutSite } from "../../../../src/core/model/site-subject.ts";

const cron = (text: string, timeZone = "Europe/Madrid") => ({
  schedule: { cron: text, timeZone, jitterMs: 0, notDuring: [] },
});
const anyAge = { objectives: { ...policyOf().objectives, maxDataAgeMs: 30 * day } };

test("a daily schedule fits the default objectives and five days, the long autumn day included", () => {
  check(policyOf(cron("30 1 * * *")), {});
});

test("a weekly schedule does not, and the message shows the sum", () => {
  check(
    policyOf({ ...cron("30 1 * * 0", "UTC"), ...anyAge }),
    {},
    "schedule-exceeds-window: PS1 could be recovered too late: longest gap 168h + 1 missed run 168h + backup 1h + notice 24h + rebuild 24h + restore 4h + margin 12h = 401h, and the window is 120h.",
  );
});

test("a twice-weekly schedule does not either", () => {
  check(
    policyOf({ ...cron("30 1 * * 0,3"), ...anyAge }),
    {},
    "schedule-exceeds-window: PS1 could be recovered too late: longest gap 96h + 1 missed run 73h + backup 1h + notice 24h + rebuild 24h + restore 4h + margin 12h = 234h, and the window is 120h.",
  );
});

test("a sum of exactly the window is too late", () => {
  const daily = cron("30 1 * * *", "UTC");
  check(policyOf({ ...daily, windowAtMostMs: 113 * hour + 1 }), {});
  check(
    policyOf({ ...daily, windowAtMostMs: 113 * hour }),
    {},
    "schedule-exceeds-window: PS1 could be recovered too late: longest gap 24h + 1 missed run 24h + backup 1h + notice 24h + rebuild 24h + restore 4h + margin 12h = 113h, and the window is 113h.",
  );
});

test("a measured window and a measured backup count in place of the assumed ones", () => {
  check(
    policyOf(cron("30 1 * * *", "UTC")),
    { windowMs: 2 * day, backupMs: 2 * hour },
    "schedule-exceeds-window: PS1 could be recovered too late: longest gap 24h + 1 missed run 24h + backup 2h + notice 24h + rebuild 24h + restore 4h + margin 12h = 114h, and the window is 48h.",
  );
});

test("parts below an hour and missed runs are told as they are", () => {
  const objectives = { ...policyOf().objectives, missedRuns: 2, noticeMs: 90 * minute, marginMs: 0 };
  check(
    policyOf({ ...cron("30 1 * * *", "UTC"), objectives, windowAtMostMs: day }),
    { backupMs: 30 * minute - 1 },
    "schedule-exceeds-window: PS1 could be recovered too late: longest gap 24h + 2 missed runs 48h + backup 30m + notice 1h 30m + rebuild 24h + restore 4h + margin 0ms = 102h, and the window is 24h.",
  );
});

test("a window below five days that the policy did not ask for is set back, not planned around", () => {
  const daily = cron("30 1 * * *", "UTC");
  const hintOf = (policy: ResolvedPolicy, windowMs: number) =>
    judgeSchedule(policy, { windowMs }, noon).map((it) => it.hint);
  expect(hintOf(policyOf(daily), 3 * day)).toEqual([
    expect.stringContaining("below the five days that ConfigMgr sets up"),
  ]);
  expect(hintOf(policyOf({ ...daily, windowAtMostMs: 3 * day }), 3 * day)).toEqual([
    expect.not.stringContaining("below the five days that ConfigMgr sets up"),
  ]);
});

test("a schedule that is too rare for five days is told how to come more often, and one for its age too", () => {
  const weekly = policyOf(cron("30 1 * * 0", "UTC"));
  expect(judgeSchedule(weekly, { windowMs: 5 * day }, noon).map((it) => it.hint)).toEqual([
    "Run more often, or lower a part in objectives if it is true that it takes less.",
    "Run more often, add a differential rhythm, or promise what the schedule can keep.",
  ]);
});

test("a stand-alone site has no window to miss, and an age to keep", () => {
  check(
    standAlone(cron("30 1 * * 0", "UTC")),
    {},
    "schedule-exceeds-data-age: PS1 promises data no older than 26h, and its schedule alone lets it grow to 169h (longest gap 168h + backup 1h).",
  );
});

test("differentials keep the age that the fulls alone would not", () => {
  const sources = [{ ...database, differentialEveryMs: 6 * hour }];
  check(standAlone({ ...cron("30 1 * * 0", "UTC"), sources }), {});
});

test("another tool's fulls and other sources have no rhythm in between", () => {
  const weekly = cron("30 1 * * 0", "UTC");
  const others = [
    { ...database, method: "external" as const, differentialEveryMs: 6 * hour, logEveryMs: hour },
    registry,
  ];
  expect(judgeSchedule(standAlone({ ...weekly, sources: others }), {}, noon)).toHaveLength(1);
});

test("a blackout makes the gap longer by as much as it moves the start", () => {
  const blackouts: readonly Blackout[] = [
    { as: "dated", fromWall: Date.UTC(2026, 11, 24), untilWall: Date.UTC(2027, 0, 2), timeZone: "UTC" },
  ];
  const [problem] = judgeSchedule(
    policyOf({ schedule: { ...cron("30 1 * * *", "UTC").schedule, blackouts }, ...anyAge }),
    {},
    noon,
  );
  // From 23 December 01:30 to 2 January 00:00.
  expect(problem?.message).toContain("longest gap 238h 30m + 1 missed run 24h");
});

test("a schedule that comes once a year has a gap of a year", () => {
  const [problem] = judgeSchedule(standAlone(cron("30 1 1 1 *", "UTC")), {}, noon);
  expect(problem?.message).toContain("longest gap 8784h");
});

test("a rhythm of somebody else is named in the sum, and its age is judged only where it is asked for", () => {
  const gaps = { longestMs: 7 * day, withMissedMs: 14 * day };
  const rhythm = {
    backupMs: hour,
    codes: { window: "site-task-exceeds-window", age: "site-task-exceeds-data-age" },
    whose: "the site's task",
    hint: "Let the task run more often.",
    about: aboutSite({ kind: "hazard", names: ["PS1"] }),
  } as const;
  const judge = (judgesAge: boolean) => judgeRhythm(policyOf(), gaps, { ...rhythm, judgesAge });
  expect(judge(false)).toMatchObject([
    { code: "site-task-exceeds-window", hint: "Let the task run more often." },
  ]);
  expect(judge(false)[0]?.message).toMatch(
    /^PS1 could be recovered too late by the site's task: longest gap 168h /,
  );
  expect(judge(true).map((it) => it.code)).toEqual([
    "site-task-exceeds-window",
    "site-task-exceeds-data-age",
  ]);
});

test.each<[string, number, readonly number[], object]>([
  ["no start", 1, [], { longest: 366, withMissed: 732 }],
  ["one start", 0, [5], { longest: 366, withMissed: 366 }],
  ["two starts", 0, [0, 10], { longest: 10, withMissed: 10 }],
  ["two starts, one of which is missed", 1, [0, 10], { longest: 10, withMissed: 732 }],
  ["three starts, one of which is missed", 1, [0, 10, 30], { longest: 20, withMissed: 30 }],
  ["three starts, two of which are missed", 2, [0, 1, 3], { longest: 2, withMissed: 1_098 }],
  ["six starts, two in a row of which are missed", 2, [0, 1, 3, 6, 7, 8], { longest: 3, withMissed: 6 }],
])("the longest gaps, in days, of %s", (_title, missedRuns, starts, gaps) => {
  const { longestMs, withMissedMs } = measureGaps(
    starts.map((it) => it * day),
    missedRuns,
  );
  expect({ longest: longestMs / day, withMissed: withMissedMs / day }).toEqual(gaps);
});

function check(policy: ResolvedPolicy, measures: ScheduleMeasures, ...expected: readonly string[]): void {
  const found = judgeSchedule(policy, measures, noon);
  expect(found.map((problem) => `${problem.code}: ${problem.message}`)).toEqual(expected);
  expect(found.every((problem) => problem.severity === "risk")).toBe(true);
}
