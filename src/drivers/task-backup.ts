import { readFile } from "node:fs/promises";
import { given } from "../core/base/given.ts";
import { formatMinute, type Instant, minute } from "../core/base/instant.ts";
import { type Problem, ProblemError } from "../core/base/problem.ts";
import { logsFolder } from "../core/outside/site/install-folder.ts";
import {
  backupControl,
  backupDocument,
  setFolder,
  siteDatabaseFolder,
  siteServerFolder,
  sqlBackupDocument,
  taskLogBefore,
  taskLogFile,
} from "../core/outside/site/task-set.ts";
import type { TaskBackup } from "../core/model/policy/source.ts";
import { fileProblem } from "./access/files/file-problems.ts";
import { statEntry } from "./access/files/file-tree.ts";
import { decodeText } from "./access/formats/ini-file.ts";
import { parseTaskLog, type TaskRun, taskRunState } from "./access/formats/task-log.ts";
import { joinPath } from "./access/files/windows-path.ts";
import { checkDatabaseFiles } from "./parts/check-database-files.ts";
import type { Driver, Means, ObserveRequest } from "./driver.ts";
import { lookAtFolder } from "./parts/look-at-folder.ts";
import { observing } from "./parts/observing.ts";
import { offerTree } from "./parts/offer-tree.ts";
import { placeOf } from "./parts/session/sql-session.ts";
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
    const checked = await checkDatabaseFiles({ ...databasePart(folders), where }, means);
    const problems: Problem[] = [...checked.problems];
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
    const now = await newestRun(folders.logs);
    if (now?.startedAt !== run.startedAt) throw new ProblemError(startedAgain(where));
    const facts = taskBackupCapture.write({ ...runFacts(run), files, wholePages: checked.wholePages });
    return { mode: "full", asOf: run.startedAt, facts, problems };
  },
};

function databasePart({ database }: TaskFolders): { readonly local: string; readonly shown: string } {
  const within = (folder: string) => joinPath(folder, ...siteDatabaseFolder.path);
  return { local: within(database.local), shown: within(database.shown) };
}

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
  /** Where the task's log may be, the surest place first. */
  readonly logs: readonly string[];
}

/** The task's two parts become one set again, as the task writes it when both go to one place: PS1Backup. */
function foldersOf({ source, site }: ObserveRequest<TaskBackup>, means: Means): TaskFolders {
  const name = `${site.code}${setFolder.suffix}`;
  const folder = (destination: string): TaskFolder => {
    const shown = joinPath(destination, name);
    return { shown, local: means.localPath(shown, source.on), prefix: name, include: [], exclude: [] };
  };
  const own = folder(source.site);
  const local = (path: string) => means.localPath(path, source.on);
  const siteLogs =
    site.installFolder === undefined ? [] : [local(joinPath(site.installFolder, ...logsFolder.path))];
  const logs = [...siteLogs, local(source.site), own.local];
  const other = source.database === undefined ? own : folder(source.database);
  if (other.local === own.local) return { site: own, database: own, all: [own], logs };
  // What stands in the wrong place is left from the time before the two were apart.
  const [part] = siteDatabaseFolder.path;
  const rest = { ...own, exclude: [part, `${part}/**`] };
  return { site: own, database: other, all: [rest, { ...other, include: [`${part}/**`] }], logs };
}

/**
 * The newest run that any log tells of: the site keeps one among its own logs, others lie in the destination,
 * and one that is behind must not hide a run that is at work. Of one run the site's own log tells.
 */
async function newestRun(logs: readonly string[]): Promise<TaskRun | undefined> {
  const runs = (await Promise.all(logs.map(runIn))).filter((it) => it !== undefined);
  return runs.toSorted((left, right) => right.startedAt - left.startedAt)[0];
}

/** The newest run in one place. What was rolled over there belongs to the log. */
async function runIn(folder: string): Promise<TaskRun | undefined> {
  const parts = [taskLogBefore.name, taskLogFile.name].map((name) => joinPath(folder, name));
  const texts = await Promise.all(parts.map((path) => readFile(path).then(decodeText, () => "")));
  return parseTaskLog(texts.join("\n")).at(-1);
}

async function finishedRun(folders: TaskFolders, where: string): Promise<TaskRun> {
  const run = await newestRun(folders.logs);
  if (!run) throw new ProblemError(neverRan(folders.site.shown, where));
  const problem = runProblem(run, where) ?? (await filesProblem(folders, run, where));
  if (problem) throw new ProblemError(problem);
  return run;
}

/**
 * Clocks of the log and of the disk differ a little, and a file's time may be rounded down to two seconds.
 */
const clockSlackMs = 2 * minute;

/**
 * The site's part and the database's must be there, and what is written last must be of this run: which of
 * the documents that is depends on the version.
 */
async function filesProblem(folders: TaskFolders, run: TaskRun, where: string): Promise<Problem | undefined> {
  const { site, database } = folders;
  const parts = [
    joinPath(site.local, ...siteServerFolder.path),
    joinPath(database.local, ...siteDatabaseFolder.path),
  ];
  for (const folder of parts) {
    const entry = await lookAt(folder, where);
    if ("problem" in entry) return entry.problem;
    if (entry.modifiedAt === undefined) return setIncomplete(`${folder} is not there`, where);
  }
  const documents = [
    joinPath(site.local, ...backupDocument.path),
    joinPath(database.local, ...sqlBackupDocument.path),
    joinPath(site.local, ...backupControl.path),
  ];
  const written = await Promise.all(documents.map((it) => lookAt(it, where)));
  const newest = Math.max(...written.map((it) => ("problem" in it ? 0 : (it.modifiedAt ?? 0))));
  if (newest === 0) return setIncomplete(`${documents[0]} is not there`, where);
  if (newest >= run.startedAt - clockSlackMs) return undefined;
  return setIncomplete(`its documents are from before the run of ${formatMinute(run.startedAt)}`, where);
}

async function lookAt(
  path: string,
  where: string,
): Promise<{ readonly problem: Problem } | { readonly modifiedAt?: Instant }> {
  const entry = await statEntry(path).catch((thrown: NodeJS.ErrnoException) => thrown);
  if (entry instanceof Error)
    return { problem: fileProblem(entry, { where, path, what: "The task's backup set" }) };
  return given({ modifiedAt: entry?.modifiedAt });
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
