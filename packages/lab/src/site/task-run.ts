import { dayMs, hourMs, minuteMs } from "../windows-formats.ts";

/** When a run of the site's backup task began, and when it came to each of its steps. */
export interface TaskRun {
  readonly startMs: number;
  /** When the run said that the backup has started. */
  readonly begunMs: number;
  readonly snapshotMs: number;
  readonly finishMs: number;
}

/** The run that has most recently finished: the task begins at 22:00 every day and takes 41 minutes. */
export function lastTaskRun(nowMs: number): TaskRun {
  const today = Math.floor(nowMs / dayMs) * dayMs + 22 * hourMs + 13_000;
  return runFrom(today + 45 * minuteMs < nowMs ? today : today - dayMs);
}

/** A run out of turn, which ends at an instant. */
export function taskRunThatEnds(finishMs: number): TaskRun {
  return runFrom(finishMs - runMs);
}

/** A run that fails a minute and a half after it began, before there was a snapshot. */
export function failedRunFrom(startMs: number): TaskRun {
  const finishMs = startMs + 90_000;
  return { startMs, begunMs: startMs + begunAfterMs, snapshotMs: finishMs, finishMs };
}

/** What the service does with AfterBackup.bat, it does so long after the end. */
export const afterEndMs = 400;

const runMs = 41 * minuteMs + 9_113;
const begunAfterMs = 2_400;

function runFrom(startMs: number): TaskRun {
  return {
    startMs,
    begunMs: startMs + begunAfterMs,
    snapshotMs: startMs + 4 * minuteMs + 2_481,
    finishMs: startMs + runMs,
  };
}
