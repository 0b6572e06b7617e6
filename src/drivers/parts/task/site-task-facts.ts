import type { Fact } from "../../../core/base/fact.ts";
import { given } from "../../../core/base/given.ts";
import { day, hour, minute, type DurationMs } from "../../../core/base/instant.ts";
import { ProblemError, type Problem } from "../../../core/base/problem.ts";
import { aboutSite } from "../../../core/model/site-subject.ts";
import type { SiteTaskFacts } from "../../../core/model/site-task.ts";
import type { TaskRun } from "../../../core/model/task-run.ts";
import { taskNames, taskView } from "../../../core/outside/site/site-definition.ts";
import type { Statement } from "../../../core/outside/facts/statement.ts";
import { flagCell, numberCell, textCell } from "../../access/sql/sql-row.ts";
import type { SqlRow, SqlRunner } from "../../access/sql/sql-runner.ts";
import { loginName } from "../../access/sql/grants.ts";
import { quoteName } from "../../access/sql/t-sql-text.ts";
import { ask, type Asking } from "../session/ask.ts";
import { readTaskMessages, type TaskMessage } from "./task-messages.ts";
import { joinRuns } from "./task-runs.ts";

/** Whose task is read, and for whom. */
export interface TaskPlace {
  readonly siteCode: string;
  readonly task: Asking["task"];
}

/** One row for a site. */
const schedule: Statement = {
  name: "site-task",
  doing: "read the schedule of the task Backup Site Server",
  query: `SELECT IsEnabled AS enabled, DaysOfWeek AS days,
CONVERT(nvarchar(30), BeginTime, 121) AS begins, CONVERT(nvarchar(30), LatestBeginTime, 121) AS latest,
BackupLocation AS location
FROM dbo.vSMS_SC_SQL_Task WHERE SiteCode = @siteCode AND TaskName = @taskName;`,
  parameters: ["siteCode", "taskName"],
  reads: [taskView],
  answers: {
    enabled: "judged by row",
    days: "judged by row",
    begins: "judged by row",
    latest: "judged by row",
    location: "text or NULL",
  },
};

/**
 * Reads the schedule of the task *Backup Site Server* from the site database that the session is in. Rejects
 * with a problem where it can't be read; where only its last runs can't be, that is told beside the schedule.
 */
export async function readSiteTask(sql: SqlRunner, place: TaskPlace): Promise<SiteTaskFacts> {
  const { task, siteCode } = place;
  const asking = { task, values: { siteCode, taskName: taskNames.values["the backup task"] } };
  const found = scheduleOf(await ask(sql, schedule, asking), place);
  return { ...found, ...runsOf(await readTaskMessages(sql, { siteCode, task }), place) };
}

type Schedule = Omit<SiteTaskFacts, keyof Runs>;

function scheduleOf(answer: Fact<readonly SqlRow[]>, place: TaskPlace): Schedule {
  if (answer.is === "unknown") throw unread(place, answer.why);
  const row = answer.is === "known" ? answer.value[0] : undefined;
  if (row === undefined) throw noRow(place);
  const enabled = flagCell(row, "enabled");
  const mask = numberCell(row, "days");
  const beginMs = timeOfDay(textCell(row, "begins"));
  const latestMs = timeOfDay(textCell(row, "latest"));
  if (enabled === undefined) throw notUnderstood(place, "IsEnabled", textCell(row, "enabled"));
  if (mask === undefined || !isWeek(mask)) throw notUnderstood(place, "DaysOfWeek", textCell(row, "days"));
  if (beginMs === undefined) throw notUnderstood(place, "BeginTime", textCell(row, "begins"));
  if (latestMs === undefined) throw notUnderstood(place, "LatestBeginTime", textCell(row, "latest"));
  return {
    enabled,
    weekdays: [0, 1, 2, 3, 4, 5, 6].filter((weekday) => (mask >> weekday) % 2 === 1),
    beginMs,
    latestBeginMs: latestMs < beginMs ? latestMs + day : latestMs,
    // Two places in one column are told apart by a bar.
    destinations: [...new Set((textCell(row, "location") ?? "").split("|").map((it) => it.trim()))].filter(
      (it) => it !== "",
    ),
  };
}

