import { readFile, writeFile } from "node:fs/promises";
import type { Problem, ProblemError } from "../../../core/base/problem.ts";
import { errorNumbers } from "../../../core/outside/sql/sql-errors.ts";
import { createDatabase, exportCertificate } from "../../../core/outside/facts/right.ts";
import { fileNotFound } from "../../../core/outside/site/windows.ts";
import { fileProblem } from "../../access/files/file-problems.ts";
import { probeCertificate } from "../../access/sql/key-queries.ts";
import { sqlProblem } from "../../access/sql/sql-problems.ts";
import { textCell } from "../../access/sql/sql-row.ts";
import { SqlError, type SqlRunner } from "../../access/sql/sql-runner.ts";
import { systemErrorOf } from "../../access/sql/system-error.ts";
import { quoteName, quoteText } from "../../access/sql/t-sql-text.ts";
import type { Means } from "../../driver.ts";
import { ask } from "../session/ask.ts";
import { placeIn, type SqlTask } from "../session/sql-session.ts";
import { removeStaged, stageFile, type StagedFile, type StagingFolder, stagingMismatch } from "./staging.ts";

/** What a trial came to. `not-asked`: nobody could try it, with the reason. */
export type Trial =
  { readonly is: "proven" } | { readonly is: "refuted" | "not-asked"; readonly why: Problem };

/** What is proven of a staging folder, each with files that hold nothing. */
export interface StagingProof {
  /** Files of this account there: made, read and deleted. */
  readonly ours: Trial;
  /** Such a file, found and read by SQL Server: the two names are one folder. */
  readonly seen: Trial;
  /** Files that SQL Server makes there. */
  readonly written: Trial;
  /** What SQL Server made, read and deleted by this account. */
  readonly taken: Trial;
}

/** Where files are tried, and with what. */
export interface Probe {
  /** A session in the database of the task: a certificate of it is what SQL Server writes. */
  readonly sql: SqlRunner;
  readonly means: Means;
  readonly staging: StagingFolder;
  readonly task: Omit<SqlTask, "doing">;
  readonly siteCode: string;
}

/**
 * Tries whether SQL Server and this account can pass files to each other in a folder, with files that hold
 * nothing: one of ours, of which SQL Server is asked what backup it is, and the public part of a certificate,
 * the one file that SQL Server makes without data of the site in it. Leaves none behind, or tells it.
 */
export async function probeStaging(probe: Probe): Promise<StagingProof> {
  const { ours, seen } = await tryOurs(probe);
  const bad = [ours, seen].find((it) => it.is === "refuted");
  if (bad?.is === "refuted") {
    // What SQL Server makes in another folder nobody takes away.
    const other = notAsked(bad.why);
    return { ours, seen, written: other, taken: other };
  }
  return { ours, seen, ...(await tryTheirs(probe)) };
}

const proven: Trial = { is: "proven" };

function refuted(why: Problem): Trial {
  return { is: "refuted", why };
}

function notAsked(why: Problem): Trial {
  return { is: "not-asked", why };
}

async function tryOurs(probe: Probe): Promise<Pick<StagingProof, "ours" | "seen">> {
  const { means, staging, siteCode, task } = probe;
  const staged = stageFile(means, staging, siteCode, "try");
  try {
    await writeFile(staged.file, "sitekeep");
    await readFile(staged.file);
  } catch (thrown) {
    const why = folderProblem(thrown, probe);
    await removeStaged([staged], { means, where: task.where });
    return { ours: refuted(why), seen: notAsked(why) };
  }
  let left: readonly Problem[] = [];
  let seen: Trial;
  try {
    seen = await trySeen(staged, probe);
  } finally {
    left = await removeStaged([staged], { means, where: task.where });
  }
  return { ours: left[0] ? refuted(left[0]) : proven, seen };
}

