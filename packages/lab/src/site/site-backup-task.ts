import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";

import { site } from "../hierarchy.ts";
import { hostFolder, inInstallFolder } from "../lab-folder.ts";
import {
  afterBackupLines,
  appendTaskLog,
  beginningLines,
  copyingLines,
  deletingFailedLines,
  rollTaskLog,
  snapshotFailedLines,
  snapshotLines,
} from "./task-log.ts";
import { readVariant } from "../lab-variant.ts";
import { afterEndMs, type TaskRun } from "./task-run.ts";
import { clearSet, copiedAt, copySet, halveSet, writeDocuments } from "./task-set.ts";

/** Runs the task Backup Site Server: deletes the former set, copies everything, and says so in its log. */
export function runSiteBackupTask(lab: string, run: TaskRun, variant = readVariant(lab)): void {
  clearSet(lab, variant);
  copySet(lab, copiedAt(run), variant);
  writeDocuments(lab, run, variant);
  const lines = beginningLines(run) + snapshotLines(run) + copyingLines(run, variant);
  appendTaskLog(lab, variant, { lines, modifiedMs: run.finishMs });
  rollTaskLog(lab, variant);
  const after = afterBackupLines(run, startAfterBackup(lab, run));
  appendTaskLog(lab, variant, { lines: after, modifiedMs: run.finishMs });
}

/** What a run that can't clean its folder leaves behind: the former set half gone, and lines that say why. */
export function failSiteBackupTask(lab: string, run: TaskRun): void {
  const variant = readVariant(lab);
  halveSet(lab, variant);
  const lines = beginningLines(run) + deletingFailedLines(run, variant);
  appendTaskLog(lab, variant, { lines, modifiedMs: run.finishMs });
}

/** What a run leaves that fails behind the former set's deletion: empty folders, and lines that say why. */
export function loseSiteBackup(lab: string, run: TaskRun): void {
  const variant = readVariant(lab);
  clearSet(lab, variant);
  const lines = beginningLines(run) + snapshotFailedLines(run, variant);
  appendTaskLog(lab, variant, { lines, modifiedMs: run.finishMs });
}

/** Whether a run comes to nothing behind the deletion of the former set, by the incidents that are on. */
export function getsNoSnapshot(incidents: readonly string[]): boolean {
  return incidents.includes("vss-writer-failed") || incidents.includes("task-leaves-nothing");
}

/** An administrator's file for the task to start, or none any more. */
export function setAfterBackup(lab: string, text: string | undefined): void {
  if (text === undefined) rmSync(afterBackupFile(lab), { force: true });
  else writeFileSync(afterBackupFile(lab), text);
}

/** Whether the administrator has a file that the task starts when it has succeeded. */
export function hasAfterBackup(lab: string): boolean {
  return existsSync(afterBackupFile(lab));
}

/**
 * Starts AfterBackup.bat where it is. A lab interprets no batch file: it notes when it was started and what
 * it was.
 */
export function startAfterBackup(lab: string, { finishMs }: TaskRun): boolean {
  const file = afterBackupFile(lab);
  if (!existsSync(file)) return false;
  const record = join(hostFolder(lab, site.server), "after-backup-runs.json");
  const before = existsSync(record) ? (JSON.parse(readFileSync(record, "utf8")) as readonly object[]) : [];
  const sha256 = createHash("sha256").update(readFileSync(file)).digest("hex");
  const runs = [...before, { at: new Date(finishMs + afterEndMs).toISOString(), sha256 }];
  writeFileSync(record, JSON.stringify(runs, undefined, 1));
  return true;
}

function afterBackupFile(lab: string): string {
  return inInstallFolder(lab, "inboxes", "smsbkup.box", "AfterBackup.bat");
}
