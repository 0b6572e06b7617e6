import { appendFileSync, statSync, utimesSync } from "node:fs";
import { setTimeout } from "node:timers/promises";

import { labAt } from "./create-lab.ts";
import { insertMessage } from "./databases/status-messages.ts";
import { site, sites } from "./hierarchy.ts";
import { LabError } from "./lab-error.ts";
import { inInstallFolder } from "./lab-folder.ts";
import { labNow, readState, updateState } from "./lab-state.ts";
import { runningServers } from "./running-lab.ts";
import { chanceFrom } from "./seeded-chance.ts";
import { logLine } from "./site/log-lines.ts";
import { getsNoSnapshot, loseSiteBackup, runSiteBackupTask } from "./site/site-backup-task.ts";
import { failedRunFrom, lastTaskRun, type TaskRun } from "./site/task-run.ts";
import { writeToSite } from "./site-writes.ts";
import { recordBegun, recordFailure, recordTaskRun } from "./task-record.ts";
import { dayMs, hourMs, sqlDatetime } from "./windows-formats.ts";

/** So many days are lived one by one; what lies before them passes without a trace. */
const livedDaysMax = 14;
/** A server looks at the clock's setting at least this often. */
const serversLookAfterMs = 60;

/**
 * Moves the clock of the whole hierarchy ahead. Dates of files stay as they are. The days that pass are
 * lived: computers log on, links replicate, logs grow, and the site's backup task runs at night.
 */
export async function ageLab(folder: string, byMs: number): Promise<void> {
  const lab = labAt(folder);
  if (!(byMs > 0)) throw new LabError("Time passes forwards only: give a length of time above zero.");
  const days = Math.floor(byMs / dayMs);
  const lived = Math.min(days, livedDaysMax);
  await move(lab, byMs - lived * dayMs);
  for (let day = 0; day < lived; day++) {
    await move(lab, dayMs);
    await liveOneDay(lab);
  }
  await runNightlyTask(lab, byMs);
}

async function move(lab: string, byMs: number): Promise<void> {
  updateState(lab, { clockOffsetMs: readState(lab).clockOffsetMs + byMs });
  if (runningServers(lab) !== undefined) await setTimeout(serversLookAfterMs);
}

async function liveOneDay(lab: string): Promise<void> {
  const nowMs = labNow(lab);
  const chance = chanceFrom(`day ${Math.floor(nowMs / dayMs)}`);
  const at = sqlDatetime(nowMs - chance.below(8) * hourMs);
  for (const { code, sql } of sites) {
    const key = 16_777_216 + chance.below(15);
    await writeToSite(lab, {
      host: sql,
      database: `CM_${code}`,
      statements: [
        `UPDATE System_DISC SET Last_Logon_Timestamp0 = '${at}' WHERE ItemKey = ${key}`,
        `UPDATE Collections SET Flags = ${chance.below(16)} WHERE CollectionID = ${16_777_000 + chance.below(2)}`,
        ...(code === site.code ? [statusRow(nowMs, chance.below(1_000_000))] : []),
      ],
      tables: ["System_DISC", "Collections"],
    });
  }
  appendLog(lab, nowMs);
}

function statusRow(atMs: number, id: number): string {
  const recordId = 72_057_594_038_000_000n + BigInt(id);
  return insertMessage({
    recordId,
    siteCode: site.code,
    component: "SMS_DISTRIBUTION_MANAGER",
    id: 502,
    atMs,
  });
}

function appendLog(lab: string, nowMs: number): void {
  const path = inInstallFolder(lab, "Logs", "distmgr.log");
  const before = statSync(path);
  const text = "A day has passed; all distribution points are up to date.";
  appendFileSync(path, logLine({ component: "SMS_DISTRIBUTION_MANAGER", atMs: nowMs, thread: 4811, text }));
  const seconds = Math.max(Math.floor(nowMs / 1000), before.mtimeMs / 1000);
  utimesSync(path, seconds, seconds);
}

/**
 * The task has run in each night that passed; only the last of its sets is left. A failing task stays failed.
 */
async function runNightlyTask(lab: string, byMs: number): Promise<void> {
  const nowMs = labNow(lab);
  const run = lastTaskRun(nowMs);
  const { incidents } = readState(lab);
  const ranMeanwhile = run.finishMs > nowMs - byMs;
  if (!ranMeanwhile || incidents.includes("task-failed")) return;
  if (getsNoSnapshot(incidents)) return loseSet(lab, failedRunFrom(run.startMs));
  runSiteBackupTask(lab, run);
  await recordTaskRun(lab, run);
}

async function loseSet(lab: string, run: TaskRun): Promise<void> {
  loseSiteBackup(lab, run);
  await recordBegun(lab, run);
  await recordFailure(lab, run);
}
