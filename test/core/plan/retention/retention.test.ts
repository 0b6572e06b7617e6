import { describe, expect, test } from "vitest";
import { day, hour, minute } from "../../../../src/core/base/instant.ts";
import type { Instant } from "../../../../src/core/base/instant.ts";
import type { Retention } from "../../../../src/core/model/policy/resolved-policy.ts";
import type { KeepReason } from "../../../../src/core/model/retention-verdict.ts";
import { isGuard, judgeRetention } from "../../../../src/core/plan/retention/retention.ts";
import type { RetentionPoint, RetentionSetting } from "../../../../src/core/plan/retention/retention.ts";
import { renderRetention } from "../../../../src/core/report/render-snapshots.ts";

const now = Date.UTC(2026, 10, 22, 12);
const good = (due: Instant): RetentionPoint => ({ due, complete: true, verified: true });
const daily = (days: number, from = Date.UTC(2026, 10, 22, 1, 30)): readonly RetentionPoint[] =>
  Array.from({ length: days }, (_, back) => good(from - back * day));

describe("golden", () => {
  const cases: Record<string, readonly [readonly RetentionPoint[], Retention, Partial<RetentionSetting>?]> = {
    "daily-7-weekly-4": [daily(40), { daily: 7, weekly: 4 }],
    "last-3-daily-14-weekly-8-monthly-12-within-6d": [
      daily(120),
      { last: 3, daily: 14, weekly: 8, monthly: 12, withinMs: 6 * day },
    ],
    "young-series-keeps-its-oldest": [daily(9), { daily: 3, weekly: 8, monthly: 12 }],
    "two-a-day-in-Madrid": [
      daily(5).flatMap((point) => [point, good(point.due + 22 * hour)]),
      { daily: 3 },
      { timeZone: "Europe/Madrid", now: now + day },
    ],
    "autumn-hour-comes-twice": [
      [0, 1, 2, 3].map((step) => good(Date.UTC(2026, 9, 25, 0) + step * 30 * minute)),
      { hourly: 4 },
      { timeZone: "Europe/Madrid" },
    ],
    "iso-week-over-new-year": [
      daily(12, Date.UTC(2026, 0, 7, 1, 30)),
      { weekly: 3 },
      { now: Date.UTC(2026, 0, 7, 12) },
    ],
    "future-points-count-for-nothing": [[good(Date.UTC(2030, 0, 1)), ...daily(5)], { last: 2, daily: 2 }],
    "incomplete-points-count-for-nothing": [
      daily(14).map((point, at) => ({ ...point, complete: at % 3 !== 0, verified: at % 3 !== 0 })),
      { last: 3 },
    ],
    "guards-inside-and-outside-the-window": [
      daily(10).map((point, at) => ({ ...point, verified: at > 1 && at !== 5, inside: at < 5 })),
      { last: 1 },
    ],
    "nothing-verified": [
      daily(4).map((point) => ({ ...point, verified: false })),
      { last: 1 },
      { minPoints: 1 },
    ],
    "weeks-from-Sunday-and-days-from-six": [
      daily(12).map(({ due }, at) => good(due - (at % 2) * 2 * hour)),
      { daily: 4, weekly: 2, monthly: 1, weekStartsOn: "sunday", dayStartsAtMs: 6 * hour },
      { timeZone: "Europe/Madrid" },
    ],
    "a-month-before-31-March": [
      [0, 27, 28, 29, 31].map((days) => good(Date.UTC(2026, 2, 31, 10) - days * day)),
      { withinMonths: 1 },
      { now: Date.UTC(2026, 2, 31, 12), minPoints: 0 },
    ],
    "years-without-limit": [
      Array.from({ length: 6 }, (_, back) => good(Date.UTC(2026 - back, 5, 15))),
      { last: 1, yearly: "all" },
    ],
  };
  test.each(Object.entries(cases))("%s", async (name, [points, retention, changes]) => {
    const text = renderRetention(judgeRetention(points, settingOf(retention, changes)));
    await expect(text).toMatchFileSnapshot(`../../golden/retention/${name}.txt`);
  });
});

test("a point exactly as old as the span is not within it", () => {
  const ages = [0, 6 * day - 1, 6 * day, 6 * day + 1];
  check(
    ages.map((age) => good(now - age)),
    { withinMs: 6 * day },
    [now, now - 6 * day + 1],
  );
});

