import { expect, test } from "vitest";
import {
  day,
  formatDuration,
  formatMinute,
  hour,
  parseDuration,
  parseInstant,
} from "../../../src/core/base/instant.ts";

test.each([
  ["90s", 90_000],
  ["26h", 26 * hour],
  ["1d12h", 36 * hour],
  ["5d", 5 * day],
  ["5 days", undefined],
  ["", undefined],
  ["-1d", undefined],
])("the duration %j reads as %j", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  [450, "450ms"],
  [26 * hour, "1d 2h"],
  [5 * day, "5d"],
  [5 * day + 3_000, "5d"],
  [-hour, "-1h"],
])("%j ms is written %j", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test("an instant needs its zone", () => {
  expect(parseInstant("2026-11-22T01:30:00")).toBeUndefined();
  expect(formatMinute(parseInstant("2026-11-22T01:30:00+01:00")!)).toBe("2026-11-22 00:30Z");
});
