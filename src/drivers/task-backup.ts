import { given } from "../core/base/given.ts";
import { formatMinute } from "../core/base/instant.ts";
import { type Problem, ProblemError } from "../core/base/problem.ts";
import { siteDatabaseFolder } from "../core/outside/site/task-set.ts";
import type { TaskBackup } from "../core/model/policy/source.ts";
import {
  completedAt,
  isSameBegin,
  runWords,
  scriptStartedAt,
  taskRunState,
  type TaskRun,
} from "../core/model/task-run.ts";
import { joinPath } from "./access/files/windows-path.ts";
import { checkDatabaseFiles } from "./parts/check-database-files.ts";
import type { Driver, Means, ObserveRequest } from "./driver.ts";
import { lookAtFolder } from "./parts/look-at-folder.ts";
import { offerTree } from "./parts/offer-tree.ts";
import { placeOf } from "./parts/session/sql-session.ts";
import { judgeSet, lookAtSet } from "./parts/task/task-documents.ts";
import { lastGoodRun, newestRun, readTaskEvidence, type TaskEvidence } from "./parts/task/task-evidence.ts";
import { taskFolders, type TaskFolders } from "./parts/task/task-folders.ts";
import { taskBackupCapture, taskBackupLook } from "../core/model/facts/task-backup.ts";

/**
 * What the Backup Site Server task left: adopted only when its newest run is finished, by all that its log
 * and its status messages tell, and each part is of that run. Otherwise there is no set, and the source does
 * not answer.
 */
export const taskBackup: Driver<TaskBackup> = {
  async observe(request, means) {
    const seen = await lookAtTask(request, means);
    const { problem, risks } = seen;
    const facts = lookFacts(seen);
    if (problem !== undefined) return { answers: false, problem, ...given({ facts }) };
    return { answers: true, facts: facts ?? {}, risks };
  },

  async capture(request, means, sink) {
    const { folders, where, run, problem, risks } = await lookAtTask(request, means);
    if (problem !== undefined || run === undefined) throw new ProblemError(problem!);
    const checked = await checkDatabaseFiles({ ...databasePart(folders), where }, means);
    const problems: Problem[] = [...risks, ...checked.problems];
    let files = 0;
    for (const part of folders.all) {
      const what = "The task's folder";
      const tree = await offerTree(
        { ...part, folder: part.local, what, where, isSet: true },
        sink,
        means.signal,
      );
      problems.push(...tree.problems);
      files += tree.files;
    }
    // The task deletes its set before it makes another: what was offered since then is half of one.
    const now = newestRun(await readTaskEvidence({ site: request.site, logs: folders.logs, where }, means));
    if (now === undefined || !isSameBegin(now.startedAt, run.startedAt))
      throw new ProblemError(startedAgain(where));
    const facts = taskBackupCapture.write({ ...runFacts(run), files, wholePages: checked.wholePages });
    return { mode: "full", asOf: run.startedAt, facts, problems };
  },
};

/** What a look at the task's witnesses and its set came to. */
interface TaskLook {
  readonly folders: TaskFolders;
  readonly where: string;
  readonly evidence: TaskEvidence;
  /** The newest run. Absent: no witness tells of one. */
  readonly run?: TaskRun;
  /** Why there is no set to adopt. */
  readonly problem?: Problem;
  /** Whether the destination is known to hold no whole set of that run. */
  readonly lacking: boolean;
  readonly risks: readonly Problem[];
}

async function lookAtTask(request: ObserveRequest<TaskBackup>, means: Means): Promise<TaskLook> {
  const where = placeOf(request.site, request.source);
  const folders = taskFolders(request, means);
  const evidence = await readTaskEvidence({ site: request.site, logs: folders.logs, where }, means);
  const run = newestRun(evidence);
  const seen = { folders, where, evidence, ...given({ run }) };
  const ofRun = run && runProblem(run, where);
  // A run that is at work may have deleted the whole folder.
  if (ofRun !== undefined) return { ...seen, problem: ofRun, lacking: true, risks: [] };
  const closed = await folderProblem(request.source.site, folders, where, means);
  if (closed !== undefined) return { ...seen, ...closed, risks: [] };
  if (run === undefined)
    return { ...seen, problem: neverRan(folders.site.shown, evidence, where), lacking: false, risks: [] };
  const found = await lookAtSet(folders, where);
  const judged = judgeSet(found, { run, folders, where });
  const isLacking = judged.problem !== undefined && found.problem === undefined;
  return { ...seen, ...judged, lacking: isLacking };
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

function databasePart({ database }: TaskFolders): { readonly local: string; readonly shown: string } {
  const within = (folder: string) => joinPath(folder, ...siteDatabaseFolder.path);
  return { local: within(database.local), shown: within(database.shown) };
}

function runFacts(run: TaskRun) {
  return { run: taskRunState(run), runStartedAt: run.startedAt, runCompletedAt: completedAt(run) };
}

/** What is known of the set; nothing where no witness tells of a run. */
function lookFacts({ run, evidence, problem, lacking }: TaskLook) {
  if (run === undefined) return undefined;
  const set = problem === undefined ? "whole" : lacking ? "lacking" : undefined;
  const lastGoodAt = lastGoodRun(evidence)?.startedAt;
  return taskBackupLook.write({ ...runFacts(run), scriptStartedAt: scriptStartedAt(run), set, lastGoodAt });
}

function runProblem(run: TaskRun, where: string): Problem | undefined {
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
        hint: "Cure what the log names (rights to delete the former set, other VSS backups at the time), then restart the service SMS_SITE_BACKUP.",
      };
    case "not-finished":
      return {
        code: "task-run-not-finished",
        severity: "error",
        message: `${began} has not reported its end (message 5035): it is still at work, or died.`,
        where,
        hint: "Wait for its end; if it does not come, read smsbkup.log and restart the service SMS_SITE_BACKUP.",
      };
    case "contradicted":
      return contradicted(run, began, where);
  }
}

/** The log tells more, and is asked first. */
function failureWords({ log, messages }: TaskRun): string {
  return log?.failures[0] ?? `${messages?.failures[0]} in the site database; the log tells of no failure.`;
}

function contradicted({ log, messages }: TaskRun, began: string, where: string): Problem {
  const isLogGood = log?.failures.length === 0;
  const [good, bad] = isLogGood ? ["log", "status messages"] : ["status messages", "log"];
  return {
    code: "task-witnesses-differ",
    severity: "error",
    message: `${began} ended well by its ${good}, and failed by its ${bad}: ${(isLogGood ? messages : log)?.failures[0]}`,
    where,
    hint: "Read both (smsbkup.log; Monitoring > System Status > Site Status, SMS_SITE_BACKUP), cure what they name, and run the task again with `sitekeep task retry`.",
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

function startedAgain(where: string): Problem {
  return {
    code: "task-run-not-finished",
    severity: "error",
    message: "The task began another run, and deleted its files, while they were being captured.",
    where,
    hint: "Keep the schedule away from the task's hours: notDuring: [site-backup-task].",
  };
}
