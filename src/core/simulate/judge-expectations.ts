import { day, formatDuration, formatMinute } from "../base/instant.ts";
import type { Instant } from "../base/instant.ts";
import type { Expectation } from "../model/policy/resolved-policy.ts";
import type { ExpectationVerdict } from "../model/simulation.ts";
import { periodOf } from "../plan/calendar/calendar.ts";
import type { Calendar } from "../plan/calendar/calendar.ts";
import type { CopyStep } from "./data-ages.ts";
import type { DayNote } from "./diary.ts";

/** What a simulation leaves for its expectations to look at. */
export interface Evidence {
  readonly from: Instant;
  readonly until: Instant;
  readonly calendar: Calendar;
  readonly days: readonly DayNote[];
  readonly steps: readonly CopyStep[];
}

type Counterexample = NonNullable<ExpectationVerdict["counterexample"]>;

/**
 * Holds each clause of `expect` against a simulation: it must be true from its instant to the end, and not
 * only at one moment that may be a lucky one. Numbers of points are looked at when a day ends, the age of the
 * data at every moment.
 */
export function judgeExpectations(
  expectations: readonly Expectation[],
  evidence: Evidence,
): readonly ExpectationVerdict[] {
  return expectations.flatMap((expectation) =>
    clausesOf(expectation).map(([words, look]): ExpectationVerdict => {
      const clause = `after ${formatDuration(expectation.afterMs)}: ${words}`;
      const since = evidence.from + expectation.afterMs;
      if (since >= evidence.until) return { clause, result: "not-reached" };
      const counterexample = look(evidence, since);
      return counterexample === undefined
        ? { clause, result: "held" }
        : { clause, result: "broken", counterexample };
    }),
  );
}

type Look = (evidence: Evidence, since: Instant) => Counterexample | undefined;

function clausesOf(expectation: Expectation): readonly (readonly [string, Look])[] {
  const { newestAtMostMs, pointFromMonthsAgo, pointsAtLeast, pointsAtMost } = expectation;
  const clauses: (readonly [string, Look] | undefined)[] = [
    newestAtMostMs === undefined
      ? undefined
      : [`newestAtMost ${formatDuration(newestAtMostMs)}`, (it, since) => tooOld(it, since, newestAtMostMs)],
    pointFromMonthsAgo === undefined
      ? undefined
      : [
          `pointFromMonthsAgo ${pointFromMonthsAgo}`,
          (it, since) => monthMissing(it, since, pointFromMonthsAgo),
        ],
    pointsAtLeast === undefined
      ? undefined
      : [
          `pointsAtLeast ${pointsAtLeast}`,
          (it, since) => wrongCount(it, since, (count) => count >= pointsAtLeast),
        ],
    pointsAtMost === undefined
      ? undefined
      : [
          `pointsAtMost ${pointsAtMost}`,
          (it, since) => wrongCount(it, since, (count) => count <= pointsAtMost),
        ],
  ];
  return clauses.filter((it) => it !== undefined);
}

function tooOld({ steps, until }: Evidence, since: Instant, atMostMs: number): Counterexample | undefined {
  const first = steps[0];
  if (first === undefined || first.at > since) return { at: since, found: "there is no copy of the data" };
  for (const [position, { at, asOf }] of steps.entries()) {
    const ends = Math.min(until, steps[position + 1]?.at ?? until);
    const tooOldAt = Math.max(at, since, asOf + atMostMs + 1);
    if (tooOldAt < ends)
      return {
        at: tooOldAt,
        found: `the newest copy is of ${formatMinute(asOf)}, and the next comes ${ends < until ? formatMinute(ends) : "no more"}`,
      };
  }
  return undefined;
}

function monthMissing(
  { days, calendar }: Evidence,
  since: Instant,
  monthsAgo: number,
): Counterexample | undefined {
  for (const { until, date, dues } of days) {
    if (until <= since) continue;
    const wanted = monthBefore(date, monthsAgo);
    if (dues.some((due) => periodOf("monthly", calendar, due) === wanted)) continue;
    return { at: until, found: `no point of ${wanted} is left; the oldest is ${oldest(dues)}` };
  }
  return undefined;
}

function wrongCount(
  { days }: Evidence,
  since: Instant,
  isRight: (count: number) => boolean,
): Counterexample | undefined {
  const wrong = days.find((it) => it.until > since && !isRight(it.points));
  return wrong && { at: wrong.until, found: `there are ${wrong.points} points` };
}

/** `2027-03` for `2028-03-15` and 12. */
function monthBefore(date: string, months: number): string {
  const [year, month] = date.split("-").map(Number);
  return new Date(Date.UTC(year!, month! - 1 - months, 1) + day / 2).toISOString().slice(0, 7);
}

function oldest(dues: readonly Instant[]): string {
  return dues[0] === undefined ? "not there" : `of ${formatMinute(dues[0])}`;
}
