import { expect, test } from "vitest";
import { day, hour } from "../../../src/core/base/instant.ts";
import type { Blackout } from "../../../src/core/model/blackout.ts";
import type { ResolvedPolicy } from "../../../src/core/model/resolved-policy.ts";
import { judgeSchedule } from "../../../src/core/plan/judge-schedule.ts";
import type { ScheduleMeasures } from "../../../src/core/plan/judge-schedule.ts";
import { database, noon, policyOf, standAlone } from "./world.ts";

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

function check(policy: ResolvedPolicy, measures: ScheduleMeasures, ...expected: readonly string[]): void {
  const found = judgeSchedule(policy, measures, noon);
  expect(found.map((problem) => `${problem.code}: ${problem.message}`)).toEqual(expected);
  expect(found.every((problem) => problem.severity === "risk")).toBe(true);
}
