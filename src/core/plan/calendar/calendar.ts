import { day, hour, minute } from "../../base/instant.ts";
import type { DurationMs, Instant } from "../../base/instant.ts";
import { remembering } from "../../base/remember.ts";
import type { Retention } from "../../model/policy/resolved-policy.ts";
import { instantOfLocal, localOf, offsetAt } from "./zone.ts";

export type Period = "hourly" | "daily" | "weekly" | "monthly" | "yearly";

/** What decides in which day, week, month and year an instant lies. */
export interface Calendar {
  /** An IANA name. */
  readonly timeZone: string;
  readonly weekStartsOn: "monday" | "sunday";
  /**
   * How long after midnight a day begins, by the clocks: what is made in the small hours belongs to the day
   * before.
   */
  readonly dayStartsAtMs: DurationMs;
}

/** The calendar that a retention counts by. */
export function calendarOf(timeZone: string, retention: Retention): Calendar {
  const { weekStartsOn = "monday", dayStartsAtMs = 0 } = retention;
  return { timeZone, weekStartsOn, dayStartsAtMs };
}

/**
 * Names the period that an instant lies in: `2026-11-22`, `2026-W47`. Weeks that begin on Sunday have no
 * number that everybody counts alike, and are named by their first day: `from 2026-11-22`. An hour's name
 * holds the distance from UTC, so that the hour which comes twice in autumn is two hours; where days begin
 * does not move hours.
 */
export function periodOf(period: Period, calendar: Calendar, instant: Instant): string {
  switch (period) {
    case "hourly":
      return hourOf(calendar.timeZone, instant);
    case "daily":
      return dateOf(dayOf(calendar, instant));
    case "weekly":
      return weekOf(calendar, dayOf(calendar, instant));
    case "monthly":
      return dateOf(dayOf(calendar, instant)).slice(0, 7);
    case "yearly":
      return dateOf(dayOf(calendar, instant)).slice(0, 4);
  }
}

/** Names the periods of one kind, as `periodOf` does: for who names the same instants at every run. */
export function periodNames(period: Period, calendar: Calendar): (instant: Instant) => string {
  const { timeZone, weekStartsOn, dayStartsAtMs } = calendar;
  return namesOf(JSON.stringify([period, { timeZone, weekStartsOn, dayStartsAtMs }]));
}

const namesOf = remembering(1_000, (key: string) => {
  const [period, calendar] = JSON.parse(key) as [Period, Calendar];
  return remembering(10_000, (instant: Instant) => periodOf(period, calendar, instant));
});

/**
 * The instant so many months before, at the same time on the zone's clocks. Where that month is too short it
 * is the month's last day: a month before 31 March is 28 February.
 */
export function monthsBefore(timeZone: string, instant: Instant, months: number): Instant {
  if (months === 0) return instant;
  const local = localOf(timeZone, instant);
  const date = new Date(local);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() - months];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const timeOfDay = local - Math.floor(local / day) * day;
  const before = Date.UTC(year, month, Math.min(date.getUTCDate(), lastDay)) + timeOfDay;
  return instantOfLocal(timeZone, before);
}

function hourOf(zone: string, instant: Instant): string {
  const name = new Date(localOf(zone, instant)).toISOString().slice(0, 13);
  return `${name}${offsetText(offsetAt(zone, instant))}`;
}

/** The day that an instant belongs to, as the midnight of its date, as if that were UTC. */
function dayOf({ timeZone, dayStartsAtMs }: Calendar, instant: Instant): number {
  const date = Math.floor(localOf(timeZone, instant) / day) * day;
  if (dayStartsAtMs === 0) return date;
  // Asked of the instant and not of the clock's hand: where clocks go back over a day's start, the day has
  // begun.
  return instant < instantOfLocal(timeZone, date + dayStartsAtMs) ? date - day : date;
}

/** The date's name: a thousand policies ask for the same few hundred, several times each. */
const dateOf = remembering(10_000, (date: number) => new Date(date).toISOString().slice(0, 10));

function weekOf({ weekStartsOn }: Calendar, date: number): string {
  if (weekStartsOn === "monday") return isoWeek(date);
  return `from ${dateOf(date - new Date(date).getUTCDay() * day)}`;
}

/** ISO 8601: weeks begin on Monday and belong to the year that holds their Thursday. */
function isoWeek(date: number): string {
  const weekday = (new Date(date).getUTCDay() + 6) % 7;
  const thursday = date + (3 - weekday) * day;
  const year = new Date(thursday).getUTCFullYear();
  const week = Math.floor((thursday - Date.UTC(year, 0, 1)) / (7 * day)) + 1;
  return `${year}-W${String(week).padStart(2, "0")}`;
}

function offsetText(offsetMs: number): string {
  const distance = Math.abs(offsetMs);
  const hours = String(Math.floor(distance / hour)).padStart(2, "0");
  const minutes = String(Math.floor((distance % hour) / minute)).padStart(2, "0");
  return `${offsetMs < 0 ? "-" : "+"}${hours}:${minutes}`;
}
