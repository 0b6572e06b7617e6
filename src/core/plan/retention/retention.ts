import { formatSpan } from "../../base/calendar-span.ts";
import type { CalendarSpan } from "../../base/calendar-span.ts";
import { formatDuration, formatMinute, minute } from "../../base/instant.ts";
import type { DurationMs, Instant } from "../../base/instant.ts";
import type { Retention } from "../../model/policy/resolved-policy.ts";
import { countRules } from "../../model/retention-verdict.ts";
import type { KeepReason, RetentionVerdict } from "../../model/retention-verdict.ts";
import { monthsBefore } from "../calendar/calendar.ts";
import type { HoldReason } from "../points/held-points.ts";
import { guardsOf, incompleteGraceMs, isProven, standpointAt } from "./guards.ts";
import type { GuardedPoint } from "./guards.ts";
import { RuleRow } from "./rule-row.ts";

/** What retention needs to know of a recovery point. */
export interface RetentionPoint extends GuardedPoint {
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

type Reasons = ReadonlyMap<Instant, KeepReason[]>;

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
  const oldestFirst = points.toSorted((left, right) => left.due - right.due);
  const present = oldestFirst.filter((point) => !isFuture(point, setting.now));
  const candidates = present.filter((point) => point.complete);
  const reasons: Reasons = new Map(oldestFirst.map((point) => [point.due, []]));

  const rows = RuleRow.ofEach<RetentionPoint>(setting.retention, setting.timeZone);
  for (const row of rows) keepByRow(row, candidates, reasons);
  applyWithin(candidates, setting, reasons);
  if (hasNoRules(setting.retention))
    for (const point of oldestFirst) keep(reasons, point, { why: "no-rules" });
  for (const point of oldestFirst) if (isFuture(point, setting.now)) keep(reasons, point, { why: "future" });
  keepGuarded(present, setting.now, reasons);
  keepMinPoints(candidates, setting.minPoints, reasons);
  // Last: what is held takes the place of nothing else.
  for (const point of oldestFirst) reasons.get(point.due)!.push(...(point.holds ?? []));

  const fallenFrom = fallenWords(rows, setting.retention);
  return oldestFirst.toReversed().map((point) => {
    const given = reasons.get(point.due)!;
    const isHeldByRule = given.some((reason) => !isGuard(reason));
    const fallen = isHeldByRule ? [] : fallenFrom(point);
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

function keep(reasons: Reasons, point: RetentionPoint, reason: KeepReason): void {
  reasons.get(point.due)!.push(reason);
}

/** Gives each period's newest point its reason. */
function keepByRow(
  row: RuleRow<RetentionPoint>,
  candidates: readonly RetentionPoint[],
  reasons: Reasons,
): void {
  for (const point of candidates) row.add(point);
  const { rule, of, held } = row;
  for (const [before, { period, point }] of held.toReversed().entries())
    keep(reasons, point, { why: "rule", rule, period, nth: before + 1, of, oldest: false });

  // The very oldest point stays while the rule has room: else a young series would lose its beginning.
  const [oldest] = candidates;
  if (oldest === undefined || !row.hasRoom || row.holds(oldest)) return;
  const period = row.periodOf(oldest.due);
  keep(reasons, oldest, { why: "rule", rule, period, nth: held.length, of, oldest: true });
}

/** The reference is the newest candidate and not the time, so that an idle site loses no history. */
function applyWithin(
  candidates: readonly RetentionPoint[],
  { retention, timeZone }: RetentionSetting,
  reasons: Reasons,
): void {
  const newest = candidates.at(-1);
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

function keepGuarded(present: readonly RetentionPoint[], now: Instant, reasons: Reasons): void {
  const unproven = present.filter((point) => !isProven(point));
  const from = standpointAt(now, { points: present, unproven, isInside: ({ inside }) => inside });
  for (const point of present) reasons.get(point.due)!.push(...guardsOf(point, from));
}

function keepMinPoints(candidates: readonly RetentionPoint[], minPoints: number, reasons: Reasons): void {
  const unkept = candidates.filter((point) => reasons.get(point.due)!.length === 0);
  const lacking = minPoints - (candidates.length - unkept.length);
  for (const point of lacking > 0 ? unkept.slice(-lacking) : [])
    keep(reasons, point, { why: "min-points", minPoints });
}

/** Why each rule lets a point go. A thousand points of the same periods ask for the same words. */
function fallenWords(
  rows: readonly RuleRow<RetentionPoint>[],
  retention: Retention,
): (point: RetentionPoint) => readonly string[] {
  const span = spanOf(retention);
  const beyondSpan = span === undefined ? [] : [`older than ${formatSpan(span)} before the newest`];
  const words = rows.map(fallenFromRow);
  return ({ complete, due }) =>
    complete
      ? [...words.map((fallenFrom) => fallenFrom(due)), ...beyondSpan]
      : [`incomplete or doubted, and its grace of ${formatDuration(incompleteGraceMs)} is over`];
}

function fallenFromRow({ rule, of, held, periodOf }: RuleRow<RetentionPoint>): (due: Instant) => string {
  const taken = new Map(
    held.map(({ period, point }) => [
      period,
      `${rule} ${period} is held by the point of ${formatMinute(point.due)}`,
    ]),
  );
  const filled = `${rule} ${of} is filled by newer points`;
  return (due) => taken.get(periodOf(due)) ?? filled;
}
