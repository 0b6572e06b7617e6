import { day, minute, type Instant } from "../../../core/base/instant.ts";
import { isSameBegin, type TaskRun, type TaskWitness } from "../../../core/model/task-run.ts";
import { taskFailureMessages, taskMessages } from "../../../core/outside/site/status-messages.ts";
import type { LoggedRun } from "../../access/formats/task-log.ts";
import type { TaskMessage } from "./task-messages.ts";

/** What the task says behind its good end is of the same run for so long. */
const afterEndMs = 2 * minute;

/** No run takes longer: what comes later is of another one. */
const longestRunMs = day;

/** Failures kept for one run, as of its log. */
const failuresMax = 20;

const { begun, finished, failed } = taskMessages.values;
const snapshotMade = taskMessages.values["snapshot made"];
const scriptStarted = taskMessages.values["AfterBackup.bat started"];
const failureIds: ReadonlySet<number> = new Set(Object.values(taskFailureMessages.values));

/**
 * Puts together what logs and status messages tell, run by run, oldest first. Of several logs that tell of
 * one run the first in the list is believed. A message belongs to the run that was at work when it was made;
 * where nobody saw one begin, it makes a run of its own.
 */
export function joinRuns(logged: readonly LoggedRun[], messages: readonly TaskMessage[]): readonly TaskRun[] {
  const runs: OpenRun[] = [];
  for (const { startedAt, ...log } of logged)
    if (!runs.some((it) => it.startedAt === startedAt)) runs.push({ startedAt, log });
  for (const { id, at } of messages)
    if (id === begun && beginning(runs, at) === undefined) runs.push({ startedAt: at });
  for (const message of messages) apply(runOf(runs, message), message);
  return runs.toSorted((left, right) => left.startedAt - right.startedAt).map(closed);
}

interface OpenRun {
  startedAt: Instant;
  beginUnseen?: true;
  log?: TaskWitness;
  messages?: OpenWitness;
}

interface OpenWitness {
  snapshotAt?: Instant;
  completedAt?: Instant;
  afterBackupAt?: Instant;
  errors: string[];
  /** Failures by lists of their numbers: a good end behind one of them says that it was a warning. */
  doubts: string[];
}

function closed({ messages, ...run }: OpenRun): TaskRun {
  if (messages === undefined) return run;
  const { errors, doubts, ...told } = messages;
  return { ...run, messages: { ...told, failures: [...errors, ...doubts].slice(0, failuresMax) } };
}

function beginning(runs: readonly OpenRun[], at: Instant): OpenRun | undefined {
  return runs.find(({ startedAt }) => isSameBegin(startedAt, at));
}

function runOf(runs: OpenRun[], { id, at }: TaskMessage): OpenRun {
  const found = id === begun ? beginning(runs, at) : atWork(runs, at);
  if (found !== undefined) return found;
  const made: OpenRun = { startedAt: at, beginUnseen: true };
  runs.push(made);
  return made;
}

/** The newest run that had begun by then and, as far as is known, had not ended. */
function atWork(runs: readonly OpenRun[], at: Instant): OpenRun | undefined {
  const begunBy = runs.filter(({ startedAt }) => startedAt <= at || isSameBegin(startedAt, at));
  const newest = begunBy.toSorted((left, right) => right.startedAt - left.startedAt)[0];
  if (newest === undefined) return undefined;
  const { startedAt, log, messages } = newest;
  const ends = [log?.completedAt, messages?.completedAt].flatMap((it) => it ?? []);
  return at <= Math.min(startedAt + longestRunMs, ...ends.map((it) => it + afterEndMs)) ? newest : undefined;
}

function apply(run: OpenRun, { id, at, isError, isOfDatabase }: TaskMessage): void {
  run.messages ??= { errors: [], doubts: [] };
  const told = run.messages;
  const words = `Status message ${id}`;
  if (isError || id === failed) told.errors.push(words);
  else if (failureIds.has(id)) told.doubts.push(words);
  // The part on the database's machine ends before the whole.
  else if (!isOfDatabase) applyProgress(told, id, at);
}

function applyProgress(told: OpenWitness, id: number, at: Instant): void {
  if (id === snapshotMade) told.snapshotAt = at;
  if (id === scriptStarted) told.afterBackupAt = at;
  // AfterBackup.bat is started after a good end, and after no other.
  if (id !== finished && id !== scriptStarted) return;
  told.completedAt ??= at;
  told.doubts = [];
}
