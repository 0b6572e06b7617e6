import { readdir, stat } from "node:fs/promises";
import { type Problem, ProblemError } from "../../core/base/problem.ts";
import { aboutMachine } from "../../core/base/subject.ts";
import { fileProblem } from "../access/files/file-problems.ts";
import { joinPath } from "../access/files/windows-path.ts";
import {
  checkDataFile,
  checkLogFile,
  DataFileError,
  UnknownFileError,
  type DataFileCheck,
} from "../access/formats/data-file.ts";
import { pageBytes } from "../access/formats/data-page.ts";
import type { Means } from "../driver.ts";

/** A folder of copied database files, as this machine reaches it and as the operator knows it. */
export interface DatabaseFolder {
  readonly local: string;
  readonly shown: string;
  readonly where: string;
}

/** What the pages of all files came to. */
export interface DatabaseFilesCheck {
  /** Pages in use that were read and found whole. */
  readonly wholePages: number;
  /** What could not be told of some of them. */
  readonly problems: readonly Problem[];
}

/**
 * Reads copied files of a database page by page, since whoever copied them did not: throws a problem where
 * one is no database file, was cut, or has pages that were changed since SQL Server wrote them.
 */
export async function checkDatabaseFiles(folder: DatabaseFolder, means: Means): Promise<DatabaseFilesCheck> {
  const names = (await reading(folder, "", () => readdir(folder.local))).toSorted();
  const data = names.filter((name) => /\.[mn]df$/i.test(name));
  if (!data.some((name) => /\.mdf$/i.test(name))) throw damaged(folder, "", "there is no .mdf file in it");
  const problems: Problem[] = [];
  for (const name of names.filter((it) => /\.ldf$/i.test(it))) {
    const read = await known(folder, name, (path) => checkLogFile(path));
    if ("unknown" in read) problems.push(read.unknown);
  }
  let wholePages = 0;
  for (const name of data) {
    const read = await known(folder, name, (path) => checkWithProgress(path, name, means));
    if ("unknown" in read) {
      problems.push(read.unknown);
      continue;
    }
    requireUnchanged(folder, name, read.value);
    wholePages += read.value.inUse - read.value.foreign.count - read.value.unproven;
    problems.push(...notProven(folder, name, read.value));
  }
  return { wholePages, problems };
}

/** What was read of a file; of one that is none of SQL Server's, as far as is known, that. */
async function known<Value>(
  folder: DatabaseFolder,
  name: string,
  work: (path: string) => Promise<Value>,
): Promise<{ readonly value: Value } | { readonly unknown: Problem }> {
  try {
    return { value: await reading(folder, name, work) };
  } catch (thrown) {
    if (!(thrown instanceof UnknownFileError)) throw thrown;
    return { unknown: unprovenFile(folder, name, `Whether it is whole is not known: ${thrown.message}.`) };
  }
}

async function checkWithProgress(path: string, name: string, means: Means): Promise<DataFileCheck> {
  const { size } = await stat(path);
  const onPages = (pages: number) =>
    means.report({ text: `checking the pages of ${name}`, doneBytes: pages * pageBytes, totalBytes: size });
  return checkDataFile(path, { signal: means.signal, onPages });
}

async function reading<Result>(
  folder: DatabaseFolder,
  name: string,
  work: (path: string) => Promise<Result>,
): Promise<Result> {
  try {
    return await work(joinPath(folder.local, name));
  } catch (thrown) {
    if (thrown instanceof DataFileError) throw damaged(folder, name, thrown.message);
    if (!(thrown instanceof Error) || !("code" in thrown) || thrown.name === "AbortError") throw thrown;
    const place = { where: folder.where, path: joinPath(folder.shown, name), what: "A file of the database" };
    throw new ProblemError(fileProblem(thrown as NodeJS.ErrnoException, place), { cause: thrown });
  }
}

function requireUnchanged(folder: DatabaseFolder, name: string, { changed, inUse }: DataFileCheck): void {
  if (changed.count === 0) return;
  const what = `${changed.count} of its ${inUse} pages in use were changed since SQL Server wrote them, the first is page ${changed.first[0]}`;
  throw damaged(folder, name, what);
}

/**
 * A page in use that is no page of the file yet may be one that SQL Server had not written when the copy was
 * made: its log holds it then. Nobody can tell it from one that was lost.
 */
function notProven(folder: DatabaseFolder, name: string, check: DataFileCheck): readonly Problem[] {
  const { foreign, unproven } = check;
  const parts = [
    ...(foreign.count === 0
      ? []
      : [`${foreign.count} hold no page of theirs, the first is page ${foreign.first[0]}`]),
    ...(unproven === 0 ? [] : [`${unproven} carry no checksum`]),
  ];
  if (parts.length === 0) return [];
  return [unprovenFile(folder, name, `Of its ${check.inUse} pages in use ${parts.join(", and ")}.`)];
}

function unprovenFile(folder: DatabaseFolder, name: string, what: string): Problem {
  const path = joinPath(folder.shown, name);
  return {
    code: "task-set-unproven",
    severity: "risk",
    message: `${path} is not proven. ${what}`,
    where: folder.where,
    hint: "Attach a copy of the files on another SQL Server and run DBCC CHECKDB; for checksums set PAGE_VERIFY CHECKSUM on the database.",
    about: aboutMachine({ kind: "file", path }),
  };
}

function damaged(folder: DatabaseFolder, name: string, what: string): ProblemError {
  const path = name === "" ? folder.shown : joinPath(folder.shown, name);
  return new ProblemError({
    code: "task-set-damaged",
    severity: "error",
    message: `${path} can't be relied on: ${what}.`,
    where: folder.where,
    hint: "Run DBCC CHECKDB on the database itself. If it is sound, let the task run again, and look at the disk that it writes to.",
    about: aboutMachine({ kind: "file", path }),
  });
}
