import { expect, test } from "vitest";
import { formatSpan, parseSpan } from "../../../src/core/base/calendar-span.ts";
import { day, hour } from "../../../src/core/base/instant.ts";

test.each([
  ["3mo", { months: 3, ms: 0 }],
  ["1y", { months: 12, ms: 0 }],
  ["1y6mo10d", { months: 18, ms: 10 * day }],
  ["2mo36h", { months: 2, ms: 36 * hour }],
  ["3m", { months: 0, ms: 180_000 }],
  ["6d", { months: 0, ms: 6 * day }],
])("%s is months by the calendar and a rest", (text, span) => {
  expect(parseSpan(text)).toEqual(span);
});

test.each(["", "6mo1y", "1d3mo", "3 mo", "mo", "6", "y"])("%j is no span", (text) => {
  expect(parseSpan(text)).toBeUndefined();
});

test.each([
  [{ months: 18, ms: 10 * day }, "1y 6mo 10d"],
  [{ months: 12, ms: 0 }, "1y"],
  [{ months: 11, ms: 0 }, "11mo"],
  [{ months: 0, ms: 6 * day }, "6d"],
])("%j is written as %s", (span, text) => {
  expect(formatSpan(span)).toBe(text);
});
