import { formatMinute, type Instant, second } from "../base/instant.ts";

/**
 * One run of the task *Backup Site Server*, by what its log and its status messages tell of it. Neither has
 * to: a log is rolled over, messages are deleted after a while.
 */
export interface TaskRun {
  /** When the run began; where nobody saw that, the first that is known of it. */
  readonly startedAt: Instant;
  readonly beginUnseen?: true;
  /** By smsbkup.log. Absent: the log tells nothing of the run. */
  readonly log?: TaskWitness;
  /** By status messages of the site database. Absent: there are none of the run. */
  readonly messages?: TaskWitness;
}

/** What one witness tells of a run. */
export interface TaskWitness {
  /** When the snapshot of the volumes was there. */
  readonly snapshotAt?: Instant;
  /** When the run said that it had ended without error. */
  readonly completedAt?: Instant;
  /** AfterBackup.bat was started. It says nothing of how that ended. */
  readonly afterBackupAt?: Instant;
  /** The task's own reports of failure, oldest first. */
  readonly failures: readonly string[];
}

/**
 * `contradicted`: one witness tells of a good end, and the other of a failure. `not-finished`: no witness
 * tells of an end, so the run is at work, or died.
 */
export type TaskRunState = "finished" | "failed" | "not-finished" | "contradicted";

/** A run with a failure is a failed one, even where it says that it ended well. */
export function taskRunState({ log, messages }: Pick<TaskRun, "log" | "messages">): TaskRunState {
  const told = [log, messages].flatMap((it) => (it === undefined ? [] : [endOf(it)]));
  if (told.includes("failed")) return told.includes("finished") ? "contradicted" : "failed";
  return told.includes("finished") ? "finished" : "not-finished";
}

function endOf({ failures, completedAt }: TaskWitness): TaskRunState {
  if (failures.length > 0) return "failed";
  return completedAt === undefined ? "not-finished" : "finished";
}

/** When a run said that it had ended without error; the log is asked first. */
export function completedAt({ log, messages }: TaskRun): Instant | undefined {
  return log?.completedAt ?? messages?.completedAt;
}

/** When a run has started AfterBackup.bat, by whichever witness tells of it; the log is asked first. */
export function scriptStartedAt({ log, messages }: TaskRun): Instant | undefined {
  return log?.afterBackupAt ?? messages?.afterBackupAt;
}

/**
 * Whether two beginnings are of one run: the site database keeps fewer digits of a time than the log, and
 * no run begins within two seconds of another.
 */
export function isSameBegin(one: Instant, other: Instant): boolean {
  return Math.abs(one - other) < 2 * second;
}

/** A run as problems and reports name it, in the middle of a sentence. */
export function runWords({ startedAt, beginUnseen }: Pick<TaskRun, "startedAt" | "beginUnseen">): string {
  return beginUnseen
    ? `the task's run that was at work at ${formatMinute(startedAt)}`
    : `the task's run of ${formatMinute(startedAt)}`;
}
