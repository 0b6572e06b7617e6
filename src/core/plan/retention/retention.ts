import { formatSpan } from "../../base/calendar-span.ts";
import type { CalendarSpan } from "../../base/calendar-span.ts";
import { day, formatDuration, formatMinute, minute } from "../../base/instant.ts";
import type { DurationMs, Instant } from "../../base/instant.ts";
import type { Retention } from "../../model/policy/resolved-policy.ts";
import { countRules } from "../../model/retention-verdict.ts";
import type { CountRule, KeepReason, RetentionVerdict } from "../../model/retention-verdict.ts";
import { calendarOf, monthsBefore, periodOf } from "../calendar/calendar.ts";
import type { Calendar } from "../calendar/calendar.ts";
import type { HoldReason } from "../points/held-points.ts";

/** What retention needs to know of a recovery point. */
export interface RetentionPoint {
  readonly due: Instant;
  readonly complete: boolean;
  readonly verified: boolean;
  /**
   * Whether its database is inside the change-tracking window. Absent where there is no window to judge by.
   */
  readonly inside?: boolean;
  /** Why holds keep it. */
  readonly holds?: readonly HoldReason[];
}

export interface RetentionSetting {
  readonly retention: Retention;
  /** IANA zone whose calendar names the periods. */
  readonly timeZone: string;
  readonly minPoints: number;
  readonly now: Instant;
}

/**
 * A point that is due later than this from now comes from a clock that was wrong: it is kept and never
 * counted.
 */
export const futureToleranceMs: DurationMs = 5 * minute;

/** How long an incomplete point stays after a newer complete one exists. */
export const incompleteGraceMs: DurationMs = 7 * day;

type Reasons = ReadonlyMap<Instant, KeepReason[]>;

/** A rule with a number, at work on a series. A thousand points ask for the same names several times. */
interface RuleAtWork {
  readonly rule: CountRule;
  readonly of: number | "all";
  /** The name of the period that a point lies in. */
  readonly periodOf: (due: Instant) => string;
  /** The point that holds each period. */
  readonly holders: Map<string, Instant>;
  /** Why the rule does not hold a point of this period beside its holder. */
  readonly fallenIn: (period: string) => string;
}

/**
 * Says of every point whether it stays, with all reasons, newest first (docs/plan.md, "What is kept").
 *
 * Rules are joined by *or*. Each keeps the newest point of every period, counting only periods that have one.
 * Guards come after the rules and only ever keep more. The order of the arguments does not matter.
 */
export function judgeRetention(
  points: readonly RetentionPoint[],
  setting: RetentionSetting,
): readonly RetentionVerdict[] {
  const sorted = points.toSorted((left, right) => right.due - left.due);
  const present = sorted.filter((point) => !isFuture(point, setting.now));
  const candidates = present.filter((point) => point.complete);
  const reasons: Reasons = new Map(sorted.map((point) => [point.due, []]));

  const rules = rulesAtWork(setting);
  for (const rule of rules) applyCountRule(rule, candidates, reasons);
  applyWithin(candidates, setting, reasons);
  if (hasNoRules(setting.retention))
    for (const point of sorted) reasons.get(point.due)!.push({ why: "no-rules" });
  for (const point of sorted) if (isFuture(point, setting.now)) keep(reasons, point, { why: "future" });
  keepIncomplete(present, setting.now, reasons);
  keepGuarded(present, reasons);
  keepMinPoints(candidates, setting.minPoints, reasons);
  // Last: what is held takes the place of nothing else.
  for (const point of sorted) reasons.get(point.due)!.push(...(point.holds ?? []));

  const beyondSpan = beyondSpanWords(setting.retention);
  return sorted.map((point) => {
    const given = reasons.get(point.due)!;
    const isHeldByRule = given.some((reason) => !isGuard(reason));
    const fallen = isHeldByRule ? [] : fallenFrom(point, rules, beyondSpan);
    return { due: point.due, keep: given.length > 0, reasons: given, fallen };
  });
}

const policyReasons: ReadonlySet<KeepReason["why"]> = new Set(["rule", "within", "no-rules"]);

/** Whether a reason is a guard, which apply must hold to as well, and not one of the policy's rules. */
export function isGuard(reason: KeepReason): boolean {
  return !policyReasons.has(reason.why);
}

function isFuture(point: RetentionPoint, now: Instant): boolean {
  return point.due > now + futureToleranceMs;
}

function keep(reasons: Reasons, point: RetentionPoint | undefined, reason: KeepReason): void {
  if (point) reasons.get(point.due)!.push(reason);
}

function rulesAtWork({ retention, timeZone }: RetentionSetting): readonly RuleAtWork[] {
  const calendar = calendarOf(timeZone, retention);
  return countRules.flatMap((rule) => {
    const of = retention[rule];
    if (of === undefined) return [];
    const periodOf = remembered((due: Instant) => periodName(rule, calendar, due));
    const holders = new Map<string, Instant>();
    const filled = `${rule} ${of} is filled by newer points`;
    const fallenIn = remembered((period: string) => {
      const holder = holders.get(period);
      return holder === undefined
        ? filled
        : `${rule} ${period} is held by the point of ${formatMinute(holder)}`;
    });
    return [{ rule, of, periodOf, holders, fallenIn }];
  });
}

