import { given } from "../../core/base/given.ts";
import { formatMinute } from "../../core/base/instant.ts";
import { type Problem, ProblemError } from "../../core/base/problem.ts";
import type { TaskBackup } from "../../core/model/policy/source.ts";
import { completedAt, runWords, taskRunState, type TaskRun } from "../../core/model/task-run.ts";
import type { Means, ObserveRequest } from "../driver.ts";
import { lookAtFolder } from "./look-at-folder.ts";
import { placeOf } from "./session/sql-session.ts";
import { judgeSet, lookAtSet, type TaskDocument } from "./task/task-documents.ts";
import { newestRun, readTaskEvidence, type TaskEvidence } from "./task/task-evidence.ts";
import { taskFolders, type TaskFolders } from "./task/task-folders.ts";

/** What a look at the task's witnesses and its set came to. */
export interface TaskLook {
  readonly folders: TaskFolders;
  readonly where: string;
  readonly evidence: TaskEvidence;
  /** The newest run. Absent: no witness tells of one. */
  readonly run?: TaskRun;
  /** Why there is no set to adopt. */
  readonly problem?: Problem;
  /** Documents that were found; none where the run itself leaves no set to adopt. */
  readonly documents: readonly TaskDocument[];
  /** Whether the destination is known to hold no whole set of that run. */
  readonly lacking: boolean;
  readonly risks: readonly Problem[];
}

/**
 * Looks at what the task tells of its runs, and at the set of the newest one. Whatever is wrong with it is in
 * the answer.
 */
export async function lookAtTask(request: ObserveRequest<TaskBackup>, means: Means): Promise<TaskLook> {
  const where = placeOf(request.site, request.source);
  const folders = taskFolders(request, means);
  const evidence = await readTaskEvidence({ site: request.site, logs: folders.logs, where }, means);
  const run = newestRun(evidence);
  const seen = { folders, where, evidence, documents: [], risks: [], ...given({ run }) };
  const ofRun = run && runProblem(run, where, request.site.code);
  // A run that is at work may have deleted the whole folder.
  if (ofRun !== undefined) return { ...seen, problem: ofRun, lacking: true };
  const closed = await folderProblem(request.source.site, folders, where, means);
  if (closed !== undefined) return { ...seen, ...closed };
  if (run === undefined)
    return { ...seen, problem: neverRan(folders.site.shown, evidence, where), lacking: false };
  const found = await lookAtSet(folders, where);
  const judged = judgeSet(found, { run, folders, where });
  const isLacking = judged.problem !== undefined && found.problem === undefined;
  return { ...seen, ...judged, documents: found.documents, lacking: isLacking };
}

/** A destination that is there without the task's folder holds no set; one that is closed may hold any. */
async function folderProblem(
  destination: string,
  { site }: TaskFolders,
  where: string,
  means: Means,
): Promise<{ readonly problem: Problem; readonly lacking: boolean } | undefined> {
  const look = (path: string) =>
    lookAtFolder({ path, what: "The task's folder", where }, means).then(
      () => undefined,
      (thrown: unknown) => {
        if (thrown instanceof ProblemError) return thrown.problem;
        throw thrown;
      },
    );
  const problem = await look(site.shown);
  if (problem === undefined) return undefined;
  const isLacking = problem.code === "file-missing" && (await look(destination)) === undefined;
  return { problem, lacking: isLacking };
}

function runProblem(run: TaskRun, where: string, site: string): Problem | undefined {
  const words = runWords(run);
  const began = `${words[0]!.toUpperCase()}${words.slice(1)}`;
  switch (taskRunState(run)) {
    case "finished":
      return run.beginUnseen ? unseen(run, where) : undefined;
    case "failed":
      return {
        code: "task-run-failed",
        severity: "error",
        message: `${began} failed: ${failureWords(run)}`,
        where,
        hint: `Cure what the log names (rights to delete the former set, other VSS backups at the time), then let it run again: \`sitekeep task retry ${site}\`.`,
      };
    case "not-finished":
      return {
        code: "task-run-not-finished",
        severity: "error",
        message: `${began} has not reported its end (message 5035): it is still at work, or died.`,
        where,
        hint: `Wait for its end; if it does not come, read smsbkup.log, and let it run again: \`sitekeep task retry ${site}\`.`,
      };
    case "contradicted":
      return contradicted(run, { began, where, site });
  }
}

/** The log tells more, and is asked first. */
function failureWords({ log, messages }: TaskRun): string {
  return log?.failures[0] ?? `${messages?.failures[0]} in the site database; the log tells of no failure.`;
}

function contradicted(
  { log, messages }: TaskRun,
  { began, where, site }: { readonly began: string; readonly where: string; readonly site: string },
): Problem {
  const isLogGood = log?.failures.length === 0;
  const [good, bad] = isLogGood ? ["log", "status messages"] : ["status messages", "log"];
  return {
    code: "task-witnesses-differ",
    severity: "error",
    message: `${began} ended well by its ${good}, and failed by its ${bad}: ${(isLogGood ? messages : log)?.failures[0]}`,
    where,
    hint: `Read both (smsbkup.log; Monitoring > System Status, messages of SMS_SITE_BACKUP), cure what they name, and let it run again: \`sitekeep task retry ${site}\`.`,
  };
}

function unseen(run: TaskRun, where: string): Problem {
  return {
    code: "task-run-begin-unknown",
    severity: "error",
    message: `A run of the task ended well at ${formatMinute(completedAt(run) ?? run.startedAt)}, by its status messages, and no witness tells when it began: of which run the set is nobody knows.`,
    where,
    hint: "Let this account read the task's log: name `installFolder` of the site, and give the account Read on its Logs (docs/permissions.md).",
  };
}

function neverRan(shown: string, { logs, messagesUnread }: TaskEvidence, where: string): Problem {
  const log =
    logs.length === 0 ? `No log of the task was found for ${shown}` : `The log for ${shown} shows no run`;
  const messages =
    messagesUnread === undefined
      ? "the site database holds no message of one"
      : `its messages could not be read: ${messagesUnread.message}`;
  return {
    code: "task-run-not-finished",
    severity: "error",
    message: `${log}, and ${messages}${messagesUnread === undefined ? "." : ""}`,
    where,
    hint: "Turn on the task Backup Site Server in the console, or remove the source from the policy.",
  };
}
