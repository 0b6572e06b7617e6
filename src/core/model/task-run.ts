import type { Fact } from "../base/fact.ts";
import { type DurationMs, formatMinute, type Instant, second } from "../base/instant.ts";
import type { Problem } from "../base/problem.ts";
import type { Precondition } from "./precondition.ts";
import type { SnapshotId } from "./repository/snapshot.ts";

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

/** What is known of the site's own backup task just now: its runs, its set, and what it needs. */
export interface TaskStatus {
  /** Site code. */
  readonly site: string;
  /** The policy's name. */
  readonly policy: string;
  /** When the task was looked at. */
  readonly at: Instant;
  /** Whether the task is turned on. Absent: its schedule could not be read. */
  readonly enabled?: boolean;
  /** When the task may next begin. Absent: it is off, or its schedule could not be read. */
  readonly nextBeginAt?: Instant;
  /** Why the schedule could not be read. */
  readonly scheduleUnread?: Problem;
  /** The last runs that any witness tells of, newest first. */
  readonly runs: readonly TaskRunStatus[];
  /** The logs that were read. */
  readonly logs: readonly string[];
  /** Why status messages could not be read. Absent: they were, if there are any. */
  readonly messagesUnread?: Problem;
  /** The set that the task has left. Absent: the policy has no source that keeps it. */
  readonly set?: TaskSetStatus;
  /** The machine that is the site's active server, as far as that can be told. */
  readonly activeServer: Fact<string>;
  /** The state of the service that is the task, by its number. */
  readonly service: Fact<number>;
  /** What the task needs on the site server, as it was found. */
  readonly needs: readonly Precondition[];
}

/** One run of the task. */
export interface TaskRunStatus {
  /** When the run began; where nobody saw that, the first that is known of it. */
  readonly startedAt: Instant;
  readonly beginUnseen?: true;
  readonly state: TaskRunState;
  readonly snapshotAt?: Instant;
  readonly completedAt?: Instant;
  /** When AfterBackup.bat was started: how that ended nobody tells. */
  readonly afterBackupAt?: Instant;
  readonly failures: readonly string[];
  /** The witnesses that tell of the run. */
  readonly toldBy: readonly ("log" | "messages")[];
}

/** The set in the task's destination. */
export interface TaskSetStatus {
  /** The source that keeps it. */
  readonly source: string;
  /** `lacking`: there is none that is whole and of the newest run. `unknown`: nobody could tell. */
  readonly state: "whole" | "lacking" | "unknown";
  /** Why it is not whole, or why nobody could tell. */
  readonly problem?: Problem;
  /** The documents with which the task ends each part. */
  readonly documents: readonly {
    readonly part: "site" | "database";
    readonly path: string;
    readonly modifiedAt: Instant;
  }[];
  /** The newest snapshot of this very set. Absent: it is in none. */
  readonly snapshot?: { readonly id: SnapshotId; readonly read: boolean };
}

/** What became of a run that was started by hand. */
export interface RetryOutcome {
  /**
   * How the run ended, by its witnesses. `stopped`: its service has stopped, and no witness tells of an end.
   * `not-seen`: no end was told in the time that was to be waited.
   */
  readonly result: "finished" | "failed" | "contradicted" | "stopped" | "not-seen";
  /** How long its end was waited for. */
  readonly waitedMs: DurationMs;
  /** The run, as far as any witness tells of it. */
  readonly run?: TaskRunStatus;
}
