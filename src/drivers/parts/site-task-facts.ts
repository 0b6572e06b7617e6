import { given } from "../../core/base/given.ts";
import { day, hour, minute, type DurationMs, type Instant } from "../../core/base/instant.ts";
import { ProblemError, type Problem } from "../../core/base/problem.ts";
import type { SiteTaskFacts } from "../../core/model/site-task.ts";
import { loginName } from "../access/sql/grants.ts";
import {
  begunMessage,
  finishedMessage,
  siteTaskQuery,
  taskMessagesQuery,
  taskName,
} from "../access/sql/site-task-queries.ts";
import { rowsIfShown } from "../access/sql/rows-if-shown.ts";
import { flagCell, numberCell, textCell, utcCell } from "../access/sql/sql-row.ts";
import type { SqlRow, SqlRunner } from "../access/sql/sql-runner.ts";
import { quoteName } from "../access/sql/t-sql-text.ts";

/** Whose task is read, and what a problem with it is named by. */
export interface TaskPlace {
  readonly siteCode: string;
  readonly database: string;
  readonly user?: string;
}

/**
 * Reads the schedule of the task *Backup Site Server* from the site database that the session is in. Rejects
 * with a problem where it can't be read; what its last runs tell is left out where only they can't be.
 */
export async function readSiteTask(sql: SqlRunner, place: TaskPlace): Promise<SiteTaskFacts> {
  const { siteCode } = place;
  const rows = await rowsIfShown(sql, {
    query: siteTaskQuery,
    parameters: { siteCode, taskName },
    absentOrHidden,
  });
  const schedule = rows?.[0] && scheduleOf(rows[0]);
  if (schedule === undefined) throw new ProblemError(unread(place, rows));
  const messages = await rowsIfShown(sql, {
    query: taskMessagesQuery,
    parameters: { siteCode },
    absentOrHidden,
  });
  return { ...schedule, ...lastRuns(messages ?? []) };
}

function scheduleOf(row: SqlRow): SiteTaskFacts | undefined {
  const enabled = flagCell(row, "enabled");
  const mask = numberCell(row, "days");
  const beginMs = timeOfDay(textCell(row, "begins"));
  const latestMs = timeOfDay(textCell(row, "latest")) ?? beginMs;
  if (enabled === undefined || mask === undefined || beginMs === undefined || latestMs === undefined)
    return undefined;
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

/**
 * `1900-01-01 22:00:00.000`, `22:00`, or as WMI writes a time without a date: `********220000.000000+***`.
 */
function timeOfDay(text: string | undefined): DurationMs | undefined {
  const match = /(?:^|[ T])(\d{2}):(\d{2})|^\*{8}(\d{2})(\d{2})/.exec(text ?? "");
  if (!match) return undefined;
  return Number(match[1] ?? match[3]) * hour + Number(match[2] ?? match[4]) * minute;
}

/** Newest first come the messages; a finish belongs to the last begin before it. */
function lastRuns(messages: readonly SqlRow[]): Pick<SiteTaskFacts, "lastStartAt" | "durationMs"> {
  const told = messages
    .map((row) => ({ id: numberCell(row, "message"), at: utcCell(row, "time") }))
    .filter((it): it is { id: number | undefined; at: Instant } => it.at !== undefined)
    .toReversed();
  const durations = told.flatMap(({ id, at }, index) => {
    const before = told[index - 1];
    const isEnd = id === finishedMessage && before?.id === begunMessage;
    return isEnd ? [at - before.at] : [];
  });
  const lastStartAt = told.findLast((it) => it.id === begunMessage)?.at;
  const durationMs = durations.sort((left, right) => left - right)[Math.floor(durations.length / 2)];
  return {
    ...given({ lastStartAt, durationMs }),
  };
}

/** 208: no such object; the others: hidden from this login. */
const absentOrHidden = [208, 229, 297];

function unread(place: TaskPlace, rows: readonly SqlRow[] | undefined): Problem {
  const { siteCode, database, user } = place;
  const why =
    rows === undefined
      ? "the login may not read it, or it has another name here"
      : rows.length === 0
        ? "the view shows no row for the site"
        : "its row is not understood";
  return {
    code: "site-task-unread",
    severity: "risk",
    message: `When the task Backup Site Server of ${siteCode} runs could not be read from vSMS_SC_SQL_Task: ${why}.`,
    where: `${siteCode}/${database}`,
    hint: `USE ${quoteName(database)}; ALTER ROLE db_datareader ADD MEMBER ${loginName(user)}; or write \`notDuring: []\` if the task is not used.`,
  };
}
