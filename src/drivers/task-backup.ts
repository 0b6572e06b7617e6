import { given } from "../core/base/given.ts";
import { type Problem, ProblemError } from "../core/base/problem.ts";
import { siteDatabaseFolder } from "../core/outside/site/task-set.ts";
import type { TaskBackup } from "../core/model/policy/source.ts";
import {
  completedAt,
  isSameBegin,
  scriptStartedAt,
  taskRunState,
  type TaskRun,
} from "../core/model/task-run.ts";
import { joinPath } from "./access/files/windows-path.ts";
import { checkDatabaseFiles } from "./parts/check-database-files.ts";
import type { Driver } from "./driver.ts";
import { offerTree } from "./parts/offer-tree.ts";
import { placeOf } from "./parts/session/sql-session.ts";
import { examineTask } from "./parts/task/examine-task.ts";
import { lookAtTask, type TaskLook } from "./parts/look-at-task.ts";
import { placeFor } from "./parts/task/services.ts";
import { lastGoodRun, newestRun, readTaskEvidence } from "./parts/task/task-evidence.ts";
import { readSetLocks } from "./parts/task/set-locks.ts";
import type { TaskFolders } from "./parts/task/task-folders.ts";
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

  examine: ({ source, site }, means) => examineTask(placeFor(source.on, placeOf(site, source), means), means),

  async capture(request, means, sink) {
    const { folders, where, run, problem, risks } = await lookAtTask(request, means);
    if (problem !== undefined || run === undefined) throw new ProblemError(problem!);
    const checked = await checkDatabaseFiles({ ...databasePart(folders), where }, means);
    const locks = await readSetLocks(request.site, where, means);
    const problems: Problem[] = [...risks, ...checked.problems, ...locks.problems];
    let files = 0;
    for (const part of folders.all) {
      const what = "The task's folder";
      const tree = await offerTree({ ...part, folder: part.local, what, where, isSet: true }, sink, means);
      problems.push(...tree.problems);
      files += tree.files;
    }
    // The task deletes its set before it makes another: what was offered since then is half of one.
    const now = newestRun(await readTaskEvidence({ site: request.site, logs: folders.logs, where }, means));
    if (now === undefined || !isSameBegin(now.startedAt, run.startedAt))
      throw new ProblemError(startedAgain(where));
    const { wholePages } = checked;
    const facts = taskBackupCapture.write({ ...runFacts(run), files, wholePages, ...locks.facts });
    return { mode: "full", asOf: run.startedAt, facts, problems };
  },
};

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

function startedAgain(where: string): Problem {
  return {
    code: "task-run-not-finished",
    severity: "error",
    message: "The task began another run, and deleted its files, while they were being captured.",
    where,
    hint: "Keep the schedule away from the task's hours: notDuring: [site-backup-task].",
  };
}
