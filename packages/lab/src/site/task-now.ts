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
  rollTaskLog,
  snapshotFailedLines,
  snapshotLines,
} from "./task-log.ts";
import type { TaskRun } from "./task-run.ts";
import { clearSet, copySet, writeDocuments } from "./task-set.ts";

/** Services that the task stops while it takes its snapshot. */
export const stoppedMeanwhile = ["SMS_SITE_COMPONENT_MANAGER", "SMS_EXECUTIVE"];

/**
 * Runs the site's backup task now, as starting its service by hand does: step by step in real time, with
 * pauses between them, so that whoever looks sees the set deleted before there is a new one.
 */
export async function runTaskNow(lab: string, pause: () => Promise<void>): Promise<void> {
  const variant = readVariant(lab);
  const say = (lines: string): void => appendTaskLog(lab, variant, { lines, modifiedMs: labNow(lab) });
  const startMs = labNow(lab);
  const begun = { startMs, begunMs: startMs + 1, snapshotMs: startMs + 2, finishMs: startMs + 3 };
  say(beginningLines(begun));
  await recordBegun(lab, begun);
  clearSet(lab, variant);
  await pause();
  const atSnapshotMs = labNow(lab);
  if (getsNoSnapshot(readState(lab).incidents))
    return failNow(lab, { ...begun, snapshotMs: atSnapshotMs, finishMs: atSnapshotMs }, say);
  const shot = { ...begun, snapshotMs: atSnapshotMs };
  stopAndStart(lab);
  say(snapshotLines(shot));
  await recordSnapshot(lab, shot);
  await pause();
  copySet(lab, labNow(lab), variant);
  await pause();
  const run: TaskRun = { ...shot, finishMs: labNow(lab) };
  writeDocuments(lab, run, variant);
  say(copyingLines(run, variant));
  rollTaskLog(lab, variant);
  await pause();
  say(afterBackupLines(run, startAfterBackup(lab, run)));
  await recordEnd(lab, run);
  endService(lab);
}

async function failNow(lab: string, run: TaskRun, say: (lines: string) => void): Promise<void> {
  say(snapshotFailedLines(run, readVariant(lab)));
  await recordFailure(lab, run);
  endService(lab);
}

/** The snapshot is taken while the site's services rest; they come back by themselves. */
function stopAndStart(lab: string): void {
  const staysDown = readState(lab).incidents.includes("services-stay-down");
  for (const name of stoppedMeanwhile) changeService(lab, site.server, name, { isRunning: !staysDown });
}

function endService(lab: string): void {
  changeService(lab, site.server, "SMS_SITE_BACKUP", { isRunning: false, exitCode: 0, playedBy: undefined });
}
