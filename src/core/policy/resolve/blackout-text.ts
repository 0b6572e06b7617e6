import { day, hour, minute } from "../../base/instant.ts";
import type { DurationMs } from "../../base/instant.ts";

/** One end of a blackout as it is written: a time of the day, or a date with or without a time. */
export type BlackoutEnd =
  | { readonly as: "time"; readonly ms: DurationMs }
  /** The wall clock as if it were UTC. A date alone is its midnight, and means the whole day. */
  | { readonly as: "date"; readonly wall: number; readonly wholeDay: boolean };

/**
 * Reads `08:00`, `24:00`, `2026-12-24` or `2026-12-24T18:00`; `undefined` for anything else, 30 February
 * included.
 */
export function parseBlackoutEnd(text: string): BlackoutEnd | undefined {
  const time = timeOf(text);
  if (time !== undefined) return { as: "time", ms: time };
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}:\d{2}))?$/.exec(text);
  if (!match) return undefined;
  const midnight = Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]));
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== text.slice(0, 10))
    return undefined;
  const past = match[4] === undefined ? 0 : timeOf(match[4]);
  return past === undefined
    ? undefined
    : { as: "date", wall: midnight + past, wholeDay: match[4] === undefined };
}

/** `24:00` is the end of the day. */
function timeOf(text: string): DurationMs | undefined {
  const match = /^(\d{2}):(\d{2})$/.exec(text);
  if (!match || Number(match[2]) > 59) return undefined;
  const ms = Number(match[1]) * hour + Number(match[2]) * minute;
  return ms <= day ? ms : undefined;
}

const names = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** Reads `mon-fri`, `sat,sun` or `fri-mon,wed`; `undefined` for anything else. 0 is Sunday. */
export function parseWeekdays(text: string): readonly number[] | undefined {
  const found = new Set<number>();
  for (const part of text.toLowerCase().split(",")) {
    const [first, last = first] = part
      .trim()
      .split("-")
      .map((it) => names.indexOf(it));
    if (part.split("-").length > 2 || first === undefined || last === undefined || first < 0 || last < 0)
      return undefined;
    for (let at = first; ; at = (at + 1) % 7) {
      found.add(at);
      if (at === last) break;
    }
  }
  return [...found].sort();
}

/** Where a blackout that ends at or before its begin ends: on the next day. */
export function untilOf(fromMs: DurationMs, untilMs: DurationMs): DurationMs {
  return untilMs > fromMs ? untilMs : untilMs + day;
}
