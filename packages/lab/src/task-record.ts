import { site } from "./hierarchy.ts";
import type { TaskRun } from "./site/site-backup-task.ts";
import { backupTaskName } from "./databases/site-tasks.ts";
import { insertMessage, severities } from "./databases/status-messages.ts";
import { quoted, writeToSite } from "./site-writes.ts";
import { sqlDatetime } from "./windows-formats.ts";

/** Notes a run of the site's backup task in the site database: its status messages, and its last result. */
export async function recordTaskRun(lab: string, run: TaskRun): Promise<void> {
  await writeRecord(lab, run, 0, [
    message(500, run.startMs),
    message(5055, run.startMs + 2_400),
    message(5056, run.snapshotMs),
    message(5035, run.finishMs),
  ]);
}

/** Notes a run that failed; the messages of the last good run stay where they are, as at a real site. */
export async function recordFailedRun(lab: string, startMs: number): Promise<void> {
  const finishMs = startMs + 90_000;
  await writeRecord(lab, { startMs, snapshotMs: finishMs, finishMs }, 1, [
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

async function writeRecord(
  lab: string,
  run: TaskRun,
  completion: 0 | 1,
  messages: readonly string[],
): Promise<void> {
  const result = `LastStartTime = '${sqlDatetime(run.startMs)}', LastCompletionTime = '${sqlDatetime(run.finishMs)}'`;
  await writeToSite(lab, {
    host: site.sqlServer,
    database: site.database,
    statements: [
      ...messages,
      `UPDATE SQLTaskSiteStatus SET ${result}, CompletionStatus = ${completion} WHERE TaskType = 1`,
    ],
    tables: [],
  });
}

function message(id: number, atMs: number): string {
  // Ever growing and never twice: the instant, and which of its run's messages it is.
  const recordId = BigInt(atMs) * 10n + BigInt(id % 10);
  const severity = id === 5060 ? severities.error : severities.information;
  return insertMessage({ recordId, siteCode: site.code, component: "SMS_SITE_BACKUP", id, atMs, severity });
}
