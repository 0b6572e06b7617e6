import { copyFile, readdir, rm } from "node:fs/promises";
import { day, type Instant, second } from "../../../core/base/instant.ts";
import { type Problem, ProblemError } from "../../../core/base/problem.ts";
import { aboutMachine } from "../../../core/base/subject.ts";
import type { DatabaseAddress } from "../../../core/model/policy/source.ts";
import { fileProblem } from "../../access/files/file-problems.ts";
import { statEntry } from "../../access/files/file-tree.ts";
import type { FoundEntry } from "../../access/files/found-entry.ts";
import { parseServerName } from "../../../core/base/server-name.ts";
import { textCell } from "../../access/sql/sql-row.ts";
import type { SqlRunner } from "../../access/sql/sql-runner.ts";
import { administrativeShare, joinPath } from "../../access/files/windows-path.ts";
import type { Means, TargetStaging } from "../../driver.ts";

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

/** Whose folder is looked for, and what names one where the server tells none. */
interface StagingPlace {
  readonly database: DatabaseAddress;
  readonly where: string;
  /** Absent: the policy's source does. */
  readonly cure?: string;
}

/**
 * The folder that is named, or SQL Server's own folder for backups. Where nobody says how this machine reads
 * it, it is a folder of the machine where SQL Server runs.
 */
export async function findStaging(
  staging: TargetStaging | undefined,
  place: StagingPlace,
  { means, sql }: { readonly means: Means; readonly sql: SqlRunner },
): Promise<StagingFolder> {
  if (staging?.read !== undefined) {
    const { sql: folder, read } = staging;
    return { sql: folder, read, local: means.localPath(read) };
  }
  const folder = staging?.sql ?? (await ownFolder(sql));
  if (folder === undefined) throw stagingNotNamed(place);
  const { host } = parseServerName(place.database.server);
  return { sql: folder, read: administrativeShare(folder, host), local: means.localPath(folder, host) };
}

async function ownFolder(sql: SqlRunner): Promise<string | undefined> {
  const [row] = await sql.query(
    "SELECT CAST(SERVERPROPERTY('InstanceDefaultBackupPath') AS nvarchar(260)) AS folder;",
  );
  return textCell(row, "folder");
}

function stagingNotNamed({ where, cure }: StagingPlace): ProblemError {
  return new ProblemError({
    code: "staging-not-named",
    severity: "error",
    message: "No folder is named where SQL Server may put backups, and the server does not tell its own.",
    where,
    hint: cure ?? "Add staging: { sql: 'E:\\stage', read: '\\\\SQLHOST\\stage$' } to the source.",
  });
}

/**
 * A name in the staging folder that nobody used before, and that tells whose it is:
 * `sitekeep_PS1_cm01-4711_k3m9….bak`.
 */
export function stageFile(
  means: Means,
  staging: StagingFolder,
  siteCode: string,
  extension: string,
): StagedFile {
  const name = `sitekeep_${siteCode}_${means.owner}_${means.nonce()}.${extension}`;
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
  throw new ProblemError(
    stagingMismatch(`SQL Server wrote ${staged.sql}, and there is no such file in ${staging.read}.`, where),
  );
}

/** Says that the two names of a folder are not one folder. */
export function stagingMismatch(message: string, where: string): Problem {
  return {
    code: "staging-mismatch",
    severity: "error",
    message,
    where,
    hint: "Make staging.sql and staging.read name the same folder: as the SQL Server service sees it, and as this machine does.",
  };
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

/** How a staged file is taken away, and told of where it stays. */
interface Removal {
  readonly means: Pick<Means, "sleep">;
  readonly where: string;
}

/** Removes staged files. Answers with a risk for each that stays behind. */
export async function removeStaged(
  files: readonly StagedFile[],
  { means, where }: Removal,
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const { file, sql } of files) {
    await removeFile(file, means).catch((thrown: NodeJS.ErrnoException) => {
      problems.push(remains(thrown, { path: sql, where }));
    });
  }
  return problems;
}

/**
 * Windows lets nobody delete what is open, and SQL Server may take a moment to close what it has given up.
 */
const removalsMax = 5;
const removeAgainMs = second / 2;

