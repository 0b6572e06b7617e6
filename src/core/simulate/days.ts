import { day } from "../base/instant.ts";
import type { Instant } from "../base/instant.ts";
import { calendarOf, periodOf } from "../plan/calendar/calendar.ts";
import { instantOfLocal, localOf } from "../plan/calendar/zone.ts";

/** A date, or what of it lies in a stretch of time. */
export interface Stretch {
  readonly date: string;
  readonly from: Instant;
  readonly until: Instant;
}

/** The dates of a zone that lie in a stretch of time. */
export function daysBetween(timeZone: string, from: Instant, until: Instant): readonly Stretch[] {
  const days: Stretch[] = [];
  const calendar = calendarOf(timeZone, {});
  for (let at = from; at < until; at = days.at(-1)!.until) {
    const dayNumber = Math.floor(localOf(timeZone, at) / day);
    const end = instantOfLocal(timeZone, (dayNumber + 1) * day);
    days.push({ date: periodOf("daily", calendar, at), from: at, until: Math.min(end, until) });
  }
  return days;
}
