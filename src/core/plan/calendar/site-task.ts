import { day, hour, minute } from "../../base/instant.ts";
import type { DurationMs, Instant } from "../../base/instant.ts";
import type { WeeklyBlackout } from "../../model/policy/blackout.ts";
import type { Observation } from "../../model/observation.ts";
import type { ResolvedPolicy, Schedule } from "../../model/policy/resolved-policy.ts";
import type { SiteTaskFacts } from "../../model/site-task.ts";
import { nextBeginAfter, quietHoursOf, quietEndAt } from "./quiet-hours.ts";
import type { QuietHours } from "./quiet-hours.ts";
import { localOf } from "./zone.ts";

/** Until runs of the task were seen. */
const assumedTaskMs: DurationMs = 2 * hour;

/** The task's service notices its time a little late, and is never early by more than clocks differ. */
const earlyMs: DurationMs = 5 * minute;
const lateMs: DurationMs = 15 * minute;

/** The facts of the task, where it could be read. */
export function taskFacts({ siteTask }: Pick<Observation, "siteTask">): SiteTaskFacts | undefined {
  return siteTask === undefined || "problem" in siteTask ? undefined : siteTask;
}

/**
 * The zones in which the task's times may be meant. The console writes them in local time on the site server,
 * and in UTC from anywhere else; which it was, nothing tells but the task itself: where its last begin fits
 * one reading alone, that one is it. The zone of the policy stands for the server's.
 */
export function taskZones(schedule: Schedule, task: SiteTaskFacts): readonly string[] {
  const zones = [...new Set([schedule.timeZone, "UTC"])];
  const fitting = zones.filter((zone) => hasBegunIn(zone, task));
  return fitting.length === 1 ? fitting : zones;
}

function hasBegunIn(zone: string, { lastStartAt, weekdays, beginMs, latestBeginMs }: SiteTaskFacts): boolean {
  if (lastStartAt === undefined) return false;
  const wall = localOf(zone, lastStartAt);
  const today = Math.floor(wall / day);
  // A window that goes past midnight may have opened on the day before.
  return [today, today - 1].some((dayNumber) => {
    const past = wall - dayNumber * day;
    const isDay = weekdays.includes((((dayNumber + 4) % 7) + 7) % 7);
    return isDay && past >= beginMs - earlyMs && past <= latestBeginMs + lateMs;
  });
}

/**
 * When the site's own backup task may be at work, from its begin to its latest begin and as long as it takes;
 * both readings of its clock where it is not known. Empty where the policy does not mind, the task is off, or
 * nobody knows.
 */
export function taskHours(policy: ResolvedPolicy, observed: Observation): readonly WeeklyBlackout[] {
  const task = taskFacts(observed);
  if (!policy.schedule.notDuring.includes("site-backup-task") || !task?.enabled) return [];
  const durationMs = Math.ceil((task.durationMs ?? assumedTaskMs) / minute) * minute;
  const fromMs = task.beginMs;
  const untilMs = Math.min(task.latestBeginMs + durationMs, fromMs + day);
  return taskZones(policy.schedule, task).map((timeZone) => {
    return { as: "weekly", weekdays: task.weekdays, fromMs, untilMs, timeZone };
  });
}

/**
 * When the task may next begin; now where it is in its hours and was not seen to begin in them. Both readings
 * of its clock where it is not known, the earlier of them. `undefined` where it is off, or nobody knows.
 */
export function nextTaskBegin(
  { schedule }: Pick<ResolvedPolicy, "schedule">,
  observed: Pick<Observation, "siteTask">,
  now: Instant,
): Instant | undefined {
  const task = taskFacts(observed);
  if (!task?.enabled || task.weekdays.length === 0) return undefined;
  const { weekdays, beginMs, latestBeginMs, lastStartAt } = task;
  const begins = taskZones(schedule, task).map((timeZone) => {
    const hours = [{ as: "weekly", weekdays, fromMs: beginMs, untilMs: latestBeginMs, timeZone } as const];
    const opened = nextBeginAfter(hours, now - (latestBeginMs - beginMs) - lateMs);
    const isOpen = opened !== undefined && opened <= now && (lastStartAt ?? -Infinity) < opened - earlyMs;
    return isOpen ? now : nextBeginAfter(hours, now);
  });
  return begins.reduce(
    (one, other) => (other !== undefined && (one === undefined || other < one) ? other : one),
    undefined,
  );
}

/** The quiet hours of a site. The task's are left out where they would leave no time at all. */
export function quietHoursAt(policy: ResolvedPolicy, observed: Observation): QuietHours {
  const quiet = quietHoursOf(policy, taskHours(policy, observed));
  return leavesTime(quiet, observed) ? quiet : quietHoursOf(policy);
}

/** Whether captures could ever begin beside the task. */
export function leavesTime(quiet: QuietHours, { at }: Observation): boolean {
  const begin = quietEndAt(quiet, at);
  return begin !== undefined || quiet.taskHours.length === 0;
}
