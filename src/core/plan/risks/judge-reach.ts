import { day, formatDuration } from "../../base/instant.ts";
import type { DurationMs, Instant } from "../../base/instant.ts";
import type { Problem } from "../../base/problem.ts";
import { risk } from "../../lint/parts/risk.ts";
import type { ResolvedPolicy, Retention } from "../../model/policy/resolved-policy.ts";
import { defaultWindowMs, hasWindow } from "../window/judge-window.ts";
import { dueInstants } from "../calendar/schedule.ts";

/** What was damaged on a Friday evening is found on Monday: less than this is one bad weekend. */
const leastReachMs: DurationMs = 2 * day;

/** Over so long the schedule's own gap is measured. */
const lookAheadMs: DurationMs = 28 * day;

const periodMs = {
  last: 0,
  hourly: day / 24,
  daily: day,
  weekly: 7 * day,
  monthly: 28 * day,
  yearly: 365 * day,
} as const satisfies Partial<Record<keyof Retention, DurationMs>>;

/**
 * Whether retention reaches far enough back. Where the newest points hold what was already damaged, an older
 * one is wanted; in a hierarchy one from anywhere in the window, which replication can still bring up to
 * date.
 */
export function judgeReach(policy: ResolvedPolicy, now: Instant): readonly Problem[] {
  const window = hasWindow(policy);
  const wantedMs = window ? Math.min(defaultWindowMs, policy.windowAtMostMs ?? Infinity) : leastReachMs;
  // Most policies keep days or weeks, whatever their schedule; only the others need it measured.
  if (reachOf(policy, 0) >= wantedMs) return [];
  const reachMs = reachOf(policy, gapOf(policy, now));
  if (reachMs >= wantedMs) return [];
  const reach = reachMs < 1 ? "keeps a single point" : `reaches ${formatDuration(Math.floor(reachMs))} back`;
  return [
    risk("retention-short", {
      where: policy.where,
      message: `Retention of ${policy.site.code} ${reach}${window ? `, and the window ${formatDuration(wantedMs)}` : ""}: damage that is found later than that is in every point.`,
      names: [policy.site.code],
      hint: `Keep more, such as \`daily: ${Math.ceil(wantedMs / day) + 1}\`.`,
    }),
  ];
}

/** How far back there is always a point, by the rule that reaches farthest. */
function reachOf({ retention, brakes }: ResolvedPolicy, gapMs: DurationMs): DurationMs {
  const rules = Object.entries(periodMs).map(([rule, ms]) => {
    const count = retention[rule as keyof typeof periodMs] ?? 0;
    return count === "all" ? Infinity : (count - 1) * Math.max(ms, gapMs);
  });
  const withinMs = (retention.withinMonths ?? 0) * periodMs.monthly + (retention.withinMs ?? 0);
  return Math.max(0, ...rules, withinMs, (brakes.minPoints - 1) * gapMs);
}

/** The schedule's own gap, over the coming weeks. */
function gapOf({ schedule }: ResolvedPolicy, now: Instant): DurationMs {
  return lookAheadMs / Math.max(1, dueInstants(schedule, now, now + lookAheadMs).length);
}
