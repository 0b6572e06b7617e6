import { given } from "../base/given.ts";
import { type TaskRunStatus, type TaskStatus, type TaskRun, taskRunState } from "../model/task-run.ts";

/** A run as it is shown: of what both witnesses tell, the log is asked first. */
export function runStatus(run: TaskRun): TaskRunStatus {
  const { startedAt, beginUnseen, log, messages } = run;
  const told = <Name extends "snapshotAt" | "completedAt" | "afterBackupAt">(name: Name) =>
    given({ [name]: log?.[name] ?? messages?.[name] });
  return {
    startedAt,
    ...given({ beginUnseen }),
    state: taskRunState(run),
    ...told("snapshotAt"),
    ...told("completedAt"),
    ...told("afterBackupAt"),
    failures: [...new Set([...(log?.failures ?? []), ...(messages?.failures ?? [])])],
    toldBy: [...(log ? ["log" as const] : []), ...(messages ? ["messages" as const] : [])],
  };
}

/** Whether the newest run ended well and, where the policy keeps its set, the set is whole. */
export function isTaskSound({ runs, set }: TaskStatus): boolean {
  return runs[0]?.state === "finished" && (set === undefined || set.state === "whole");
}
