import { site } from "../hierarchy.ts";
import { readVariant } from "../lab-variant.ts";
import { labNow, readState } from "../lab-state.ts";
import { recordBegun, recordEnd, recordFailure, recordSnapshot } from "../task-record.ts";
import { changeService } from "../windows/services.ts";
import { getsNoSnapshot, startAfterBackup } from "./site-backup-task.ts";
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
import type { TaskRun } from "./task-run.ts";
import { clearSet, copySet, halveSet, writeDocuments } from "./task-set.ts";

/** Services that the task stops while it takes its snapshot. */
export const stoppedMeanwhile = ["SMS_SITE_COMPONENT_MANAGER", "SMS_EXECUTIVE"];

/**
 * Runs the site's backup task now, as starting its service by hand does: step by step in real time, with
 * pauses between them, so that whoever looks sees the set deleted before there is a new one.
 */
export async function runTaskNow(lab: string, pause: () => Promise<void>): Promise<void> {
  const variant = readVariant(lab);
  const { incidents } = readState(lab);
  const startMs = labNow(lab);
  const begun = { startMs, begunMs: startMs + 1, snapshotMs: startMs + 2, finishMs: startMs + 3 };
  say(lab, beginningLines(begun));
  await recordBegun(lab, begun);
  const isStuck = incidents.includes("task-failed");
  if (isStuck) halveSet(lab, variant);
  else clearSet(lab, variant);
  await pause();
  const nowMs = Math.max(labNow(lab), begun.snapshotMs);
  const next: TaskRun = { ...begun, snapshotMs: nowMs, finishMs: nowMs };
  if (isStuck) await fail(lab, next, deletingFailedLines(next, variant));
  else if (getsNoSnapshot(incidents)) await fail(lab, next, snapshotFailedLines(next, variant));
  else await finish(lab, next, pause);
  changeService(lab, site.server, "SMS_SITE_BACKUP", { isRunning: false, exitCode: 0, playedBy: undefined });
}

async function fail(lab: string, run: TaskRun, lines: string): Promise<void> {
  say(lab, lines);
  await recordFailure(lab, run);
}

/** From the snapshot on. */
async function finish(lab: string, shot: TaskRun, pause: () => Promise<void>): Promise<void> {
  const variant = readVariant(lab);
  stopAndStart(lab);
  say(lab, snapshotLines(shot));
  await recordSnapshot(lab, shot);
  await pause();
  copySet(lab, labNow(lab), variant);
  await pause();
  const run: TaskRun = { ...shot, finishMs: labNow(lab) };
  writeDocuments(lab, run, variant);
  say(lab, copyingLines(run, variant));
  rollTaskLog(lab, variant);
  await pause();
  say(lab, afterBackupLines(run, startAfterBackup(lab, run)));
  await recordEnd(lab, run);
}

function say(lab: string, lines: string): void {
  appendTaskLog(lab, readVariant(lab), { lines, modifiedMs: labNow(lab) });
}

/** The snapshot is taken while the site's services rest; they come back by themselves. */
function stopAndStart(lab: string): void {
  const staysDown = readState(lab).incidents.includes("services-stay-down");
  for (const name of stoppedMeanwhile) changeService(lab, site.server, name, { isRunning: !staysDown });
}
