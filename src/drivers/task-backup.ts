import { readFile } from "node:fs/promises";
import { formatMinute, minute } from "../core/base/instant.ts";
import { type Problem, ProblemError } from "../core/base/problem.ts";
import type { TaskBackup } from "../core/model/policy/source.ts";
import { fileProblem } from "./access/files/file-problems.ts";
import { statEntry } from "./access/files/file-tree.ts";
import { decodeText } from "./access/formats/ini-file.ts";
import { parseTaskLog, type TaskRun, taskRunState } from "./access/formats/task-log.ts";
import { joinPath } from "./access/files/windows-path.ts";
import type { Driver, Means, ObserveRequest } from "./driver.ts";
import { lookAtFolder } from "./parts/look-at-folder.ts";
import { observing } from "./parts/observing.ts";
import { offerTree } from "./parts/offer-tree.ts";
import { placeOf } from "./parts/sql-session.ts";
import { taskBackupCapture, taskBackupLook } from "../core/model/facts/task-backup.ts";

/**
 * What the Backup Site Server task left: adopted only when its newest run is finished and the files are of
 * that run. Otherwise there is no set, and the source does not answer.
 */
export const taskBackup: Driver<TaskBackup> = {
  observe: (request, means) =>
    observing(async () => {
      const where = placeOf(request.site, request.source);
      const folders = foldersOf(request, means);
      await lookAtFolder({ path: folders.site.shown, what: "The task's folder", where }, means);
      return { facts: taskBackupLook.write(runFacts(await finishedRun(folders, where))) };
    }),

  async capture(request, means, sink) {
    const where = placeOf(request.site, request.source);
    const folders = foldersOf(request, means);
    const run = await finishedRun(folders, where);
    const problems: Problem[] = [];
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
    const now = await newestRun(folders.site.local);
    if (now?.startedAt !== run.startedAt) throw new ProblemError(startedAgain(where));
    const facts = taskBackupCapture.write({ ...runFacts(run), files });
    return { mode: "full", asOf: run.startedAt, facts, problems };
  },
};

interface TaskFolder {
  readonly shown: string;
  readonly local: string;
  /** Where the folder stands in the snapshot. */
  readonly prefix: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

interface TaskFolders {
  readonly site: TaskFolder;
  /** The database's part, which may be on its own server. */
  readonly database: TaskFolder;
  readonly all: readonly TaskFolder[];
}

/** The task's two parts become one set again, as the task writes it when both go to one place: PS1Backup. */
function foldersOf({ source, site }: ObserveRequest<TaskBackup>, means: Means): TaskFolders {
  const name = `${site.code}Backup`;
  const folder = (destination: string): TaskFolder => {
    const shown = joinPath(destination, name);
    return { shown, local: means.localPath(shown, source.on), prefix: name, include: [], exclude: [] };
  };
  const own = folder(source.site);
  const other = source.database === undefined ? own : folder(source.database);
  if (other.local === own.local) return { site: own, database: own, all: [own] };
  // What stands in the wrong place is left from the time before the two were apart.
  const part = "SiteDBServer";
  const rest = { ...own, exclude: [part, `${part}/**`] };
  return { site: own, database: other, all: [rest, { ...other, include: [`${part}/**`] }] };
}

async function newestRun(local: string): Promise<TaskRun | undefined> {
  const text = await readFile(joinPath(local, "smsbkup.log")).then(decodeText, () => "");
  return parseTaskLog(text).at(-1);
}

async function finishedRun(folders: TaskFolders, where: string): Promise<TaskRun> {
  const run = await newestRun(folders.site.local);
  if (!run) throw new ProblemError(neverRan(folders.site.shown, where));
  const problem = runProblem(run, where) ?? (await filesProblem(folders, run, where));
  if (problem) throw new ProblemError(problem);
  return run;
}

/**
 * Clocks of the log and of the disk differ a little, and a file's time may be rounded down to two seconds.
 */
const clockSlackMs = 2 * minute;

/** The metadata file is written last: it must be there, and be of this run. So must the database's part. */
async function filesProblem(
  { site, database }: TaskFolders,
  run: TaskRun,
  where: string,
): Promise<Problem | undefined> {
  const witnesses = [
    joinPath(site.local, "ConfigMgrBackup.ini"),
    joinPath(site.local, "SiteServer"),
    joinPath(database.local, "SiteDBServer"),
  ];
  for (const file of witnesses) {
    const entry = await statEntry(file).catch((thrown: NodeJS.ErrnoException) => thrown);
    if (entry instanceof Error)
      return fileProblem(entry, { where, path: file, what: "The task's backup set" });
    if (!entry) return setIncomplete(`${file} is not there`, where);
  }
  const metadata = (await statEntry(witnesses[0]!))!;
  if (metadata.modifiedAt >= run.startedAt - clockSlackMs) return undefined;
  return setIncomplete(`${witnesses[0]} is from before the run of ${formatMinute(run.startedAt)}`, where);
}

function runFacts(run: TaskRun) {
  return { run: taskRunState(run), runStartedAt: run.startedAt, runCompletedAt: run.completedAt };
}

function runProblem(run: TaskRun, where: string): Problem | undefined {
  const began = `The task's run of ${formatMinute(run.startedAt)}`;
  switch (taskRunState(run)) {
    case "finished":
      return undefined;
    case "failed":
      return {
        code: "task-run-failed",
        severity: "error",
        message: `${began} failed: ${run.failures[0]}`,
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
  }
}

function neverRan(shown: string, where: string): Problem {
  return {
    code: "task-run-not-finished",
    severity: "error",
    message: `The log in ${shown} shows no run of the task.`,
    where,
    hint: "Turn on the task Backup Site Server in the console, or remove the source from the policy.",
  };
}

function setIncomplete(what: string, where: string): Problem {
  return {
    code: "task-set-incomplete",
    severity: "error",
    message: `The task says that it finished, but ${what}.`,
    where,
    hint: "See whether something empties the folder, such as a robocopy /MIR in the wrong direction.",
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
