import { day, formatDuration, hour, minute } from "../../base/instant.ts";
import type { DurationMs, Instant } from "../../base/instant.ts";
import type { Problem } from "../../base/problem.ts";
import type { ResolvedPolicy } from "../../model/policy/resolved-policy.ts";
import { assumedRestoreMs, defaultWindowMs, hasWindow } from "../window/judge-window.ts";
import { isNeverQuiet, quietHoursOf } from "../calendar/quiet-hours.ts";
import type { QuietHours } from "../calendar/quiet-hours.ts";
import { dueInstants } from "../calendar/schedule.ts";
import { startsBetween } from "../calendar/starts.ts";
import { aboutSite } from "../../model/site-subject.ts";
import type { Subject } from "../../base/subject.ts";

/** What was measured; each has a careful default where nothing was. */
export interface ScheduleMeasures {
  /** Blackouts and the hours of the site's task; the policy's own where absent. */
  readonly quiet?: QuietHours;
  /** The window as last judged. */
  readonly windowMs?: DurationMs;
  /** How long the newest database backup took. */
  readonly backupMs?: DurationMs;
}

/** Until a backup has been measured. */
const assumedBackupMs: DurationMs = hour;

/** The longest a schedule leaves a site without a start, over the coming year. */
export interface Gaps {
  readonly longestMs: DurationMs;
  /** The longest stretch with `missedRuns` starts left out. */
  readonly withMissedMs: DurationMs;
}

/**
 * Checks the policy against itself: whether its schedule can keep the window open and the promised age, over
 * a year of this zone's clock changes. Risks, never errors: a weekly policy is still applied, and called what
 * it is.
 */
export function judgeSchedule(
  policy: ResolvedPolicy,
  measures: ScheduleMeasures,
  now: Instant,
): readonly Problem[] {
  const gaps = gapsOf(policy, measures.quiet ?? quietHoursOf(policy), now);
  const backupMs = Math.ceil((measures.backupMs ?? assumedBackupMs) / minute) * minute;
  return judgeRhythm(policy, gaps, {
    ...measures,
    backupMs,
    codes: { window: "schedule-exceeds-window", age: "schedule-exceeds-data-age" },
    judgesAge: true,
    whose: ownSchedule,
    about: aboutSite({ kind: "site", site: policy.site.code }),
    hint: sumHint,
  });
}

/** Whose rhythm is judged, and how it is told. */
interface Rhythm extends ScheduleMeasures {
  readonly backupMs: DurationMs;
  readonly codes: { readonly window: Problem["code"]; readonly age: Problem["code"] };
  readonly judgesAge: boolean;
  readonly about: Subject;
  /** `its schedule`. */
  readonly whose: string;
  readonly hint: string;
}

/**
 * Judges one rhythm of copies by the window's sum and by the promised age: the policy's own, or that of the
 * site's task.
 */
export function judgeRhythm(policy: ResolvedPolicy, gaps: Gaps, rhythm: Rhythm): readonly Problem[] {
  return [...judgeSum(policy, gaps, rhythm), ...(rhythm.judgesAge ? judgeAge(policy, gaps, rhythm) : [])];
}

