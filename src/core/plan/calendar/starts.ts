import type { Instant } from "../../base/instant.ts";
import type { ResolvedPolicy } from "../../model/policy/resolved-policy.ts";
import { quietHoursOf, quietEndAt } from "./quiet-hours.ts";
import type { QuietHours } from "./quiet-hours.ts";
import { dueAtOrBefore, dueInstants, nextDueAfter } from "./schedule.ts";

/**
 * The newest due instant whose captures were to start by `now`, quiet hours aside: the point that they join.
 */
export function currentDue(
  { schedule }: ResolvedPolicy,
  quiet: QuietHours,
  now: Instant,
): Instant | undefined {
  return dueAtOrBefore(schedule, now - quiet.jitterMs);
}

/**
 * When the captures of a policy start next: the first due instant plus the site's jitter that comes after
 * `now`. What falls into quiet hours starts at their end, once.
 */
export function nextStartAfter(
  policy: ResolvedPolicy,
  now: Instant,
  quiet: QuietHours = quietHoursOf(policy),
): Instant | undefined {
  const startOf = (due: Instant | undefined) =>
    due === undefined ? undefined : quietEndAt(quiet, due + quiet.jitterMs);
  const waiting = startOf(currentDue(policy, quiet, now));
  return waiting !== undefined && waiting > now
    ? waiting
    : startOf(nextDueAfter(policy.schedule, now - quiet.jitterMs));
}

/** Every start with `from <= start < until`, ascending, each once. */
export function startsBetween(
  policy: ResolvedPolicy,
  { from, until }: { readonly from: Instant; readonly until: Instant },
  quiet: QuietHours = quietHoursOf(policy),
): readonly Instant[] {
  const { jitterMs } = quiet;
  const before = currentDue(policy, quiet, from) ?? from - jitterMs;
  const found: Instant[] = [];
  for (const due of dueInstants(policy.schedule, Math.min(before, from - jitterMs), until - jitterMs)) {
    const start = quietEndAt(quiet, due + jitterMs);
    if (start !== undefined && start >= from && start < until && start !== found.at(-1)) found.push(start);
  }
  return found;
}

/**
 * How many starts came and went between the point that was made last and the one that is due: the machine was
 * off.
 */
export function missedStarts(
  policy: ResolvedPolicy,
  quiet: QuietHours,
  { last, due }: { readonly last: Instant; readonly due: Instant },
): number {
  const startOf = (at: Instant) => quietEndAt(quiet, at + quiet.jitterMs) ?? at;
  const [made, now] = [startOf(last), startOf(due)];
  return startsBetween(policy, { from: made + 1, until: now }, quiet).length;
}
