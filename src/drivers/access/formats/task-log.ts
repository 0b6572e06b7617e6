import type { Instant } from "../../../core/base/instant.ts";
import {
  afterBackupStarted,
  completionLine,
  failureLines,
  runBegun,
  runFailed,
  runFinished,
  snapshotMade,
  statusInsertions,
  stopLine,
} from "../../../core/outside/site/task-set.ts";
import { readLogLine } from "./log-line.ts";
import { readStatusLine, type StatusLine } from "./status-line.ts";

/**
 * A run of the Backup Site Server task, read from smsbkup.log.
 *
 * Message 5035 alone proves nothing: it may be left from an older run. So each message and each line belongs
 * to the run whose start marker stands before it, and only a good end of the same run says that the run is
 * finished.
 */
export interface LoggedRun {
  readonly startedAt: Instant;
  /** When the snapshot of the volumes was there: message 5056 of this run. */
  readonly snapshotAt?: Instant;
  /** Message 5035 of this run, or its line that says the same. */
  readonly completedAt?: Instant;
  /** Message 5040: AfterBackup.bat was started. It says nothing of how that ended. */
  readonly afterBackupAt?: Instant;
  /** The task's own reports of failure, in the order of the log. */
  readonly failures: readonly string[];
}

/** Failures kept for one run: a full disk fails every file, and the first few say it all. */
const failuresMax = 20;

/**
 * What of a line is looked at: no line of a log is longer, and what follows would be searched over and over.
 */
const lineCharactersMax = 8_192;

/** Reads a log, or what is left of one after it was rolled over. Runs come oldest first. */
export function parseTaskLog(text: string): readonly LoggedRun[] {
  const runs: OpenRun[] = [];
  for (const whole of text.split(/\r\n|\n/)) {
    const line = whole.slice(0, lineCharactersMax);
    const status = readStatusLine(line);
    if (status?.id === runBegun.number) runs.push({ startedAt: status.at, failures: [] });
    const run = runs.at(-1);
    if (!run) continue;
    if (status) applyStatus(run, status, line);
    else applyLine(run, line);
  }
  return runs;
}

interface OpenRun {
  startedAt: Instant;
  snapshotAt?: Instant;
  completedAt?: Instant;
  afterBackupAt?: Instant;
  failures: string[];
}

function applyStatus(run: OpenRun, status: StatusLine, line: string): void {
  if (status.id === snapshotMade.number) run.snapshotAt = status.at;
  if (status.id === runFinished.number) run.completedAt = status.at;
  if (status.id === afterBackupStarted.number) run.afterBackupAt = status.at;
  if (status.id === runFailed.number || status.severity === "E") fail(run, describeStatus(status, line));
}

function describeStatus(status: StatusLine, line: string): string {
  const detail = [...line.matchAll(statusInsertions.shows)].map((match) => match[1]).join(", ");
  return `Status message ${status.id}${detail ? `: ${detail}` : ""}`;
}

/** The task's own lines, matched on their fixed parts: names of functions and numbers, not sentences. */
function applyLine(run: OpenRun, line: string): void {
  const { text, at } = readLogLine(line);
  if (failureLines.shows.test(text)) fail(run, text);
  // Whichever comes last of the line and message 5035, both are of the same second.
  else if (completionLine.shows.test(text) && at !== undefined) run.completedAt ??= at;
  else if (stopLine.shows.test(text) && run.completedAt === undefined && run.failures.length === 0)
    fail(run, text);
}

function fail(run: OpenRun, words: string): void {
  if (run.failures.length < failuresMax) run.failures.push(words);
}
