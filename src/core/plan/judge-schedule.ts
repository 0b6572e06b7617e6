import { day, formatDuration, hour, minute } from "../base/instant.ts";
import type { DurationMs, Instant } from "../base/instant.ts";
import type { Problem } from "../base/problem.ts";
import type { ResolvedPolicy } from "../model/resolved-policy.ts";
import { assumedRestoreMs, defaultWindowMs, hasWindow } from "./judge-window.ts";
import { dueInstants } from "./schedule.ts";

/** What was measured; each has a careful default where nothing was. */
export interface ScheduleMeasures {
  /** The window as last judged. */
  readonly windowMs?: DurationMs;
  /** How long the newest database backup took. */
  readonly backupMs?: DurationMs;
}

/** Until a backup has been measured. */
const assumedBackupMs: DurationMs = hour;

/** The longest a schedule leaves a site without a start, over the coming year. */
interface Gaps {
  readonly longestMs: DurationMs;
  /** The longest stretch with `missedRuns` starts left out. */
  readonly withMissedMs: DurationMs;
}

/**
 * Checks the policy against itself: whether its schedule can keep the window open and the promised age, over a year of
 * this zone's clock changes. Risks, never errors: a weekly policy is still applied, and called what it is.
 */
export function judgeSchedule(
  policy: ResolvedPolicy,
  measures: ScheduleMeasures,
  now: Instant,
): readonly Problem[] {
  const gaps = gapsOf(policy, now);
  const backupMs = Math.ceil((measures.backupMs ?? assumedBackupMs) / minute) * minute;
  return [...judgeSum(policy, gaps, { ...measures, backupMs }), ...judgeAge(policy, gaps, backupMs)];
}

function judgeSum(policy: ResolvedPolicy, gaps: Gaps, measures: ScheduleMeasures): readonly Problem[] {
  if (!hasWindow(policy)) return [];
  const windowMs = Math.min(measures.windowMs ?? defaultWindowMs, policy.windowAtMostMs ?? Infinity);
  const { missedRuns, noticeMs, rebuildMs, marginMs } = policy.objectives;
  const parts: readonly (readonly [string, DurationMs])[] = [
    ["longest gap", gaps.longestMs],
    [missedRuns === 1 ? "1 missed run" : `${missedRuns} missed runs`, gaps.withMissedMs - gaps.longestMs],
    ["backup", measures.backupMs ?? assumedBackupMs],
    ["notice", noticeMs],
    ["rebuild", rebuildMs],
    ["restore", assumedRestoreMs],
    ["margin", marginMs],
  ];
  const totalMs = parts.reduce((total, [, partMs]) => total + partMs, 0);
  if (totalMs < windowMs) return [];
  const sum = parts.map(([name, partMs]) => `${name} ${spell(partMs)}`).join(" + ");
  return [
    {
      code: "schedule-exceeds-window",
      severity: "risk",
      message: `${policy.site.code} could be recovered too late: ${sum} = ${spell(totalMs)}, and the window is ${spell(windowMs)}.`,
      where: policy.where,
      hint: isLowered(windowMs, policy)
        ? `Somebody has set the retention of change tracking below the usual five days: set it back in the console, under Database Replication. ${sumHint}`
        : sumHint,
    },
  ];
}

const sumHint = "Run more often, or lower a part in objectives if it is true that it takes less.";

/** Shorter than ConfigMgr sets it up, and not since the policy wants to be careful. */
function isLowered(windowMs: DurationMs, { windowAtMostMs }: ResolvedPolicy): boolean {
  return windowMs < defaultWindowMs && windowMs < (windowAtMostMs ?? Infinity);
}

function judgeAge(policy: ResolvedPolicy, gaps: Gaps, backupMs: DurationMs): readonly Problem[] {
  const { maxDataAgeMs } = policy.objectives;
  const gapMs = Math.min(gaps.longestMs, ...incrementRhythms(policy));
  const oldestMs = gapMs + backupMs;
  if (oldestMs <= maxDataAgeMs) return [];
  return [
    {
      code: "schedule-exceeds-data-age",
      severity: "risk",
      message: `${policy.site.code} promises data no older than ${spell(maxDataAgeMs)}, and its schedule alone lets it grow to ${spell(oldestMs)} (longest gap ${spell(gapMs)} + backup ${spell(backupMs)}).`,
      where: policy.where,
      hint: "Run more often, add a differential rhythm, or promise what the schedule can keep.",
    },
  ];
}

function incrementRhythms(policy: ResolvedPolicy): readonly DurationMs[] {
  return policy.sources.flatMap((source) =>
    source.kind === "site-database" && source.method === "native"
      ? [source.differentialEveryMs ?? Infinity, source.logEveryMs ?? Infinity]
      : [],
  );
}

/** Hours are what the sum is thought in: five days are 120 hours. */
function spell(ms: DurationMs): string {
  const rest = ms % hour;
  if (ms < hour) return formatDuration(ms);
  const hours = `${(ms - rest) / hour}h`;
  return rest === 0 ? hours : `${hours} ${formatDuration(rest)}`;
}

const known = new Map<string, Gaps>();

function gapsOf({ schedule, objectives }: ResolvedPolicy, now: Instant): Gaps {
  const from = Math.floor(now / day) * day;
  const key = `${schedule.cron}|${schedule.timeZone}|${objectives.missedRuns}|${from}`;
  const made =
    known.get(key) ?? measureGaps(dueInstants(schedule, from, from + 366 * day), objectives.missedRuns);
  // A day's answers, so that a thousand policies of one rhythm are measured once and nothing piles up.
  if (known.size > 1_000) known.clear();
  known.set(key, made);
  return made;
}

function measureGaps(dues: readonly Instant[], missedRuns: number): Gaps {
  let longestMs = dues.length < 2 ? 366 * day : 0;
  let withMissedMs = dues.length < 2 + missedRuns ? 366 * day * (1 + missedRuns) : 0;
  for (let at = 1; at < dues.length; at++) {
    longestMs = Math.max(longestMs, dues[at]! - dues[at - 1]!);
    const earlier = dues[at - 1 - missedRuns];
    if (earlier !== undefined) withMissedMs = Math.max(withMissedMs, dues[at]! - earlier);
  }
  return { longestMs, withMissedMs };
}
