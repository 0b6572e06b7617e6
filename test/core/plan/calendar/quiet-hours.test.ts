import { describe, expect, test } from "vitest";
import { day, formatMinute, hour, minute } from "../../../../src/core/base/instant.ts";
import type { Instant } from "../../../../src/core/base/instant.ts";
import type { Blackout } from "../../../../src/core/model/policy/blackout.ts";
import type { ResolvedPolicy } from "../../../../src/core/model/policy/resolved-policy.ts";
import {
  isNeverQuiet,
  nextBeginAfter,
  quietAt,
  quietHoursOf,
  quietEndAt,
} from "../../../../src/core/plan/calendar/quiet-hours.ts";
import { jitterOf } from "../../../../src/core/plan/calendar/schedule.ts";
import { missedStarts, nextStartAfter, startsBetween } from "../../../../src/core/plan/calendar/starts.ts";
import { SeededRandom } from "../../../support/seeded-random.ts";
import { policyOf } from "../../../support/build-site.ts";

const weekdays = [1, 2, 3, 4, 5];
const office: Blackout = {
  as: "weekly",
  weekdays,
  fromMs: 8 * hour,
  untilMs: 18 * hour,
  timeZone: "Europe/Madrid",
};
const night: Blackout = {
  as: "weekly",
  weekdays: [6],
  fromMs: 22 * hour,
  untilMs: 30 * hour,
  timeZone: "UTC",
};
const stocktaking: Blackout = {
  as: "dated",
  fromWall: Date.UTC(2026, 11, 24),
  untilWall: Date.UTC(2026, 11, 27),
  timeZone: "Europe/Madrid",
  why: "stock-taking",
};

describe("a blackout of hours", () => {
  test("holds from its first instant to its last, in its own zone, on its own days", () => {
    check([office], "2026-11-23T06:59", "free"); // Monday; Madrid is an hour ahead of UTC.
    check([office], "2026-11-23T07:00", "2026-11-23 07:00Z to 2026-11-23 17:00Z");
    check([office], "2026-11-23T16:59", "2026-11-23 07:00Z to 2026-11-23 17:00Z");
    check([office], "2026-11-23T17:00", "free");
    check([office], "2026-11-22T10:00", "free");
    check([office], "2026-07-06T06:00", "2026-07-06 06:00Z to 2026-07-06 16:00Z");
  });

  test("that goes past midnight belongs to the day on which it begins", () => {
    check([night], "2026-11-21T21:59", "free");
    check([night], "2026-11-21T23:00", "2026-11-21 22:00Z to 2026-11-22 06:00Z");
    check([night], "2026-11-22T05:59", "2026-11-21 22:00Z to 2026-11-22 06:00Z");
    check([night], "2026-11-22T23:00", "free");
  });

  test("has its ends where the clocks say, on the days on which they change", () => {
    const early: Blackout = { ...office, weekdays: [0], fromMs: 2.5 * hour, untilMs: 4 * hour };
    check([early], "2026-03-29T01:30", "2026-03-29 01:00Z to 2026-03-29 02:00Z");
    check([early], "2026-10-25T00:30", "2026-10-25 00:30Z to 2026-10-25 03:00Z");
  });
});

test("a blackout of dates holds once, and says why", () => {
  check([stocktaking], "2026-12-23T22:59", "free");
  expect(quietAt(quietHoursOf(withBlackouts([stocktaking])), Date.UTC(2026, 11, 25))).toEqual({
    since: Date.UTC(2026, 11, 23, 23),
    until: Date.UTC(2026, 11, 26, 23),
    by: "blackout",
    why: "stock-taking",
  });
  check([stocktaking], "2027-12-25T12:00", "free");
});

test("a blackout of dates may last for years", () => {
  const years: Blackout = { ...stocktaking, untilWall: Date.UTC(2030, 0, 1) } as Blackout;
  check([years], "2027-01-01T00:00", "2026-12-23 23:00Z to 2029-12-31 23:00Z");
});

test("blackouts that touch are one, whoever wants them", () => {
  const evening: Blackout = { ...office, fromMs: 18 * hour, untilMs: 20 * hour };
  check([evening, office], "2026-11-23T12:00", "2026-11-23 07:00Z to 2026-11-23 19:00Z");
  const quiet = quietHoursOf(withBlackouts([office]), [evening]);
  expect(quietAt(quiet, Date.UTC(2026, 10, 23, 18))).toMatchObject({
    by: "site-task",
    since: Date.UTC(2026, 10, 23, 7),
  });
});

test("blackouts without end leave nothing to wait for, and are no endless search", () => {
  const always: Blackout = { ...office, weekdays: [0, 1, 2, 3, 4, 5, 6], fromMs: 0, untilMs: day };
  expect(quietEndAt(quietHoursOf(withBlackouts([always])), Date.UTC(2026, 10, 23))).toBeUndefined();
});