function judgeSum(policy: ResolvedPolicy, gaps: Gaps, rhythm: Rhythm): readonly Problem[] {
  if (!hasWindow(policy)) return [];
  const windowMs = Math.min(rhythm.windowMs ?? defaultWindowMs, policy.windowAtMostMs ?? Infinity);
  const { missedRuns, noticeMs, rebuildMs, marginMs } = policy.objectives;
  const parts: readonly (readonly [string, DurationMs])[] = [
    ["longest gap", gaps.longestMs],
    [missedRuns === 1 ? "1 missed run" : `${missedRuns} missed runs`, gaps.withMissedMs - gaps.longestMs],
    ["backup", rhythm.backupMs],
    ["notice", noticeMs],
    ["rebuild", rebuildMs],
    ["restore", assumedRestoreMs],
    ["margin", marginMs],
  ];
  const totalMs = parts.reduce((total, [, partMs]) => total + partMs, 0);
  if (totalMs < windowMs) return [];
  const byWhom = rhythm.whose === ownSchedule ? "" : ` by ${rhythm.whose}`;
  const sum = parts.map(([name, partMs]) => `${name} ${spell(partMs)}`).join(" + ");
  return [
    {
      code: rhythm.codes.window,
      severity: "risk",
      message: `${policy.site.code} could be recovered too late${byWhom}: ${sum} = ${spell(totalMs)}, and the window is ${spell(windowMs)}.`,
      where: policy.where,
      hint: isLowered(windowMs, policy)
        ? `Somebody has set the retention of change tracking below the five days that ConfigMgr sets up, which Microsoft says to leave. ${rhythm.hint}`
        : rhythm.hint,
      about: rhythm.about,
    },
  ];
}

const ownSchedule = "its schedule";
const sumHint = "Run more often, or lower a part in objectives if it is true that it takes less.";

/** Shorter than ConfigMgr sets it up, and not since the policy wants to be careful. */
function isLowered(windowMs: DurationMs, { windowAtMostMs }: ResolvedPolicy): boolean {
  return windowMs < defaultWindowMs && windowMs < (windowAtMostMs ?? Infinity);
}

function judgeAge(
  policy: ResolvedPolicy,
  gaps: Gaps,
  { backupMs, codes, whose, about }: Rhythm,
): readonly Problem[] {
  const { maxDataAgeMs } = policy.objectives;
  const gapMs = Math.min(gaps.longestMs, ...incrementRhythms(policy));
  const oldestMs = gapMs + backupMs;
  if (oldestMs <= maxDataAgeMs) return [];
  return [
    {
      code: codes.age,
      severity: "risk",
      message: `${policy.site.code} promises data no older than ${spell(maxDataAgeMs)}, and ${whose} alone lets it grow to ${spell(oldestMs)} (longest gap ${spell(gapMs)} + backup ${spell(backupMs)}).`,
      where: policy.where,
      hint: "Run more often, add a differential rhythm, or promise what the schedule can keep.",
      about,
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

function gapsOf(policy: ResolvedPolicy, quiet: QuietHours, now: Instant): Gaps {
  const { schedule, objectives } = policy;
  const from = Math.floor(now / day) * day;
  const held = isNeverQuiet(quiet) ? "" : JSON.stringify(quiet);
  const key = `${schedule.cron}|${schedule.timeZone}|${objectives.missedRuns}|${from}|${held}`;
  const year = { from, until: from + 366 * day };
  const made = known.get(key) ?? measureGaps(startsIn(policy, quiet, year), objectives.missedRuns);
  // A day's answers, so that a thousand policies of one rhythm are measured once and nothing piles up.
  if (known.size > 1_000) known.clear();
  known.set(key, made);
  return made;
}

/**
 * Without quiet hours the gaps between due instants are the gaps between starts: the jitter is the same each
 * time.
 */
function startsIn(
  policy: ResolvedPolicy,
  quiet: QuietHours,
  { from, until }: { readonly from: Instant; readonly until: Instant },
): readonly Instant[] {
  return isNeverQuiet(quiet)
    ? dueInstants(policy.schedule, from, until)
    : startsBetween(policy, { from, until }, quiet);
}

/** The gaps between ascending instants of a year. */
export function measureGaps(dues: readonly Instant[], missedRuns: number): Gaps {
  let longestMs = dues.length < 2 ? 366 * day : 0;
  let withMissedMs = dues.length < 2 + missedRuns ? 366 * day * (1 + missedRuns) : 0;
  for (let at = 1; at < dues.length; at++) {
    longestMs = Math.max(longestMs, dues[at]! - dues[at - 1]!);
    const earlier = dues[at - 1 - missedRuns];
    if (earlier !== undefined) withMissedMs = Math.max(withMissedMs, dues[at]! - earlier);
  }
  return { longestMs, withMissedMs };
}