/** SQL Server refuses what is no backup only after it has read it. */
async function trySeen(staged: StagedFile, { sql, task, staging }: Probe): Promise<Trial> {
  try {
    await sql.batch(`RESTORE LABELONLY FROM DISK = ${quoteText(staged.sql)};`);
    return proven;
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown;
    if (isOneOf(thrown, notABackup)) return proven;
    if (!isOneOf(thrown, closed)) return notAsked(problemOf(thrown, task, staging, [createDatabase]));
    return refuted(
      notFound.includes(systemErrorOf(thrown))
        ? stagingMismatch(
            `${staged.sql} was made in ${staging.read}, and SQL Server finds no such file.`,
            task.where,
          )
        : problemOf(thrown, task, staging, []),
    );
  }
}

/** A session that is lost has tried nothing. */
function isRefusal(thrown: unknown): thrown is SqlError {
  return thrown instanceof SqlError && thrown.stage === "statement";
}

/** By these SQL Server tells that it has read the file, and by those that it could not. */
const notABackup = errorNumbers("no backup");
const closed = errorNumbers("staging closed");

function isOneOf(error: SqlError, numbers: typeof closed | typeof notABackup): boolean {
  return numbers.some((number) => error.has(number));
}

const notFound: readonly (number | undefined)[] = fileNotFound.numbers;

async function tryTheirs(probe: Probe): Promise<Pick<StagingProof, "written" | "taken">> {
  const { sql, means, staging, task, siteCode } = probe;
  const asked = await ask(sql, probeCertificate, { task, values: {} });
  const name = asked.is === "known" ? textCell(asked.value[0], "name") : undefined;
  if (name === undefined) {
    const why = notAsked(asked.is === "unknown" ? asked.why : noCertificate(task));
    return { written: why, taken: why };
  }
  const staged = stageFile(means, staging, siteCode, "try");
  try {
    await sql.batch(`BACKUP CERTIFICATE ${quoteName(name)} TO FILE = ${quoteText(staged.sql)};`);
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown;
    const why = problemOf(thrown, task, staging, [exportCertificate(name)]);
    return { written: isOneOf(thrown, closed) ? refuted(why) : notAsked(why), taken: notAsked(why) };
  }
  return { written: proven, taken: await take(staged, probe) };
}

async function take(staged: StagedFile, probe: Probe): Promise<Trial> {
  const { means, task, staging } = probe;
  const fault = await readFile(staged.file).then(
    () => undefined,
    (thrown: NodeJS.ErrnoException) =>
      thrown.code === "ENOENT"
        ? stagingMismatch(
            `SQL Server made ${staged.sql}, and there is no such file in ${staging.read}.`,
            task.where,
          )
        : folderProblem(thrown, probe),
  );
  const [left] = await removeStaged([staged], { means, where: task.where });
  const why = fault ?? left;
  return why ? refuted(why) : proven;
}

function folderProblem(thrown: unknown, { staging, task }: Probe): Problem {
  const what = "A file in the staging folder";
  return fileProblem(thrown as NodeJS.ErrnoException, { where: task.where, path: staging.read, what });
}

function problemOf(
  error: SqlError,
  task: Probe["task"],
  { sql: path }: StagingFolder,
  needs: NonNullable<SqlTask["needs"]>,
): Problem {
  return sqlProblem(error, placeIn({ ...task, doing: `try the folder ${path}`, path, needs }));
}

function noCertificate({ database, where }: Probe["task"]): Problem {
  return {
    code: "staging-not-tried",
    severity: "risk",
    message: `There is no certificate in ${database.name} that SQL Server could write as a harmless file.`,
    where,
    hint: "Nothing, where backups are taken: the first one tells the same.",
  };
}

/** Throws where a folder is not proven good enough for a file that holds a key. */
export async function requireProven(probe: Probe, refusal: (why: string) => ProblemError): Promise<void> {
  const { ours, seen, written, taken } = await probeStaging(probe);
  const bad = [ours, seen, written, taken].find((it) => it.is === "refuted");
  if (bad?.is === "refuted") throw refusal(bad.why.message);
  // Without either nobody knows where the file would come to lie.
  if (seen.is !== "proven" && taken.is !== "proven") throw refusal(seen.why.message);
}
