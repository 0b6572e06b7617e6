import { copyFile, readdir, rm } from "node:fs/promises";
import { day, type Instant } from "../../core/base/instant.ts";
import { type Problem, ProblemError } from "../../core/base/problem.ts";
import type { DatabaseAddress, Staging } from "../../core/model/policy/source.ts";
import { fileProblem } from "../access/files/file-problems.ts";
import { statEntry } from "../access/files/file-tree.ts";
import type { FoundEntry } from "../access/files/found-entry.ts";
import { parseServerName } from "../access/sql/server-name.ts";
import { textCell } from "../access/sql/sql-row.ts";
import type { SqlRunner } from "../access/sql/sql-runner.ts";
import { administrativeShare, joinPath } from "../access/files/windows-path.ts";
import type { Means } from "../driver.ts";

/** One file in the folder that SQL Server writes to, under the two names it has. */
export interface StagedFile {
  readonly sql: string;
  /** Local: by which this machine reads it. */
  readonly file: string;
}

/** A folder that SQL Server writes to, as a run knows it. */
export interface StagingFolder {
  /** The folder as the SQL Server service sees it. */
  readonly sql: string;
  /** The folder as the operator knows it from here. */
  readonly read: string;
  /** By which this machine reaches it. */
  readonly local: string;
}

/**
 * The folder that a source names, or SQL Server's own folder for backups, which is then read from the machine
 * where SQL Server runs.
 */
export async function findStaging(
  staging: Staging | undefined,
  { database, where }: { readonly database: DatabaseAddress; readonly where: string },
  { means, sql }: { readonly means: Means; readonly sql: SqlRunner },
): Promise<StagingFolder> {
  if (staging) return { ...staging, local: means.localPath(staging.read) };
  const [row] = await sql.query(
    "SELECT CAST(SERVERPROPERTY('InstanceDefaultBackupPath') AS nvarchar(260)) AS folder;",
  );
  const folder = textCell(row, "folder");
  if (folder === undefined) throw stagingNotNamed(where);
  const { host } = parseServerName(database.server);
  return { sql: folder, read: administrativeShare(folder, host), local: means.localPath(folder, host) };
}

function stagingNotNamed(where: string): ProblemError {
  return new ProblemError({
    code: "staging-not-named",
    severity: "error",
    message: "No folder is named where SQL Server may put backups, and the server does not tell its own.",
    where,
    hint: "Add staging: { sql: 'E:\\stage', read: '\\\\SQLHOST\\stage$' } to the source.",
  });
}

/** A name in the staging folder that nobody used before: `sitekeep_PS1_k3m9….bak`. */
export function stageFile(
  means: Means,
  staging: StagingFolder,
  siteCode: string,
  extension: string,
): StagedFile {
  const name = `sitekeep_${siteCode}_${means.nonce()}.${extension}`;
  return { sql: joinPath(staging.sql, name), file: joinPath(staging.local, name) };
}

/**
 * Looks at a file that SQL Server says it wrote. When it is not there, the two names of the staging folder
 * do not mean the same folder.
 */
export async function findStaged(
  staged: StagedFile,
  staging: StagingFolder,
  where: string,
): Promise<FoundEntry> {
  const entry = await readable(() => statEntry(staged.file), staging, where);
  if (entry && entry.size > 0) return entry;
  throw new ProblemError({
    code: "staging-mismatch",
    severity: "error",
    message: `SQL Server wrote ${staged.sql}, and there is no such file in ${staging.read}.`,
    where,
    hint: "Make staging.sql and staging.read name the same folder: as the SQL Server service sees it, and as this machine does.",
  });
}

/** Puts a file where SQL Server can read it. */
export async function putStaged(
  file: string,
  staged: StagedFile,
  staging: StagingFolder,
  where: string,
): Promise<void> {
  await readable(() => copyFile(file, staged.file), staging, where);
}

/** Removes staged files. Answers with a risk for each that stays behind. */
export async function removeStaged(files: readonly StagedFile[], where: string): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const { file, sql } of files) {
    await rm(file, { force: true, maxRetries: 3 }).catch((thrown: NodeJS.ErrnoException) => {
      problems.push(fileProblem(thrown, { where, path: sql, what: "A staged file", severity: "risk" }));
    });
  }
  return problems;
}

/** How old a staged file must be before it is taken for the rest of a run that died. */
const abandonedAfterMs = 2 * day;

/**
 * Removes what died runs left of this site. Nothing else in the folder is touched. `now` is the time of a
 * file that was written there this moment: file times are the server's, whose clock is not ours, and a living
 * run's file must stay.
 */
export async function sweepStaging(staging: StagingFolder, siteCode: string, now: Instant): Promise<void> {
  const folder = staging.local;
  const ours = new RegExp(`^sitekeep_${siteCode}_[a-z0-9]+\\.[a-z]+$`);
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((it) => ours.test(it))) {
    const entry = await statEntry(joinPath(folder, name)).catch(() => undefined);
    if (entry && now - entry.modifiedAt > abandonedAfterMs)
      await rm(entry.file, { force: true }).catch(() => undefined);
  }
}

async function readable<Result>(
  work: () => Promise<Result>,
  staging: StagingFolder,
  where: string,
): Promise<Result> {
  try {
    return await work();
  } catch (thrown) {
    const place = { where, path: staging.read, what: "The staging folder" };
    throw new ProblemError(fileProblem(thrown as NodeJS.ErrnoException, place), { cause: thrown });
  }
}
