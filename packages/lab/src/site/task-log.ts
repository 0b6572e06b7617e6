import { existsSync, readFileSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";

import { site } from "../hierarchy.ts";
import { inInstallFolder, writeDated } from "../lab-folder.ts";
import type { LabVariant } from "../lab-variant.ts";
import { logLine, statusText, type StatusMessage } from "./log-lines.ts";
import { afterEndMs, type TaskRun } from "./task-run.ts";
import { backupName, documentName, taskFolders } from "./task-set.ts";

/** Who writes the task's log and sends its messages. */
export const taskComponent = "SMS_SITE_BACKUP";

const component = taskComponent;
const thread = 4804;
const destination = `E:\\CMBackup\\${backupName}`;
const taskLog = "smsbkup.log";

/** Puts lines at the end of the site server's log, and of the copy in the task's destination. */
export function appendTaskLog(
  lab: string,
  variant: LabVariant,
  { lines, modifiedMs }: { readonly lines: string; readonly modifiedMs: number },
): void {
  const own = inInstallFolder(lab, "Logs", taskLog);
  const before = existsSync(own) ? readFileSync(own, "utf8") : "";
  const set = taskFolders(lab, variant).site;
  const copy = join(variant.taskDocument === "ini" ? set : dirname(set), taskLog);
  for (const path of [own, copy]) writeDated({ path, bytes: before + lines, modifiedMs });
}

/** Lets the log roll over where it has come to its size, which is behind the end of each good run. */
export function rollTaskLog(lab: string, { taskLog: shape }: LabVariant): void {
  const logs = inInstallFolder(lab, "Logs");
  if (shape === "rolled") renameSync(join(logs, taskLog), join(logs, "smsbkup.lo_"));
}

/** Lines of a run until it says that the backup has started. */
export function beginningLines({ startMs, begunMs }: TaskRun): string {
  return linesOf(startMs, begunMs, [
    [0, status(500, "I", startMs)],
    [
      0.375,
      `Site server is ${site.server}, the site is ${site.code}, the database is ${site.database} on ${site.sqlServer}.`,
    ],
    [0.83, "SQL Writer is running; the files of the database were found."],
    [1, status(5055, "I", begunMs)],
  ]);
}

/** Lines of the former set's end, and of the snapshot. */
export function snapshotLines({ begunMs, snapshotMs }: TaskRun): string {
  return linesOf(begunMs, snapshotMs, [
    [0.0025, "Initialising the volume shadow copy service."],
    [0.83, `Starting to clean the backup location ${destination}.`],
    [0.87, "Deleted the contents of the backup folder."],
    [1, "The snapshot set was created."],
    [1, status(5056, "I", snapshotMs)],
  ]);
}

/** Lines while the set is copied, and that the run is done. */
export function copyingLines({ snapshotMs, finishMs }: TaskRun, variant: LabVariant): string {
  const shadow = "\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy";
  return linesOf(snapshotMs, finishMs, [
    [0.027, `Copying ${shadow}7\\ to ${destination}\\SiteServer`],
    [0.08, `Copying ${shadow}8\\ to ${destination}\\SiteDBServer`],
    [0.999, `Wrote the backup metadata file ${documentName(variant)}.`],
    [1, "SQL Backup task completed successfully"],
    [1, "Backup completed"],
    [1, status(5035, "I", finishMs)],
  ]);
}

/** What becomes of AfterBackup.bat. */
export function afterBackupLines({ finishMs }: TaskRun, isThere: boolean): string {
  const atMs = finishMs + afterEndMs;
  const lines = isThere
    ? ["Started the file AfterBackup.bat.", status(5040, "I", atMs)]
    : ["The file AfterBackup.bat does not exist; nothing is started."];
  return lines.map((text) => logLine({ component, atMs, thread, text })).join("");
}

/** A run that can't delete what is in its folder. */
export function deletingFailedLines(run: TaskRun, variant: LabVariant): string {
  const file = `\\\\?\\UNC\\${site.sqlServer}\\CMBackup$\\${backupName}\\SiteDBServer\\${site.database}.mdf`;
  return linesOf(run.begunMs, run.finishMs, [
    [0.0025, "Initialising the volume shadow copy service."],
    [0.77, `Starting to clean the backup location ${destination}.`],
    [0.78, `Deleting ${file}, FAILED, Win32 Error = 5`],
    [
      0.785,
      `Deleting ${destination}\\SiteServer\\SMSServer\\inboxes\\auth\\ddm.box, FAILED, Win32 Error = 145`,
    ],
    [0.79, "Failed to delete the contents of the backup folder. Error Code = 0x0"],
    [0.791, "Error: Deleting the existing files in the backup location failed..."],
    ...ending(run, variant),
  ]);
}

/** A run that has deleted the former set, and gets no snapshot. */
export function snapshotFailedLines(run: TaskRun, variant: LabVariant): string {
  return linesOf(run.begunMs, run.finishMs, [
    [0.0025, "Initialising the volume shadow copy service."],
    [0.5, `Starting to clean the backup location ${destination}.`],
    [0.55, "Deleted the contents of the backup folder."],
    [0.9, "Error: The snapshot set was not created. The writer SMS Writer failed, hr = 0x800423f4."],
    ...ending(run, variant),
  ]);
}

function ending({ finishMs }: TaskRun, variant: LabVariant): readonly LogStep[] {
  return [
    [0.99, "SMS site backup failed. Please see previous errors."],
    [1, status(Number(variant.taskFailure), "E", finishMs)],
    [1, "SMS site backup service is stopping."],
  ];
}

/** How far between two instants, and what is said then. */
type LogStep = readonly [share: number, text: string];

function linesOf(fromMs: number, toMs: number, steps: readonly LogStep[]): string {
  return steps
    .map(([share, text]) =>
      logLine({ component, atMs: Math.floor(fromMs + share * (toMs - fromMs)), thread, text }),
    )
    .join("");
}

function status(id: number, severity: StatusMessage["severity"], atMs: number): string {
  return statusText({ id, severity, component, atMs, thread });
}