function isWeek(mask: number): boolean {
  return Number.isInteger(mask) && mask >= 0 && mask <= 127;
}

/**
 * The ways in which the hour and the minute of a day are written: as one number without leading zeros
 * (`500`), as a time (`22:00`), with a date that means nothing (`1900-01-01 22:00:00.000`), and as WMI does,
 * with a date of zeros or asterisks (`00000000220000.000000+***`).
 */
const timesOfDay: readonly RegExp[] = [
  /^(\d{0,2}?)(\d{1,2})$/,
  /^(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?$/,
  /^\d{4}-\d{2}-\d{2}[ T](\d{2}):(\d{2})(?::\d{2}(?:\.\d+)?)?Z?$/,
  /^(?:0{8}|\*{8})(\d{2})(\d{2})\d{2}\.[\d*]{6}[+-][\d*]{3}$/,
];

function timeOfDay(text = ""): DurationMs | undefined {
  const match = timesOfDay.map((form) => form.exec(text.trim())).find((it) => it !== null);
  if (!match) return undefined;
  const [hours, minutes] = [Number(match[1]), Number(match[2])];
  return hours < 24 && minutes < 60 ? hours * hour + minutes * minute : undefined;
}

type Runs = Pick<SiteTaskFacts, "lastStartAt" | "durationMs" | "runs" | "runsUnread">;

/** So many of the newest runs are told. */
const runsTold = 10;

/** No message is no failure: they are deleted after a while, and rules may keep them out. */
function runsOf(answer: Fact<readonly TaskMessage[]>, { siteCode, task }: TaskPlace): Runs {
  if (answer.is === "known") return lastRuns(joinRuns([], answer.value));
  if (answer.is === "absent") return {};
  const runsUnread: Problem = {
    ...answer.why,
    code: "site-task-unread",
    severity: "risk",
    message: `How long the task Backup Site Server of ${siteCode} takes could not be read from v_StatusMessage: ${answer.why.message}`,
    where: task.where,
    about: aboutSite({ kind: "hazard", names: [siteCode, "Backup Site Server", "v_StatusMessage"] }),
  };
  return { runsUnread };
}

/** Only of a run that was seen to begin is it known how long it took. */
function lastRuns(runs: readonly TaskRun[]): Runs {
  const begun = runs.filter((it) => !it.beginUnseen);
  const durations = begun.flatMap(({ startedAt, messages }) =>
    messages?.completedAt === undefined ? [] : [messages.completedAt - startedAt],
  );
  const durationMs = durations.sort((left, right) => left - right)[Math.floor(durations.length / 2)];
  return {
    ...given({ lastStartAt: begun.at(-1)?.startedAt, durationMs }),
    ...(runs.length > 0 && { runs: runs.slice(-runsTold) }),
  };
}

function noRow(place: TaskPlace): ProblemError {
  const { server, name, auth } = place.task.database;
  const login = loginName({ server, ...(auth.as === "login" && { user: auth.user }) });
  return unread(place, {
    message: "the view shows no row for the site.",
    hint: `USE ${quoteName(name)}; ALTER ROLE db_datareader ADD MEMBER ${login}; (docs/permissions.md)`,
  });
}

function notUnderstood(place: TaskPlace, column: string, value = "NULL"): ProblemError {
  return unread(place, {
    message: `its row is not understood, ${column} is ${value}.`,
    hint: "`sitekeep selftest` lists what differs, and its report helps to mend it",
  });
}

function unread({ siteCode, task }: TaskPlace, why: Pick<Problem, "message" | "hint">): ProblemError {
  return new ProblemError({
    code: "site-task-unread",
    severity: "risk",
    message: `When the task Backup Site Server of ${siteCode} runs could not be read from vSMS_SC_SQL_Task: ${why.message}`,
    where: task.where,
    hint: `${why.hint} Or write \`notDuring: []\` if the task is not used.`,
  });
}