test("the newest points fill up what must never be fewer", () => {
  const points = daily(6);
  const kept = keptOf(points, settingOf({ last: 1 }, { minPoints: 4 }));
  expect(kept).toEqual(points.slice(0, 4).map((point) => point.due));
});

test("no rule at all lets nothing go", () => {
  check(
    daily(30),
    {},
    daily(30).map((point) => point.due),
  );
  const unset = { last: undefined } as unknown as Retention;
  const verdicts = judgeRetention(daily(3), settingOf(unset, { minPoints: 0 }));
  expect(verdicts.at(-1)!.reasons).toEqual([{ why: "no-rules" }]);
});

test("a point may be dated five minutes from now before its clock is doubted", () => {
  const [near, far] = [good(now + 5 * minute), good(now + 5 * minute + 1)];
  const [doubted, believed] = judgeRetention([near, far], settingOf({ last: 1 }));
  expect(doubted!.reasons).toEqual([{ why: "future" }]);
  expect(believed!.reasons[0]).toMatchObject({ why: "rule", nth: 1 });
});

test("an incomplete point stays a week beside newer complete ones, and not a moment longer", () => {
  const half = (age: number): RetentionPoint => ({ due: now - age, complete: false, verified: false });
  const [, younger, exact] = judgeRetention(
    [good(now), half(7 * day - 1), half(7 * day)],
    settingOf({ last: 1 }),
  );
  expect(younger!.reasons).toEqual([{ why: "incomplete-grace", until: now + 1 }]);
  expect(exact).toMatchObject({
    keep: false,
    fallen: ["incomplete or doubted, and its grace of 7d is over"],
  });
});

test("a point that goes is told by every rule why, and one that only a guard holds as well", () => {
  const points = [good(now), good(now - hour), good(now - 2 * day)];
  const verdicts = judgeRetention(points, settingOf({ last: 1, daily: 2, withinMs: day }, { minPoints: 0 }));
  expect(verdicts.map((it) => it.fallen)).toEqual([[], [], []]);
  const [, second] = judgeRetention(
    points,
    settingOf({ last: 1, daily: 1, withinMs: hour }, { minPoints: 2 }),
  );
  expect(second).toMatchObject({
    reasons: [{ why: "min-points", minPoints: 2 }],
    fallen: [
      "last 1 is filled by newer points",
      "daily 2026-11-22 is held by the point of 2026-11-22 12:00Z",
      "older than 1h before the newest",
    ],
  });
});

test("guards are what apply must hold to, and the policy's own rules are none", () => {
  const rules = ["rule", "within", "no-rules"] as const;
  const guards = [
    "future",
    "newest-data",
    "newest-verified",
    "none-newer-verified",
    "chain",
    "brake",
  ] as const;
  expect(rules.filter((why) => isGuard({ why } as KeepReason))).toEqual([]);
  expect(guards.filter((why) => !isGuard({ why } as KeepReason))).toEqual([]);
});

test("a count without an end keeps every period, and the oldest point once", () => {
  const points = daily(3).flatMap((point) => [point, good(point.due - hour)]);
  const verdicts = judgeRetention(points, settingOf({ daily: "all" }, { minPoints: 0 }));
  expect(
    verdicts.flatMap((it) =>
      it.reasons.flatMap((why) => (why.why === "rule" ? [[why.nth, why.oldest]] : [])),
    ),
  ).toEqual([
    [1, false],
    [2, false],
    [3, false],
    [3, true],
  ]);
});

function keptOf(points: readonly RetentionPoint[], setting: RetentionSetting): readonly Instant[] {
  return judgeRetention(points, setting)
    .filter((verdict) => verdict.keep)
    .map((verdict) => verdict.due);
}

function settingOf(retention: Retention, changes: Partial<RetentionSetting> = {}): RetentionSetting {
  return { retention, timeZone: "UTC", minPoints: 2, now, ...changes };
}

function check(points: readonly RetentionPoint[], retention: Retention, kept: readonly Instant[]): void {
  expect(keptOf(points, settingOf(retention, { minPoints: 0 }))).toEqual(kept);
}
