import { day, second } from "../../base/instant.ts";
import type { DurationMs, Instant } from "../../base/instant.ts";

/** A stretch of time in which a zone's clocks keep one distance from UTC. */
interface Span {
  readonly from: Instant;
  readonly offsetMs: DurationMs;
}

/**
 * Changes closer together than this, back and forth, would be missed. No zone has had such a pair since 1970.
 */
const probeEveryMs = 3 * day;

/** How far a year's table reaches over its ends, so that a local time near New Year is found in it. */
const overlapMs = 2 * probeEveryMs;

const formats = new Map<string, Intl.DateTimeFormat>();
const utcSpans: readonly Span[] = [{ from: -Infinity, offsetMs: 0 }];
/** By zone, then by year. */
const tables = new Map<string, Map<number, readonly Span[]>>();

/**
 * How far the zone's clocks are ahead of UTC at an instant. `zone` is an IANA name that was checked before.
 */
export function offsetAt(zone: string, instant: Instant): DurationMs {
  if (zone === "UTC") return 0;
  const spans = spansOf(zone, new Date(instant).getUTCFullYear());
  return spans.findLast((span) => span.from <= instant)?.offsetMs ?? spans[0]!.offsetMs;
}

/**
 * The wall clock of the zone at an instant, as if it were UTC: for calendar arithmetic, never as an instant.
 */
export function localOf(zone: string, instant: Instant): number {
  return instant + offsetAt(zone, instant);
}

/**
 * The instant at which the zone's clocks show `local`, a wall clock time written as if it were UTC. A time
 * that comes twice means its first coming; one that is skipped means the first instant after the gap.
 */
export function instantOfLocal(zone: string, local: number): Instant {
  const spans = spansOf(zone, new Date(local).getUTCFullYear());
  for (const [position, span] of spans.entries()) {
    const instant = local - span.offsetMs;
    const next = spans[position + 1];
    if (next === undefined || instant < next.from) return Math.max(instant, span.from);
  }
  throw new Error("Impossible: a zone's table has no last span.");
}

function spansOf(zone: string, year: number): readonly Span[] {
  // The runtime's zone database takes 20 ms to wake, and has nothing to say of UTC.
  if (zone === "UTC") return utcSpans;
  const table = tableOf(zone);
  const known = table.get(year);
  if (known) return known;
  const made = makeSpans(zone, Date.UTC(year, 0, 1) - overlapMs, Date.UTC(year + 1, 0, 1) + overlapMs);
  table.set(year, made);
  return made;
}

function tableOf(zone: string): Map<number, readonly Span[]> {
  const known = tables.get(zone);
  if (known) return known;
  const made = new Map<number, readonly Span[]>();
  tables.set(zone, made);
  return made;
}

function makeSpans(zone: string, from: Instant, until: Instant): readonly Span[] {
  const spans: Span[] = [{ from, offsetMs: readOffset(zone, from) }];
  for (let at = from; at < until; at += probeEveryMs) {
    const offsetMs = readOffset(zone, at + probeEveryMs);
    if (offsetMs === spans.at(-1)!.offsetMs) continue;
    spans.push({ from: changeBetween(zone, at, at + probeEveryMs), offsetMs });
  }
  return spans;
}

/** The first second with the later offset, found by halving. */
function changeBetween(zone: string, before: Instant, after: Instant): Instant {
  const old = readOffset(zone, before);
  let low = before / second;
  let high = after / second;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (readOffset(zone, middle * second) === old) low = middle;
    else high = middle;
  }
  return high * second;
}

/** Asks the runtime's zone database, through a format whose every setting is given. */
function readOffset(zone: string, instant: Instant): DurationMs {
  const read = new Map(
    formatOf(zone)
      .formatToParts(instant)
      .map((part) => [part.type, Number(part.value)]),
  );
  const [year, month, date] = [read.get("year")!, read.get("month")!, read.get("day")!];
  const wall = Date.UTC(year, month - 1, date, read.get("hour")!, read.get("minute")!, read.get("second")!);
  return wall - instant;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    calendar: "gregory",
    numberingSystem: "latn",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  formats.set(zone, made);
  return made;
}
