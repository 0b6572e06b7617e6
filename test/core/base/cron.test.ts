import { expect, test } from "vitest";
import { parseCron } from "../../../src/core/base/cron.ts";

test("times of the day are ascending milliseconds after midnight", () => {
  expect(parseCron("15,45 1,13 * * *").times).toEqual([75, 105, 795, 825].map((minutes) => minutes * 60_000));
});

test.each([
  ["0 0 29 2 *", "2024-02-29", true],
  ["0 0 29 2 *", "2024-02-28", false],
  ["0 0 31 4 1", "2026-04-06", true], // Day of month and day of week are joined by *or*: a Monday of April.
  ["0 0 L * *", "2026-02-28", true],
  ["0 0 * * 1#2", "2026-11-09", true],
  ["0 0 * * 1#2", "2026-11-16", false],
  ["0 0 * * 1#2,5L", "2026-11-09", true],
  ["0 0 * * 1#2,5L", "2026-11-27", true],
  ["0 0 * * 1#2,5L", "2026-11-20", false],
  ["0 0 * * 7L", "2026-11-29", true],
  ["0 0 * * 7", "2026-11-29", true],
  ["0 0 1,L * *", "2026-11-30", true],
])("`%s` on %s runs: %s", (text, date, runs) => {
  expect(parseCron(text).runsOn(Date.parse(date) / 86_400_000)).toBe(runs);
});

test.each([
  ["0 1 * * 0,7", "0 1 * * 0"],
  ["0 1 * * 1,1", "0 1 * * 1"],
  ["0 1 * * SUN,0,7", "0 1 * * 0"],
  ["0,0,30 1-3,2 * * *", "0,30 1-3 * * *"],
  ["0 1 1-5,3 1,1 *", "0 1 1-5 1 *"],
  ["0 1 * * 5-7,0", "0 1 * * 0,5,6"],
])("`%s` means the same as `%s`: what is named twice counts once", (twice, once) => {
  const [one, other] = [parseCron(twice), parseCron(once)];
  expect(one.times).toEqual(other.times);
  const days = Array.from({ length: 800 }, (_, at) => at + 20_000);
  expect(days.filter((it) => one.runsOn(it))).toEqual(days.filter((it) => other.runsOn(it)));
});

test.each([
  "0 1 * * 1,,2",
  "0 1 * * ,",
  "0 1 * * * *",
  "60 1 * * *",
  "H 1 * * *",
  "x",
  "0 0 30 2 *",
  "0 0 31 4,6,9,11 *",
])("`%s` is no cron expression that ever runs", (text) => {
  expect(() => parseCron(text)).toThrow();
});
