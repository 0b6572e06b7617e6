import { day, hour, minute } from "../../base/instant.ts";
import type { Instant } from "../../base/instant.ts";
import type { Problem } from "../../base/problem.ts";
import type { SiteTaskFacts } from "../../model/site-task.ts";
import { isSet } from "./point-needs.ts";
import { judgeRhythm, measureGaps } from "./judge-schedule.ts";
import type { Gaps, ScheduleMeasures } from "./judge-schedule.ts";
import { quietHoursOf } from "../calendar/quiet-hours.ts";
import { dueInstants } from "../calendar/schedule.ts";
import { leavesTime, taskFacts, taskHours, taskZones } from "../calendar/site-task.ts";
import type { Survey } from "../survey/survey.ts";
import { aboutSite } from "../../model/site-subject.ts";
import { risk } from "../../lint/parts/risk.ts";

/**
 * What is red about the site's own task Backup Site Server: that it could not be read though the policy keeps
 * away from it or relies on its set, and, where the policy relies on its set, that it is off or comes too
 * seldom, by the same sum as the policy's own schedule.
 */
export function judgeSiteTask(survey: Survey, measures: ScheduleMeasures): readonly Problem[] {
  const { policy, observed } = survey;
  const { siteTask } = observed;
  const unread = siteTask !== undefined && "problem" in siteTask ? siteTask.problem : undefined;
  const minds = policy.schedule.notDuring.includes("site-backup-task");
  const isRelied = policy.sources.some(isSet);
  // A server that does not answer at all is told by others.
  if ((minds || isRelied) && unread?.code === "site-task-unread") return [unread];
  const task = taskFacts(observed);
  if (task === undefined) return [];
  const runsUnread = (minds || isRelied) && task.runsUnread ? [task.runsUnread] : [];
  return [...runsUnread, ...judgeHours(survey), ...(isRelied ? judgeRelied(survey, task, measures) : [])];
}

/** The hours were left out of the plan where nothing would ever begin beside them. */
function judgeHours({ policy, observed }: Survey): readonly Problem[] {
  const hours = taskHours(policy, observed);
  if (leavesTime(quietHoursOf(policy, hours), observed)) return [];
  return [
    {
      code: "site-task-always",
      severity: "risk",
      message: `The task Backup Site Server of ${policy.site.code} may begin at any time that the blackouts leave free, so captures are not kept away from it.`,
      where: policy.where,
      hint: "Give the task an earlier latest begin in the console, under Site Maintenance.",
      about: aboutSite({ kind: "site", site: policy.site.code }),
    },
  ];
}

function judgeRelied(
  { policy, now, database }: Survey,
  task: SiteTaskFacts,
  measures: ScheduleMeasures,
): readonly Problem[] {
  const { code } = policy.site;
  if (!task.enabled || task.weekdays.length === 0)
    return [
      risk("site-task-off", {
        message: `The task Backup Site Server of ${code} is ${task.enabled ? "set to no day of the week" : "turned off"}, and the policy keeps what it leaves.`,
        where: policy.where,
        names: [code, "Backup Site Server"],
        hint: "Turn it on in the console, under Site Maintenance, or remove the source from the policy.",
      }),
    ];
  const zones = taskZones(policy.schedule, task);
  const gaps = zones.map((zone) => taskGaps(task, { zone, now, missedRuns: policy.objectives.missedRuns }));
  const worst = gaps.reduce((one, other) => (total(other) > total(one) ? other : one));
  return judgeRhythm(policy, worst, {
    ...measures,
    backupMs: Math.ceil((task.durationMs ?? hour) / minute) * minute,
    codes: { window: "site-task-exceeds-window", age: "site-task-exceeds-data-age" },
    // A policy that captures the database itself is not as old as the task's set.
    judgesAge: database !== undefined && isSet(database),
    about: aboutSite({ kind: "hazard", names: [code, "Backup Site Server"] }),
    whose: `the task Backup Site Server (${rhythmWords(task)}${zones.length > 1 ? "; local time or UTC, the worse counts" : ""})`,
    hint: "Set more days in the console, under Site Maintenance: Microsoft asks for every five days at least, and in a hierarchy for two days a week.",
  });
}

function total({ longestMs, withMissedMs }: Gaps): number {
  return Math.max(longestMs, withMissedMs);
}

const dayNames = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

function rhythmWords({ weekdays }: SiteTaskFacts): string {
  return weekdays.length === 7 ? "every day" : weekdays.map((it) => dayNames[it]).join(", ");
}

/** The task may begin early on one day and late on the next. */
function taskGaps(
  task: SiteTaskFacts,
  { zone, now, missedRuns }: { readonly zone: string; readonly now: Instant; readonly missedRuns: number },
): Gaps {
  const from = Math.floor(now / day) * day;
  const cron = `${Math.floor((task.beginMs % hour) / minute)} ${Math.floor(task.beginMs / hour)} * * ${task.weekdays.join(",")}`;
  const dues = dueInstants({ cron, timeZone: zone }, from, from + 366 * day);
  const gaps = measureGaps(dues, missedRuns);
  const spreadMs = task.latestBeginMs - task.beginMs;
  return { longestMs: gaps.longestMs + spreadMs, withMissedMs: gaps.withMissedMs + spreadMs };
}
