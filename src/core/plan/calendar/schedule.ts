import { type Cron, parseCron } from "../../base/cron.ts";
import { day, hour, second } from "../../base/instant.ts";
import type { DurationMs, Instant } from "../../base/instant.ts";
import { remembering } from "../../base/remember.ts";
import type { Schedule } from "../../model/policy/resolved-policy.ts";
import { instantOfLocal, localOf, offsetAt } from "./zone.ts";

/** What due instants are told from. */
type Times = Pick<Schedule, "cron" | "timeZone">;

/** How far a due instant is looked for: 29 February comes after eight years when a century skips one. */
const searchDays = 8 * 366 + 2;

/** The last due instant at or before `now`. Absent when the schedule has had none for eight years. */
export function dueAtOrBefore(schedule: Times, now: Instant): Instant | undefined {
  const duesOn = duesOfDay(timesKey(schedule));
  const today = Math.floor(localOf(schedule.timeZone, now) / day);
  for (let back = -1; back < searchDays; back++) {
    const due = duesOn(today - back).findLast((instant) => instant <= now);
    if (due !== undefined) return due;
  }
  return undefined;
}

/** The first due instant after `now`. Absent when there is none within eight years. */
export function nextDueAfter(schedule: Times, now: Instant): Instant | undefined {
  const duesOn = duesOfDay(timesKey(schedule));
  const today = Math.floor(localOf(schedule.timeZone, now) / day);
  for (let ahead = -1; ahead < searchDays; ahead++) {
    const due = duesOn(today + ahead).find((instant) => instant > now);
    if (due !== undefined) return due;
  }
  return undefined;
}

/** Every due instant with `from <= instant < until`, ascending, each once. */
export function dueInstants(schedule: Times, from: Instant, until: Instant): readonly Instant[] {
  const duesOn = duesOfDay(timesKey(schedule));
  const first = Math.floor(localOf(schedule.timeZone, from) / day) - 1;
  const last = Math.floor(localOf(schedule.timeZone, until) / day) + 1;
  const found: Instant[] = [];
  for (let dayNumber = first; dayNumber <= last; dayNumber++)
    for (const instant of duesOn(dayNumber))
      // Times that a clock change skips meet at one instant, at times with the next day's first.
      if (instant >= from && instant < until && instant > (found.at(-1) ?? -Infinity)) found.push(instant);
  return found;
}

/**
 * How long after its due instant a site starts: the same for a site for ever, so that the gap between two
 * starts is the gap between two due instants, and different from site to site.
 */
export function jitterOf(schedule: Pick<Schedule, "jitterMs">, siteCode: string): DurationMs {
  const steps = Math.floor(schedule.jitterMs / second) + 1;
  return (hashOf(siteCode) % steps) * second;
}

/** One text for a schedule's times. No zone's name has a space. */
function timesKey({ cron, timeZone }: Times): string {
  return `${timeZone} ${cron}`;
}

/** The due instants of each day of a schedule. */
const duesOfDay = remembering(1_000, (key: string) => {
  const zone = key.slice(0, key.indexOf(" "));
  const cron = parseCron(key.slice(zone.length + 1));
  return remembering(100, (dayNumber: number) => makeDues(cron, zone, dayNumber));
});

function makeDues(cron: Cron, zone: string, dayNumber: number): readonly Instant[] {
  if (!cron.runsOn(dayNumber)) return [];
  const midnight = dayNumber * day;
  const start = instantOfLocal(zone, midnight);
  const offsetMs = midnight - start;
  if (offsetAt(zone, start + 25 * hour) === offsetMs && offsetAt(zone, start) === offsetMs)
    return cron.times.map((time) => start + time);
  return [...new Set(cron.times.map((time) => instantOfLocal(zone, midnight + time)))];
}

/** FNV-1a, 32 bits: spreads a few letters well and is the same everywhere. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const letter of text) hash = Math.imul(hash ^ letter.codePointAt(0)!, 0x01000193) >>> 0;
  return hash;
}
