import { formatDuration, formatMinute } from "../base/instant.ts";
import type { RetryOutcome, TaskRunStatus, TaskStatus } from "../model/task-run.ts";
import { backupService } from "../outside/site/site-services.ts";

/** What running the task again does to the site, before anybody is asked. */
export function retryWarning({ set, site }: TaskStatus): string {
  const kept =
    set?.snapshot === undefined
      ? set?.state === "lacking"
        ? "there is none that is whole just now"
        : "it is in no snapshot, and is lost if the run fails"
      : `it is in snapshot ${set.snapshot.id}`;
  return [
    `A run of the task deletes its only set first: ${kept}.`,
    `While its snapshot is made, for some minutes, the SMS Writer stops the services of ${site}.`,
  ].join("\n");
}

/** What is asked before the service is started. */
export function retryQuestion(server: string): string {
  return `Start ${backupService.name} on ${server}?`;
}

/** How far a run has come, by its witnesses. */
export function runProgress(run: TaskRunStatus | undefined): string {
  if (run === undefined) return "the service was started; no witness tells of the run yet";
  const began = `the run of ${formatMinute(run.startedAt)}`;
  return run.snapshotAt === undefined ? `${began} has begun` : `${began} has its snapshot, and copies`;
}

/** What became of the run. */
export function outcomeWords(site: string, outcome: RetryOutcome): readonly (string | { remark: string })[] {
  const { result, run, waitedMs } = outcome;
  const waited = formatDuration(waitedMs);
  const failure = run?.failures[0] ?? "no witness says why";
  switch (result) {
    case "finished":
      return [
        `The task of ${site} has ended well after ${waited}. Capture its set: sitekeep capture ${site}`,
      ];
    case "failed":
      return [{ remark: `The task of ${site} has failed after ${waited}: ${failure}` }];
    case "contradicted":
      return [{ remark: `The task's log and its messages tell otherwise of the run of ${site}: ${failure}` }];
    case "stopped":
      return [
        {
          remark: `The service ${backupService.name} has stopped after ${waited}, and no witness tells of an end: read smsbkup.log on the site server.`,
        },
      ];
    case "not-seen":
      return [
        {
          remark: `No end was told within ${waited}. The run may go on: \`sitekeep task status ${site}\` shows it.`,
        },
      ];
  }
}
