import type { Instant } from "../../../core/base/instant.ts";
import {
  afterBackupStarted,
  failureLines,
  runBegun,
  runFailed,
  runFinished,
  statusInsertions,
} from "../../../core/outside/site/task-set.ts";
import { readStatusLine, type StatusLine } from "./status-line.ts";

/**
 * The runs of the Backup Site Server task, read from smsbkup.log.
 *
 * Message 5035 alone proves nothing: it may be left from an older run. So each message belongs to the run
 * whose start marker stands before it, and only a 5035 of the same run says that the run is finished.
 */
export interface TaskRun {
  readonly startedAt: Instant;
  /** Message 5035 of this run. */
  readonly completedAt?: Instant;
  /** Message 5040: AfterBackup.bat was started. It says nothing of how that ended. */
  readonly afterBackupAt?: Instant;
  /** The task's own reports of failure, in the order of the log. */
  readonly failures: readonly string[];
}

export type TaskRunState = "finished" | "failed" | "not-finished";

/** A run with 5035 and no failure is finished; one with neither may still be at work, or died. */
export function taskRunState(run: TaskRun): TaskRunState {
  if (run.failures.length > 0) return "failed";
  return run.completedAt === undefined ? "not-finished" : "finished";
}

/** Failures kept for one run: a full disk fails every file, and the first few say it all. */
const failuresMax = 20;

/**
 * What of a line is looked at: no line of a log is longer, and what follows would be searched over and over.
 */
const lineCharactersMax = 8_192;

/** Reads a log, or what is left of one after it was rolled over. Runs come oldest first. */
export function parseTaskLog(text: string): readonly TaskRun[] {
  const runs: OpenRun[] = [];
  for (const whole of text.split(/\r\n|\n/)) {
    const line = whole.slice(0, lineCharactersMax);
    const status = readStatusLine(line);
    if (status?.id === runBegun.number) runs.push({ startedAt: status.at, failures: [] });
    const run = runs.at(-1);
    if (!run) continue;
    if (status) applyStatus(run, status, line);
    else if (isFailure(line) && run.failures.length < failuresMax) run.failures.push(messageOf(line));
  }
  return runs;
}

interface OpenRun {
  startedAt: Instant;
  completedAt?: Instant;
  afterBackupAt?: Instant;
  failures: string[];
}

function applyStatus(run: OpenRun, status: StatusLine, line: string): void {
  if (status.id === runFinished.number) run.completedAt = status.at;
  if (status.id === afterBackupStarted.number) run.afterBackupAt = status.at;
  const isError = status.id === runFailed.number || status.severity === "E";
  if (isError && run.failures.length < failuresMax) run.failures.push(describeStatus(status, line));
}

function describeStatus(status: StatusLine, line: string): string {
  const detail = [...line.matchAll(statusInsertions.shows)].map((match) => match[1]).join(", ");
  return `Status message ${status.id}${detail ? `: ${detail}` : ""}`;
}

/** The task's failure lines, matched on their fixed parts: names of functions and numbers, not sentences. */
function isFailure(line: string): boolean {
  return failureLines.shows.test(line.trim());
}

/** The message without the component, time and thread that the server log format adds. */
function messageOf(line: string): string {
  return line
    .replace(/\$\$<.*$/, "")
    .trim()
    .replace(/^~/, "");
}
