import { given } from "../../../core/base/given.ts";
import { day, formatMinute, hour, type Instant, minute } from "../../../core/base/instant.ts";
import type { Problem } from "../../../core/base/problem.ts";
import { completedAt, runWords, type TaskRun } from "../../../core/model/task-run.ts";
import {
  backupControl,
  backupDocument,
  siteDatabaseFolder,
  siteServerFolder,
  sqlBackupDocument,
} from "../../../core/outside/site/task-set.ts";
import { fileProblem } from "../../access/files/file-problems.ts";
import { statEntry } from "../../access/files/file-tree.ts";
import { joinPath } from "../../access/files/windows-path.ts";
import type { TaskFolder, TaskFolders } from "./task-folders.ts";

/**
 * Clocks of the log and of the disk differ a little, and a file's time may be rounded down to two seconds.
 */
const clockSlackMs = 2 * minute;

/**
 * Who copies a set without its times, or keeps it on a share whose clock is ahead, dates a document after the
 * run that wrote it. Half a day is less than from one daily run to the next.
 */
const lateMs = 12 * hour;

/** No run takes longer, as far as one is told to have begun and not to have ended. */
const longestRunMs = day;

/** A document with which the task ends one part of its set. */
export interface TaskDocument {
  /** Which part: the site server's, or the database's. */
  readonly part: "site" | "database";
  readonly path: string;
  readonly modifiedAt: Instant;
}

/** What of a set was found where the task leaves it. */
export interface FoundSet {
  readonly documents: readonly TaskDocument[];
  /** A folder of the set that is not there. */
  readonly lacks?: string;
  /** Why it could not be looked at. */
  readonly problem?: Problem;
}

/** Looks at the set's two parts, and at the documents with which the task ends them. */
export async function lookAtSet({ site, database }: TaskFolders, where: string): Promise<FoundSet> {
  const parts = [below(site, siteServerFolder.path), below(database, siteDatabaseFolder.path)];
  for (const { local, shown } of parts) {
    const found = await lookAt(local, where);
    if ("problem" in found) return { documents: [], problem: found.problem };
    if (found.modifiedAt === undefined) return { documents: [], lacks: shown };
  }
  const [own, ofDatabase, older] = await Promise.all([
    documentAt("site", below(site, backupDocument.path), where),
    documentAt("database", below(database, sqlBackupDocument.path), where),
    documentAt("site", below(site, backupControl.path), where),
  ]);
  const problem = own.problem ?? ofDatabase.problem;
  // The older form counts where the newer is not there.
  const documents = [own.documents[0] ?? older.documents[0], ofDatabase.documents[0]];
  return { documents: documents.flatMap((it) => it ?? []), ...given({ problem }) };
}

/** Whether what was found is of a run, and whole; and what of it nobody can tell. */
export function judgeSet(
  { documents, lacks, problem }: FoundSet,
  { run, folders, where }: { readonly run: TaskRun; readonly folders: TaskFolders; readonly where: string },
): { readonly problem?: Problem; readonly risks: readonly Problem[] } {
  const wrong = (it: Problem) => ({ problem: it, risks: [] });
  if (problem !== undefined) return wrong(problem);
  if (lacks !== undefined) return wrong(incomplete(`${lacks} is not there`, where));
  const isApart = folders.database !== folders.site;
  const ofSite = documents.find(({ part }) => part === "site");
  if (documents.length === 0 || (isApart && ofSite === undefined))
    return wrong(incomplete(`${below(folders.site, backupDocument.path).shown} is not there`, where));
  const others = documents.filter((it) => !isOf(run, it));
  const [other] = others;
  if (other !== undefined)
    return wrong(
      others.length === documents.length ? outdated(other, run, where) : ofAnotherRun(other, run, where),
    );
  // Older versions write one document for both parts.
  const isOlder = ofSite?.path === below(folders.site, backupControl.path).shown;
  const isProven = !isApart || isOlder || documents.length > 1;
  return { risks: isProven ? [] : [unproven(folders.database, where)] };
}

/** Whether a document was written while a run was at work. */
function isOf(run: TaskRun, { modifiedAt }: Pick<TaskDocument, "modifiedAt">): boolean {
  const end = completedAt(run) ?? run.startedAt + longestRunMs;
  return modifiedAt >= run.startedAt - clockSlackMs && modifiedAt <= end + lateMs;
}

interface Place {
  readonly local: string;
  readonly shown: string;
}

function below({ local, shown }: TaskFolder, path: readonly string[]): Place {
  return { local: joinPath(local, ...path), shown: joinPath(shown, ...path) };
}

async function documentAt(
  part: TaskDocument["part"],
  { local, shown }: Place,
  where: string,
): Promise<Pick<FoundSet, "documents" | "problem">> {
  const found = await lookAt(local, where);
  if ("problem" in found) return { documents: [], problem: found.problem };
  const { modifiedAt } = found;
  return { documents: modifiedAt === undefined ? [] : [{ part, path: shown, modifiedAt }] };
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

function incomplete(what: string, where: string): Problem {
  return {
    code: "task-set-incomplete",
    severity: "error",
    message: `The task says that it finished, but ${what}.`,
    where,
    hint: "See whether something empties the folder, such as a robocopy /MIR in the wrong direction.",
  };
}

function outdated(document: TaskDocument, run: TaskRun, where: string): Problem {
  return incomplete(
    `${document.path} is of ${formatMinute(document.modifiedAt)}, which is not within ${runWords(run)}`,
    where,
  );
}

const partWords = { site: "site server's", database: "database's" } as const;

function ofAnotherRun({ part, path, modifiedAt }: TaskDocument, run: TaskRun, where: string): Problem {
  return {
    code: "task-parts-differ",
    severity: "error",
    message: `The ${partWords[part]} part of the set is of another run: ${path} is of ${formatMinute(modifiedAt)}, and the other part is of ${runWords(run)}.`,
    where,
    hint: "Read smssqlbkup.log on the database's server, see whether the task may write to that place, and let it run again with `sitekeep task retry`.",
  };
}

function unproven({ shown }: TaskFolder, where: string): Problem {
  return {
    code: "task-part-unproven",
    severity: "risk",
    message: `Of which run the database's part in ${shown} is, nobody can tell: ${joinPath(shown, ...sqlBackupDocument.path)} is not there.`,
    where,
    hint: "Compare the dates of the files there with the last run by hand; where the task never writes that document, give both parts one place in the console.",
  };
}
