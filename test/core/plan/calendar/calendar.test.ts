import { describe, expect, test } from "vitest";
import { hour, minute } from "../../../../src/core/base/instant.ts";
import { calendarOf, monthsBefore, periodOf } from "../../../../src/core/plan/calendar/calendar.ts";
import type { Period } from "../../../../src/core/plan/calendar/calendar.ts";

const sixInMadrid = calendarOf("Europe/Madrid", { dayStartsAtMs: 6 * hour });
const sundays = calendarOf("UTC", { weekStartsOn: "sunday" });

test.each([
  ["2026-11-22T04:59:00Z", "2026-11-21"],
  ["2026-11-22T05:00:00Z", "2026-11-22"],
  ["2026-11-23T04:59:00Z", "2026-11-22"],
])("with days from six in the morning, %s in Madrid lies in %s", (text, date) => {
  expect(periodOf("daily", sixInMadrid, Date.parse(text))).toBe(date);
});

test.each<[Period, string]>([
  ["daily", "2025-12-31"],
  ["weekly", "2026-W01"],
  ["monthly", "2025-12"],
  ["yearly", "2025"],
  ["hourly", "2026-01-01T00+01:00"],
])(
  "half past midnight at New Year belongs to the old year's periods, but keeps its hour: %s",
  (period, name) => {
    expect(periodOf(period, sixInMadrid, Date.parse("2025-12-31T23:30:00Z"))).toBe(name);
  },
);

describe("on the days on which clocks change", () => {
  const halfPastTwo = calendarOf("Europe/Madrid", { dayStartsAtMs: 2 * hour + 30 * minute });
  const day = (text: string) => periodOf("daily", halfPastTwo, Date.parse(text));

  test("a start that comes twice begins the day the first time", () => {
    expect(day("2026-10-25T00:29:00Z")).toBe("2026-10-24");
    expect(day("2026-10-25T00:30:00Z")).toBe("2026-10-25");
    expect(day("2026-10-25T01:15:00Z")).toBe("2026-10-25"); // 02:15 once more
  });

  test("a start that is skipped begins the day when the gap ends", () => {
    expect(day("2026-03-29T00:59:00Z")).toBe("2026-03-28");
    expect(day("2026-03-29T01:00:00Z")).toBe("2026-03-29");
  });
});

test.each([
  ["2026-11-21T23:59:00Z", "from 2026-11-15"],
  ["2026-11-22T00:00:00Z", "from 2026-11-22"],
  ["2026-11-28T23:59:00Z", "from 2026-11-22"],
])("a week from Sunday is named by its first day: %s", (text, name) => {
  expect(periodOf("weekly", sundays, Date.parse(text))).toBe(name);
});

test("a week begins with the first hour of its first day", () => {
  const calendar = calendarOf("UTC", { weekStartsOn: "sunday", dayStartsAtMs: 6 * hour });
  expect(periodOf("weekly", calendar, Date.parse("2026-11-22T05:59:00Z"))).toBe("from 2026-11-15");
});

test.each([
  ["2026-03-31T12:00:00Z", 1, "2026-02-28T12:00:00Z"],
  ["2024-03-31T12:00:00Z", 1, "2024-02-29T12:00:00Z"],
  ["2026-01-15T12:00:00Z", 13, "2024-12-15T12:00:00Z"],
  ["2026-03-31T12:00:00Z", 0, "2026-03-31T12:00:00Z"],
])("before %s by %i months is %s", (from, months, to) => {
  expect(monthsBefore("UTC", Date.parse(from), months)).toBe(Date.parse(to));
});

test("a month before is at the same time on the zone's clocks, and after a gap where they skipped it", () => {
  expect(monthsBefore("Europe/Madrid", Date.parse("2026-04-15T10:00:00Z"), 1)).toBe(
    Date.parse("2026-03-15T11:00:00Z"),
  );
  expect(monthsBefore("Europe/Madrid", Date.parse("2026-04-29T00:30:00Z"), 1)).toBe(
    Date.parse("2026-03-29T01:00:00Z"),
  );
});
