import { site } from "./hierarchy.ts";
import type { TaskRun } from "./site/site-backup-task.ts";
import { backupTaskName, severities } from "./databases/site-definition.ts";
import { quoted, writeToSite } from "./site-writes.ts";
import { sqlDatetime } from "./windows-formats.ts";

/** Notes a run of the site's backup task in the site database: its status messages, and its last result. */
export async function recordTaskRun(lab: string, run: TaskRun): Promise<void> {
  await writeRecord(lab, run, [
    message(500, run.startMs),
    message(5055, run.startMs + 2_400),
    message(5056, run.snapshotMs),
    message(5035, run.finishMs),
  ]);
}

/** Notes a run that failed; the messages of the last good run stay where they are, as at a real site. */
export async function recordFailedRun(lab: string, startMs: number): Promise<void> {
  const finishMs = startMs + 90_000;
  await writeRecord(lab, { startMs, snapshotMs: finishMs, finishMs }, [
    message(500, startMs),
    message(5055, startMs + 2_400),
    message(5060, finishMs),
  ]);
}

/** Sets the days of the task, as the console would: Sunday is 1, Monday 2, Saturday 64. */
export async function setTaskDays(lab: string, daysOfWeek: number): Promise<void> {
  await writeToSite(lab, {
    host: site.sqlServer,
    database: site.database,
    statements: [
      `UPDATE vSMS_SC_SQL_Task SET DaysOfWeek = ${daysOfWeek} WHERE TaskName = ${quoted(backupTaskName)}`,
    ],
    tables: [],
  });
}

async function writeRecord(lab: string, run: TaskRun, messages: readonly string[]): Promise<void> {
  const failed = messages.some((it) => it.includes(", 5060, "));
  const result = `LastStartTime = '${sqlDatetime(run.startMs)}', LastCompletionTime = '${sqlDatetime(run.finishMs)}'`;
  await writeToSite(lab, {
    host: site.sqlServer,
    database: site.database,
    statements: [
      ...messages,
      `UPDATE SQLTaskSiteStatus SET ${result}, CompletionStatus = ${failed ? 1 : 0} WHERE TaskType = 1`,
    ],
    tables: [],
  });
}

function message(id: number, atMs: number): string {
  const severity = id === 5060 ? severities.error : severities.information;
  const values = [
    // Ever growing and never twice: the instant, and which of its run's messages it is.
    String(BigInt(atMs) * 10n + BigInt(id % 10)),
    quoted("SMS Server"),
    String(severity),
    String(id),
    quoted(sqlDatetime(atMs)),
    quoted(site.code),
    quoted(site.server),
    quoted("SMS_SITE_BACKUP"),
    "4804",
    "4804",
  ];
  return `INSERT INTO v_StatusMessage VALUES (${values.join(", ")})`;
}
