import { day, hour, minute } from "../base/instant.ts";
import type { Instant } from "../base/instant.ts";
import { localOf, offsetAt } from "./zone.ts";

export type Period = "hourly" | "daily" | "weekly" | "monthly" | "yearly";

/**
 * Names the period of a zone's calendar that an instant lies in: `2026-11-22`, `2026-W47`. An hour's name holds the
 * distance from UTC, so that the hour which comes twice in autumn is two hours.
 */
export function periodOf(period: Period, zone: string, instant: Instant): string {
  const local = localOf(zone, instant);
  switch (period) {
    case "hourly":
      return `${new Date(local).toISOString().slice(0, 13)}${offsetText(offsetAt(zone, instant))}`;
    case "daily":
      return dateOf(local);
    case "weekly":
      return isoWeek(local);
    case "monthly":
      return dateOf(local).slice(0, 7);
    case "yearly":
      return dateOf(local).slice(0, 4);
  }
}

const dates = new Map<number, string>();

/** The date's name, kept for each day: a thousand policies ask for the same few hundred, several times each. */
function dateOf(local: number): string {
  const dayNumber = Math.floor(local / day);
  const known = dates.get(dayNumber);
  if (known !== undefined) return known;
  const made = new Date(local).toISOString().slice(0, 10);
  dates.set(dayNumber, made);
  return made;
}

/** ISO 8601: weeks begin on Monday and belong to the year that holds their Thursday. */
function isoWeek(local: number): string {
  const weekday = (new Date(local).getUTCDay() + 6) % 7;
  const thursday = local + (3 - weekday) * day;
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