/** Gives each period's newest point its reason, and notes who holds which period. */
function applyCountRule(
  { rule, of, periodOf, holders }: RuleAtWork,
  candidates: readonly RetentionPoint[],
  reasons: Reasons,
): void {
  for (const [position, point] of candidates.entries()) {
    if (of !== "all" && holders.size >= of) break;
    const period = periodOf(point.due);
    const isNew = !holders.has(period);
    // The very oldest point stays while the rule has room: else a young series would lose its beginning.
    if (!isNew && position < candidates.length - 1) continue;
    if (isNew) holders.set(period, point.due);
    keep(reasons, point, { why: "rule", rule, period, nth: holders.size, of, oldest: !isNew });
  }
}

function remembered<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    if (!known.has(key)) known.set(key, make(key));
    return known.get(key)!;
  };
}

/** Every point is a period of its own for `last`. */
export function periodName(rule: CountRule, calendar: Calendar, due: Instant): string {
  return rule === "last" ? String(due) : periodOf(rule, calendar, due);
}

/** The reference is the newest candidate and not the time, so that an idle site loses no history. */
function applyWithin(
  candidates: readonly RetentionPoint[],
  { retention, timeZone }: RetentionSetting,
  reasons: Reasons,
): void {
  const newest = candidates[0];
  const span = spanOf(retention);
  if (span === undefined || newest === undefined) return;
  const { months, ms: spanMs } = span;
  const since = withinSince(newest.due, { retention, timeZone })!;
  const reason: KeepReason = { why: "within", ...(months > 0 && { spanMonths: months }), spanMs };
  for (const point of candidates) if (point.due > since) keep(reasons, point, reason);
}

/**
 * How far back of the newest candidate `within` reaches: what is newer than that stays. Absent without such a
 * rule.
 */
export function withinSince(
  newest: Instant,
  { retention, timeZone }: Pick<RetentionSetting, "retention" | "timeZone">,
): Instant | undefined {
  const span = spanOf(retention);
  return span && monthsBefore(timeZone, newest, span.months) - span.ms;
}

/** Whether a policy has no rule at all: then it lets nothing go. */
export function hasNoRules(retention: Retention): boolean {
  return countRules.every((rule) => retention[rule] === undefined) && spanOf(retention) === undefined;
}

function spanOf({ withinMonths, withinMs }: Retention): CalendarSpan | undefined {
  if (withinMonths === undefined && withinMs === undefined) return undefined;
  return { months: withinMonths ?? 0, ms: withinMs ?? 0 };
}

/**
 * An incomplete point satisfies no count. It stays while it is the newest data there is, and for a grace
 * after.
 */
function keepIncomplete(present: readonly RetentionPoint[], now: Instant, reasons: Reasons): void {
  const newestComplete = present.find((point) => point.complete)?.due ?? -Infinity;
  for (const point of present) {
    if (point.complete) continue;
    const until = point.due + incompleteGraceMs;
    if (point.due > newestComplete) keep(reasons, point, { why: "newest-data" });
    else if (now < until) keep(reasons, point, { why: "incomplete-grace", until });
  }
}

/** product.md section 5.4: what may never go, whatever the rules say. */
function keepGuarded(present: readonly RetentionPoint[], reasons: Reasons): void {
  const complete = present.filter((point) => point.complete);
  const verified = complete.filter((point) => point.verified);
  keep(reasons, verified[0], { why: "newest-verified" });
  // Nothing old goes before something new is verified.
  for (const point of complete)
    if (point.due > (verified[0]?.due ?? -Infinity)) keep(reasons, point, { why: "none-newer-verified" });

  const inside = verified.find((point) => point.inside === true);
  const outside = verified.find((point) => point.inside === false);
  const unverified = present.find((point) => point.inside === true && !(point.complete && point.verified));
  keep(reasons, inside, { why: "newest-verified-inside" });
  keep(reasons, outside, { why: "newest-verified-outside" });
  keep(reasons, unverified, { why: "newest-unverified-inside" });
}

function keepMinPoints(candidates: readonly RetentionPoint[], minPoints: number, reasons: Reasons): void {
  let kept = candidates.filter((point) => reasons.get(point.due)!.length > 0).length;
  for (const point of candidates) {
    if (kept >= minPoints) return;
    if (reasons.get(point.due)!.length > 0) continue;
    keep(reasons, point, { why: "min-points", minPoints });
    kept++;
  }
}

/** Why each rule lets the point go. */
function fallenFrom(
  point: RetentionPoint,
  rules: readonly RuleAtWork[],
  beyondSpan: readonly string[],
): readonly string[] {
  if (!point.complete) return [`incomplete, and its grace of ${formatDuration(incompleteGraceMs)} is over`];
  return [...rules.map(({ periodOf, fallenIn }) => fallenIn(periodOf(point.due))), ...beyondSpan];
}

function beyondSpanWords(retention: Retention): readonly string[] {
  const span = spanOf(retention);
  return span === undefined ? [] : [`older than ${formatSpan(span)} before the newest`];
}