test("what falls into a blackout starts at its end, once", () => {
  const hourly = withBlackouts([office], { cron: "0 * * * *", timeZone: "UTC" });
  const starts = startsBetween(hourly, {
    from: Date.UTC(2026, 10, 23, 5),
    until: Date.UTC(2026, 10, 23, 20),
  });
  expect(starts.map((it) => formatMinute(it).slice(11))).toEqual([
    "05:00Z",
    "06:00Z",
    "17:00Z",
    "18:00Z",
    "19:00Z",
  ]);
  const daily = withBlackouts([office], { cron: "0 10 * * *", timeZone: "UTC" });
  expect(formatMinute(nextStartAfter(daily, Date.UTC(2026, 10, 23, 9))!)).toBe("2026-11-23 17:00Z");
  expect(formatMinute(nextStartAfter(daily, Date.UTC(2026, 10, 23, 12))!)).toBe("2026-11-23 17:00Z");
  expect(formatMinute(nextStartAfter(daily, Date.UTC(2026, 10, 23, 17))!)).toBe("2026-11-24 17:00Z");
});

test("the sites don't all start at the end of a blackout: each waits its own jitter there as well", () => {
  const policy = withBlackouts([office], { cron: "0 10 * * *", timeZone: "UTC", jitterMs: 30 * minute });
  const jitterMs = jitterOf(policy.schedule, "PS1");
  expect(jitterMs).toBeGreaterThan(0);
  expect(nextStartAfter(policy, Date.UTC(2026, 10, 23, 9))).toBe(Date.UTC(2026, 10, 23, 17) + jitterMs);
});

test("over random schedules and blackouts, the next start is the first of the starts, and none is in quiet hours", () => {
  for (let seed = 1; seed <= 120; seed++) {
    const policy = randomPolicy(new SeededRandom(seed));
    const quiet = quietHoursOf(policy);
    const from = Date.UTC(2026, 9, 20) + seed * 37 * minute;
    const starts = startsBetween(policy, { from, until: from + 9 * day });
    expect(starts, `seed ${seed}`).toEqual(everyStart(policy, from, from + 9 * day));
    expect(
      starts.filter((it) => quietAt(quiet, it)),
      `seed ${seed}`,
    ).toEqual([]);
    for (let at = from; at < from + 3 * day; at += 5 * hour + 7 * minute)
      expect(nextStartAfter(policy, at), `seed ${seed}`).toBe(starts.find((it) => it > at));
  }
});

test("a site's jitter depends on its code and the limit alone: not on the hour, the policy, or what else there is", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = new SeededRandom(seed);
    const code = Array.from({ length: 3 }, () => random.pick([..."ABCXYZ0189"])).join("");
    const limitMs = random.below(90) * minute;
    const schedule = { ...randomPolicy(random).schedule, jitterMs: limitMs };
    const jitterMs = jitterOf(schedule, code);
    expect(jitterMs).toBe(jitterOf({ ...policyOf().schedule, jitterMs: limitMs }, code));
    expect(jitterMs >= 0 && jitterMs <= limitMs && jitterMs % 1_000 === 0).toBe(true);
  }
});

test("starts that came and went are counted: none between neighbours, three for four days, one for a whole blackout", () => {
  const daily = policyOf();
  const due = Date.UTC(2026, 10, 23, 1, 30);
  const missed = (policy: ResolvedPolicy, last: Instant) =>
    missedStarts(policy, quietHoursOf(policy), { last, due });
  expect(missed(daily, due - day)).toBe(0);
  expect(missed(daily, due - 4 * day)).toBe(3);
  const hourly = withBlackouts([night], { cron: "30 * * * *", timeZone: "UTC" });
  // From 20:30 on Saturday: 21:30 was missed, eight due instants moved to 06:00 on Sunday, and twenty came
  // after it.
  expect(missed(hourly, Date.UTC(2026, 10, 21, 20, 30))).toBe(1 + 1 + 19);
});

/** By the definition: each minute of the stretch asked alone. */
function everyStart(policy: ResolvedPolicy, from: Instant, until: Instant): readonly Instant[] {
  const quiet = quietHoursOf(policy);
  const { jitterMs } = quiet;
  const cron = startsBetween(withBlackouts([], policy.schedule), { from: from - 5 * day, until });
  const found = new Set<Instant>();
  for (const start of cron) {
    let free = start;
    while (isCovered(policy, free, jitterMs)) free += minute;
    // Jitter is in seconds: the end of a blackout is found to the minute, and then exactly.
    const hold = free === start ? undefined : quietAt(quiet, free - minute);
    found.add(hold?.until ?? free);
  }
  return [...found].filter((it) => it >= from && it < until).sort((left, right) => left - right);
}

