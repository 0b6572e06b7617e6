import { Cron } from "croner";
import { describe, expect, test } from "vitest";
import { day, formatInstant, minute } from "../../../../src/core/base/instant.ts";
import {
  dueAtOrBefore,
  dueInstants,
  jitterOf,
  nextDueAfter,
} from "../../../../src/core/plan/calendar/schedule.ts";
import type { Schedule } from "../../../../src/core/model/policy/resolved-policy.ts";

const from = Date.UTC(2026, 0, 1);
const until = Date.UTC(2028, 0, 1);
const schedule = (cron: string, timeZone = "UTC"): Schedule => ({
  cron,
  timeZone,
  jitterMs: 0,
  notDuring: [],
});

describe.each(["Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "UTC"])("in %s", (zone) => {
  test.each([
    "30 1 * * *",
    "30 2 * * *",
    "0 0 * * *",
    "15 4 * * 1-5",
    "0 0 1,15 * 1",
    "10 1 */2 * 1",
    "0 3 L * *",
    "0 3 * * 5L",
    "0 3 * * 1#2",
    "0 0 * * 7",
    "0 0 * * 5-7",
    "45 5 29 2 *",
  ])("%s is due when another implementation says so, over two years", (cron) => {
    expect(dueInstants(schedule(cron, zone), from, until)).toEqual(oracle(cron, zone));
  });

  test("an hourly schedule differs from the other implementation only at clock changes", () => {
    const seasons = [
      [Date.UTC(2026, 2, 1), Date.UTC(2026, 3, 10)],
      [Date.UTC(2026, 9, 1), Date.UTC(2026, 10, 10)],
    ] as const;
    const ours = seasons.flatMap(([start, end]) => dueInstants(schedule("0 * * * *", zone), start, end));
    const theirs = seasons.flatMap(([start, end]) => oracle("0 * * * *", zone, start, end));
    const odd = [...new Set(ours).symmetricDifference(new Set(theirs))].map(formatInstant).sort();
    expect(odd).toEqual(hourlyDifferences[zone]);
  });
});

// Madrid and New York: the hour that comes twice runs once. Lord Howe: 02:00 is skipped and runs at 02:30.
const hourlyDifferences: Record<string, readonly string[]> = {
  "Europe/Madrid": ["2026-10-25T01:00:00.000Z"],
  "America/New_York": ["2026-11-01T06:00:00.000Z"],
  "Australia/Lord_Howe": ["2026-10-03T15:30:00.000Z"],
  UTC: [],
};

test("a time that the clocks skip is due at the first instant after the gap, once", () => {
  check("*/10 2 29 3 *", "Europe/Madrid", "2026-03-29T01:00:00.000Z");
});

test("a time that the clocks repeat is due the first time only", () => {
  check("30 2 25 10 *", "Europe/Madrid", "2026-10-25T00:30:00.000Z");
});

test("half an hour of change is no more trouble than a whole one", () => {
  check("45 1 5 4 *", "Australia/Lord_Howe", "2026-04-04T14:45:00.000Z");
  check("15 2 4 10 *", "Australia/Lord_Howe", "2026-10-03T15:30:00.000Z");
});

test("a day that a zone never had is due with the next day's first instant", () => {
  const samoa = schedule("0 0,12 30,31 12 *", "Pacific/Apia");
  expect(dueInstants(samoa, Date.UTC(2011, 11, 28), Date.UTC(2012, 0, 3)).map(formatInstant)).toEqual([
    "2011-12-30T10:00:00.000Z",
    "2011-12-30T22:00:00.000Z",
  ]);
});

test("29 February is found over the century that skips it", () => {
  const leap = schedule("0 3 29 2 *");
  expect(formatInstant(dueAtOrBefore(leap, Date.UTC(2104, 0, 1))!)).toBe("2096-02-29T03:00:00.000Z");
  expect(formatInstant(nextDueAfter(leap, Date.UTC(2096, 2, 1))!)).toBe("2104-02-29T03:00:00.000Z");
});

test("the due instant itself is due, and the next one comes after it", () => {
  const at = Date.UTC(2026, 10, 22, 1, 30);
  const daily = schedule("30 1 * * *");
  expect(dueAtOrBefore(daily, at)).toBe(at);
  expect(dueAtOrBefore(daily, at - 1)).toBe(at - day);
  expect(nextDueAfter(daily, at)).toBe(at + day);
  expect(nextDueAfter(daily, at - 1)).toBe(at);
});

test("before and after agree with the enumeration at every quarter of an hour around a clock change", () => {
  const twice = schedule("20 1,2,3 * * *", "Europe/Madrid");
  const dues = dueInstants(twice, Date.UTC(2026, 9, 20), Date.UTC(2026, 9, 30));
  for (let at = Date.UTC(2026, 9, 24); at < Date.UTC(2026, 9, 27); at += 15 * minute) {
    expect(dueAtOrBefore(twice, at)).toBe(dues.findLast((due) => due <= at));
    expect(nextDueAfter(twice, at)).toBe(dues.find((due) => due > at));
  }
});

test.each(["0 0 30 1 * *", "@daily", "H 1 * * *", "1 * * *"])("%s is no five-field schedule", (cron) => {
  expect(() => nextDueAfter(schedule(cron), from)).toThrow("five-field");
});

test("a site's jitter is its own, the same each time, and within the limit", () => {
  const jittered = { ...schedule("30 1 * * *"), jitterMs: 10 * minute };
  const sites = ["PS1", "PS2", "CAS", "AB1", "XYZ"];
  const delays = sites.map((site) => jitterOf(jittered, site));
  expect(delays).toEqual(sites.map((site) => jitterOf(jittered, site)));
  expect(new Set(delays).size).toBeGreaterThan(3);
  expect(delays.every((delay) => delay >= 0 && delay <= 10 * minute)).toBe(true);
  expect(jitterOf(schedule("30 1 * * *"), "PS1")).toBe(0);
});

function check(cron: string, zone: string, ...dues: readonly string[]): void {
  const found = dueInstants(schedule(cron, zone), from, Date.UTC(2027, 0, 1));
  expect(found.map(formatInstant)).toEqual(dues);
}

function oracle(cron: string, timezone: string, start = from, end = until): readonly number[] {
  const job = new Cron(cron, { timezone });
  const found: number[] = [];
  for (let at = start - 1; ; at = found.at(-1)!) {
    const next = job.nextRun(new Date(at))?.getTime();
    if (next === undefined || next >= end) return found;
    found.push(next);
  }
}