async function removeFile(file: string, { sleep }: Pick<Means, "sleep">): Promise<void> {
  for (let times = 1; ; times += 1) {
    try {
      return await rm(file, { force: true });
    } catch (thrown) {
      if (times === removalsMax) throw thrown;
      await sleep(removeAgainMs, never);
    }
  }
}

/** What a run leaves is taken away even when the run is stopped. */
const { signal: never } = new AbortController();

/** Extensions of files that hold a private key or a master key, under a password. */
const secretExtensions = /\.(key|pvk)$/;

function remains(
  thrown: NodeJS.ErrnoException,
  { path, where }: { readonly path: string; readonly where: string },
): Problem {
  const why = thrown.code ?? thrown.message;
  const about = aboutMachine({ kind: "file", path });
  if (secretExtensions.test(path))
    return {
      code: "key-file-left",
      severity: "risk",
      message: `${path} holds an exported key and can't be deleted (${why}): whoever may read it can try passwords on it for as long as it lies there.`,
      where,
      hint: "Delete it on the SQL Server now, and let the account that runs sitekeep delete what SQL Server makes there (docs/permissions.md).",
      about,
    };
  return {
    code: "staged-file-left",
    severity: "risk",
    message: `${path} can't be deleted (${why}), and takes room where SQL Server writes.`,
    where,
    hint: "Let the account that runs sitekeep delete what SQL Server makes there (docs/permissions.md); the next run tries again.",
    about,
  };
}

/**
 * Cleans up after work that has failed, and gives what is to be thrown for it: what stayed behind is told
 * with the cause, since a failed capture has no snapshot that could tell it.
 */
export async function cleanedUp(
  thrown: unknown,
  cleanUp: () => Promise<readonly Problem[]>,
): Promise<unknown> {
  const left = await cleanUp();
  if (left.length === 0 || !(thrown instanceof ProblemError)) return thrown;
  const { problem } = thrown;
  const words = left.map(({ message }) => message).join(" ");
  const told = {
    ...problem,
    message: `${problem.message} ${words}`,
    hint: `${problem.hint} ${left[0]!.hint}`,
  };
  return new ProblemError(told, { cause: thrown });
}

/** How old a staged file of an owner of whom nothing is known must be before it is taken for abandoned. */
const abandonedAfterMs = 2 * day;

/** The site, then who made it, which older versions left out. */
const stagedName = /^sitekeep_([A-Za-z0-9]+)_(?:([a-z0-9-]+)_)?[a-z0-9]+\.[a-z]+$/;

/**
 * Removes what processes of this machine left of this site that are proven to have ended, however new it is:
 * their files hold a site's data, or its keys, and take the room of the next backup. Answers with a risk for
 * each that holds a key and stays.
 */
export async function sweepEnded(
  staging: StagingFolder,
  siteCode: string,
  { means, where }: { readonly means: Means; readonly where: string },
): Promise<readonly Problem[]> {
  const ended = (await listStaged(staging, siteCode)).filter(
    ({ owner }) => owner !== undefined && means.isGone(owner),
  );
  const files = ended.map(({ name }) => ({
    sql: joinPath(staging.sql, name),
    file: joinPath(staging.local, name),
  }));
  const left = await removeStaged(files, { means, where });
  return left.filter(({ code }) => code === "key-file-left");
}

/**
 * Removes what other machines' runs, or those of older versions, left of this site. Nothing else in the
 * folder is touched. `now` is the time of a file that was written there this moment: file times are the
 * server's, whose clock is not ours, and a living run's file must stay.
 */
export async function sweepStaging(staging: StagingFolder, siteCode: string, now: Instant): Promise<void> {
  for (const { name } of await listStaged(staging, siteCode)) {
    const entry = await statEntry(joinPath(staging.local, name)).catch(() => undefined);
    if (entry && now - entry.modifiedAt > abandonedAfterMs)
      await rm(entry.file, { force: true }).catch(() => undefined);
  }
}

async function listStaged(
  { local }: StagingFolder,
  siteCode: string,
): Promise<readonly { readonly name: string; readonly owner: string | undefined }[]> {
  const names = await readdir(local).catch(() => []);
  return names.flatMap((name) => {
    const [, site, owner] = stagedName.exec(name) ?? [];
    return site === siteCode ? [{ name, owner }] : [];
  });
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
