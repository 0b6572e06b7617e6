import { site } from "./hierarchy.ts";
import { readVariant } from "./lab-variant.ts";
import { hasAfterBackup } from "./site/site-backup-task.ts";
import { taskComponent } from "./site/task-log.ts";
import { afterEndMs, type TaskRun } from "./site/task-run.ts";
import { backupTaskName } from "./databases/site-tasks.ts";
import { insertMessage, severities } from "./databases/status-messages.ts";
import { quoted, writeToSite } from "./site-writes.ts";
import { sqlDatetime } from "./windows-formats.ts";

/** Notes a run of the site's backup task in the site database: its status messages, and its last result. */
export async function recordTaskRun(lab: string, run: TaskRun): Promise<void> {
  await recordBegun(lab, run);
  await recordSnapshot(lab, run);
  await recordEnd(lab, run);
}

/** Notes that a run has begun. */
export async function recordBegun(lab: string, run: TaskRun): Promise<void> {
  await write(lab, [message(500, run.startMs), message(5055, run.begunMs)]);
}

/** Notes that a run has its snapshot. */
export async function recordSnapshot(lab: string, run: TaskRun): Promise<void> {
  await write(lab, [message(5056, run.snapshotMs)]);
}

/** Notes that a run has ended without error. */
export async function recordEnd(lab: string, run: TaskRun): Promise<void> {
  const after = hasAfterBackup(lab) ? [message(5040, run.finishMs + afterEndMs)] : [];
  await write(lab, [message(5035, run.finishMs), ...after, resultOf(run, 0)]);
}

/** Notes that a run has failed; messages of the last good run stay where they are, as at a real site. */
export async function recordFailure(lab: string, run: TaskRun): Promise<void> {
  await write(lab, [
    message(Number(readVariant(lab).taskFailure), run.finishMs, severities.error),
    resultOf(run, 1),
  ]);
}

/** Sets the days of the task, as the console would: Sunday is 1, Monday 2, Saturday 64. */
export async function setTaskDays(lab: string, daysOfWeek: number): Promise<void> {
  await write(lab, [
    `UPDATE vSMS_SC_SQL_Task SET DaysOfWeek = ${daysOfWeek} WHERE TaskName = ${quoted(backupTaskName)}`,
  ]);
}

function resultOf(run: TaskRun, completion: 0 | 1): string {
  const times = `LastStartTime = '${sqlDatetime(run.startMs)}', LastCompletionTime = '${sqlDatetime(run.finishMs)}'`;
  return `UPDATE SQLTaskSiteStatus SET ${times}, CompletionStatus = ${completion} WHERE TaskType = 1`;
}

async function write(lab: string, statements: readonly string[]): Promise<void> {
  await writeToSite(lab, { host: site.sqlServer, database: site.database, statements, tables: [] });
}

function message(id: number, atMs: number, severity: number = severities.information): string {
  // Ever growing and never twice: the instant, and which of its run's messages it is.
  const recordId = BigInt(atMs) * 10n + BigInt(id % 10);
  return insertMessage({ recordId, siteCode: site.code, component: taskComponent, id, atMs, severity });
}