const sunday: Blackout = {
  as: "weekly",
  weekdays: [0],
  fromMs: 10 * hour,
  untilMs: 20 * hour,
  timeZone: "UTC",
};

test("the next begin is told a whole week ahead, and not the one of this moment", () => {
  const begin = Date.UTC(2026, 10, 22, 10);
  expect(nextBeginAfter([sunday], begin - 1)).toBe(begin);
  expect(nextBeginAfter([sunday], begin)).toBe(begin + 7 * day);
  expect(nextBeginAfter([], begin)).toBeUndefined();
});

test("hours that belong to a policy and to the site's task alike are the policy's, and one of both is enough to wait", () => {
  const noBlackouts = { blackouts: [], jitterMs: 0 };
  const at = Date.UTC(2026, 10, 22, 12);
  expect(quietAt({ ...noBlackouts, blackouts: [sunday], taskHours: [sunday] }, at)?.by).toBe("blackout");
  expect(quietAt({ ...noBlackouts, taskHours: [sunday] }, at)?.by).toBe("site-task");
  expect(isNeverQuiet({ ...noBlackouts, taskHours: [sunday] })).toBe(false);
  expect(isNeverQuiet({ ...noBlackouts, taskHours: [] })).toBe(true);
});

test("a blackout of nearly two days still has its sites wait apart at its end", () => {
  const long: Blackout = { ...sunday, fromMs: 23 * hour, untilMs: 47 * hour };
  const quiet = { blackouts: [long], taskHours: [], jitterMs: 2 * hour };
  const end = Date.UTC(2026, 10, 24, 1);
  expect(quietAt(quiet, end - 1)).toMatchObject({ since: Date.UTC(2026, 10, 22, 23), until: end });
  expect(quietAt(quiet, end)).toBeUndefined();
});

test("quiet hours without an end are told as years, and nothing is ever free", () => {
  const always: Blackout = { ...sunday, weekdays: [0, 1, 2, 3, 4, 5, 6], fromMs: 0, untilMs: day };
  const quiet = { blackouts: [always], taskHours: [], jitterMs: 0 };
  const at = Date.UTC(2026, 10, 22);
  expect(quietEndAt(quiet, at)).toBeUndefined();
  expect(quietAt(quiet, at)!.until).toBe(at + 1_000 * day);
});

/** In UTC all is arithmetic. */
function isCovered({ schedule }: ResolvedPolicy, at: Instant, jitterMs: number): boolean {
  return schedule.blackouts!.some((it) => {
    if (it.as === "dated") return it.fromWall <= at && at < it.untilWall + jitterMs;
    return [0, 1, 2].some((back) => {
      const midnight = Math.floor(at / day) * day - back * day;
      const isDay = it.weekdays.includes(new Date(midnight).getUTCDay());
      return isDay && midnight + it.fromMs <= at && at < midnight + it.untilMs + jitterMs;
    });
  });
}

function randomPolicy(random: SeededRandom): ResolvedPolicy {
  const cron = `${random.below(60)} ${random.pick(["*", "*/3", "9,21", "4", "23"])} * * ${random.pick(["*", "1-5", "0,3"])}`;
  const blackouts = Array.from({ length: 1 + random.below(3) }, (): Blackout => {
    const fromMs = random.below(24 * 60) * minute;
    const lastsMs = (1 + random.below(14 * 60)) * minute;
    if (random.below(4) === 0) {
      const fromWall = Date.UTC(2026, 9, 18 + random.below(12)) + fromMs;
      return { as: "dated", fromWall, untilWall: fromWall + 3 * lastsMs, timeZone: "UTC" };
    }
    const days = [0, 1, 2, 3, 4, 5, 6].filter(() => random.below(2) === 0);
    return { as: "weekly", weekdays: days, fromMs, untilMs: fromMs + lastsMs, timeZone: "UTC" };
  });
  return withBlackouts(blackouts, { cron, timeZone: "UTC", jitterMs: random.below(3) * 20 * minute });
}

function withBlackouts(
  blackouts: readonly Blackout[],
  schedule: Partial<ResolvedPolicy["schedule"]> = {},
): ResolvedPolicy {
  return policyOf({ schedule: { ...policyOf().schedule, ...schedule, blackouts } });
}

function check(blackouts: readonly Blackout[], at: string, expected: string): void {
  const hold = quietAt(quietHoursOf(withBlackouts(blackouts)), Date.parse(`${at}Z`));
  const found = hold === undefined ? "free" : `${formatMinute(hold.since)} to ${formatMinute(hold.until)}`;
  expect(found).toBe(expected);
}
