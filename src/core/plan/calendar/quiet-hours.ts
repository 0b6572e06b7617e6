import { given } from "../../base/given.ts";
import { day } from "../../base/instant.ts";
import type { DurationMs, Instant } from "../../base/instant.ts";
import type { Blackout, QuietSpell, WeeklyBlackout } from "../../model/policy/blackout.ts";
import type { ResolvedPolicy } from "../../model/policy/resolved-policy.ts";
import { jitterOf } from "./schedule.ts";
import { instantOfLocal, localOf } from "./zone.ts";

/** Everything that keeps the captures of one site from beginning. */
export interface QuietHours {
  readonly blackouts: readonly Blackout[];
  /** When the site's own backup task may be at work. */
  readonly taskHours: readonly Blackout[];
  /** The site waits so much longer at each end, so that not all sites begin at once. */
  readonly jitterMs: DurationMs;
}

/** One occurrence of a blackout. */
interface Span {
  readonly from: Instant;
  readonly until: Instant;
  readonly by: QuietSpell["by"];
  readonly why?: string;
}

/** More spans than this, each upon the end of the last, have no end: three years of whole days. */
const spansMax = 1_000;

/** The quiet hours of a policy; those of the site's task where they are known. */
export function quietHoursOf(
  { schedule, site }: ResolvedPolicy,
  taskHours: readonly Blackout[] = [],
): QuietHours {
  const { blackouts = [] } = schedule;
  return { blackouts, taskHours, jitterMs: jitterOf(schedule, site.code) };
}

/** What keeps a capture from beginning at an instant; `undefined` when nothing does. */
export function quietAt(quiet: QuietHours, at: Instant): QuietSpell | undefined {
  const now = coveringSpan(quiet, at);
  if (now === undefined) return undefined;
  const until = quietEndAt(quiet, at) ?? at + spansMax * day;
  const since = beginOf(quiet, now);
  return { since, until, by: now.by, ...given({ why: now.why }) };
}

/** Where a span begins, or what it follows without a break. */
function beginOf(quiet: QuietHours, { from }: Span): Instant {
  let since = from;
  for (let spans = 0; spans < spansMax; spans++) {
    const before = coveringSpan(quiet, since - 1);
    if (before === undefined) return since;
    since = before.from;
  }
  return since;
}

/** The first instant from `at` on at which a capture may begin; `undefined` when none is in sight. */
export function quietEndAt(quiet: QuietHours, at: Instant): Instant | undefined {
  let free = at;
  for (let spans = 0; spans < spansMax; spans++) {
    const span = coveringSpan(quiet, free);
    if (span === undefined) return free;
    free = span.until;
  }
  return undefined;
}

/** The next begin of any of the blackouts within the coming week; `undefined` when there is none. */
export function nextBeginAfter(blackouts: readonly Blackout[], at: Instant): Instant | undefined {
  const begins = blackouts
    .flatMap((it) => spansNear(it, at, at + 8 * day))
    .flatMap(({ from }) => (from > at ? [from] : []));
  return begins.length === 0 ? undefined : Math.min(...begins);
}

/** Whether nothing was ever to wait. */
export function isNeverQuiet({ blackouts, taskHours }: QuietHours): boolean {
  return blackouts.length + taskHours.length === 0;
}

/**
 * Of the spans that cover an instant the one that ends last. A policy's own come first, since they can be
 * changed there.
 */
function coveringSpan({ blackouts, taskHours, jitterMs }: QuietHours, at: Instant): Span | undefined {
  let found: Span | undefined;
  const look = (all: readonly Blackout[], by: QuietSpell["by"]) => {
    for (const blackout of all)
      for (const { from, until } of spansNear(blackout, at - jitterMs, at)) {
        const end = until + jitterMs;
        if (from > at || end <= at || end <= (found?.until ?? -Infinity)) continue;
        found = { from, until: end, by, ...given({ why: blackout.why }) };
      }
  };
  look(blackouts, "blackout");
  look(taskHours, "site-task");
  return found;
}

/** Occurrences that may cover an instant of the stretch; others among them do no harm. */
function spansNear(
  blackout: Blackout,
  from: Instant,
  until: Instant,
): readonly { readonly from: Instant; readonly until: Instant }[] {
  const { timeZone } = blackout;
  if (blackout.as === "dated") {
    const { fromWall, untilWall } = blackout;
    return [{ from: instantOfLocal(timeZone, fromWall), until: instantOfLocal(timeZone, untilWall) }];
  }
  const first = Math.floor(localOf(timeZone, from) / day) - 1;
  const last = Math.floor(localOf(timeZone, until) / day);
  const days = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  return days.filter((it) => beginsOn(blackout, it)).map((it) => spanOfDay(blackout, it));
}

function beginsOn({ weekdays }: WeeklyBlackout, dayNumber: number): boolean {
  // 1970 began on a Thursday.
  return weekdays.includes((((dayNumber + 4) % 7) + 7) % 7);
}

function spanOfDay({ fromMs, untilMs, timeZone }: WeeklyBlackout, dayNumber: number) {
  const midnight = dayNumber * day;
  return {
    from: instantOfLocal(timeZone, midnight + fromMs),
    until: instantOfLocal(timeZone, midnight + untilMs),
  };
}
