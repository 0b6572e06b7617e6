import { access } from "node:fs/promises";
import { type Problem, ProblemError } from "../../core/base/problem.ts";
import type { Snapshot } from "../../core/model/repository/snapshot.ts";
import type { DatabaseAddress, Source } from "../../core/model/policy/source.ts";
import { createDatabase, ownDatabase } from "../../core/outside/facts/right.ts";
import { fileTypes } from "../../core/outside/sql/sql-backups.ts";
import { checkStatement, restoreOptions } from "../../core/outside/sql/sql-statements.ts";
import { type BackedUpFile, readFileList } from "../access/sql/backup-header.ts";
import { readDatabaseFacts } from "../access/sql/database-facts.ts";
import { textCell } from "../access/sql/sql-row.ts";
import type { SqlRunner } from "../access/sql/sql-runner.ts";
import { quoteName, quoteText } from "../access/sql/t-sql-text.ts";
import { joinPath } from "../access/files/windows-path.ts";
import { progressOf } from "./backup/backup-statement.ts";
import { given } from "../../core/base/given.ts";
import type { Means, TargetStaging } from "../driver.ts";
import { explained, withSql } from "./session/sql-session.ts";
import { requireRestoreRoom } from "./staging/restore-room.ts";
import {
  cleanedUp,
  findStaging,
  putStaged,
  removeStaged,
  stageFile,
  type StagedFile,
  type StagingFolder,
  sweepEnded,
} from "./staging/staging.ts";

/** One database that is to be restored from the files of a chain. */
export interface RestoreRequest {
  /** Where to, and under which name. */
  readonly target: DatabaseAddress;
  /** Absent: SQL Server's own folder for backups. */
  readonly staging?: TargetStaging;
  readonly siteCode: string;
  readonly where: string;
  /** The full, then what is laid on it, as files of this machine. */
  readonly chain: readonly { readonly file: string; readonly mode: Snapshot["mode"] }[];
  readonly replace: boolean;
  /** Of the data files, as they were at the last backup of the chain. Absent: nothing tells it. */
  readonly dataBytes?: number | undefined;
}

/**
 * Restores a chain of backups as one database and checks it: every page by its checksum, the whole by DBCC
 * CHECKDB, and that neither Service Broker nor TRUSTWORTHY are on, so that a copy can't speak for the site.
 *
 * Refuses to touch a database that is there, unless `replace`. A restore that fails leaves no new database
 * behind.
 */
export async function restoreDatabase(request: RestoreRequest, means: Means): Promise<readonly string[]> {
  const { target, where, chain } = request;
  const master = { ...target, name: "master" };
  const doing = `restore ${target.name}`;
  return withSql(means, { database: master, where, doing }, async (sql) => {
    const existing = await readDatabaseFacts(sql, target.name);
    if (existing && !request.replace) throw wouldOverwrite(target, where);
    const place = { database: target, where, cure: nameStaging };
    const folder = await findStaging(request.staging, place, { means, sql });
    const staged = chain.map(() => stageFile(means, folder, request.siteCode, "bak"));
    const cleanUp = (): Promise<readonly Problem[]> => removeStaged(staged, { means, where });
    let hasBegun = false;
    try {
      await sweepEnded(folder, request.siteCode, { means, where });
      await requireRoom(request, { sql, means, folder, isNew: existing === undefined });
      for (const [at, link] of chain.entries()) await putStaged(link.file, staged[at]!, folder, where);
      const restoring = { sql, means, staged };
      const needs = [createDatabase, ...(existing ? [ownDatabase] : [])];
      const task = { database: target, where, doing, path: folder.sql, needs };
      hasBegun = true;
      const steps = await explained(task, () => restoreChain(request, restoring));
      steps.push(...(await checkRestored(request, sql, means)));
      const left = await cleanUp();
      return [...steps, ...left.map(({ message, hint }) => `${message} ${hint}`)];
    } catch (thrown) {
      if (hasBegun && !existing) await dropHalfDone(sql, target.name);
      throw await cleanedUp(thrown, cleanUp);
    }
  });
}

const nameStaging =
  "Name a folder of that server with --staging 'E:\\stage', and with --staging-read how this machine reaches it where that is not its administrative share.";

/** Data files that are there already give their room to those that take their place. */
async function requireRoom(
  { target, where, chain, dataBytes }: RestoreRequest,
  by: {
    readonly sql: SqlRunner;
    readonly means: Means;
    readonly folder: StagingFolder;
    readonly isNew: boolean;
  },
): Promise<void> {
  const dataFolder = by.isNew ? (await readFolders(by.sql)).data : undefined;
  const files = chain.map(({ file }) => file);
  const sizes = { target, where, staging: by.folder, files, ...given({ dataFolder, dataBytes }) };
  await requireRestoreRoom(sizes, by.means);
}

/** The backup file of a restored snapshot, or a problem when the folder does not hold it. */
export async function chainFile(folder: string, name: string, source: Source): Promise<string> {
  const file = joinPath(folder, name);
  await access(file).catch((thrown: unknown) => {
    const problem: Problem = {
      code: "backup-not-in-snapshot",
      severity: "error",
      message: `${name} is not among the restored files of ${source.name}.`,
      where: source.name,
      hint: "Restore the whole snapshot, then give it back.",
    };
    throw new ProblemError(problem, { cause: thrown });
  });
  return file;
}

interface Restoring {
  readonly sql: SqlRunner;
  readonly means: Means;
  readonly staged: readonly StagedFile[];
}

async function restoreChain(request: RestoreRequest, { sql, means, staged }: Restoring): Promise<string[]> {
  const { target, chain } = request;
  const name = quoteName(target.name);
  const steps: string[] = [];
  const run = (text: string, shown: string): Promise<unknown> =>
    sql.batch(text, {
      signal: means.signal,
      onMessage: (message) => {
        const share = progressOf(message);
        if (share !== undefined) means.report({ text: `${shown}, ${Math.round(share * 100)} %` });
      },
    });
  const moves = await moveClauses(sql, staged[0]!.sql, target.name);
  for (const [at, link] of chain.entries()) {
    const what = link.mode === "log" ? "LOG" : "DATABASE";
    const options: string[] = [...restoreOptions.always];
    if (at === 0) options.push(...moves, ...(request.replace ? [restoreOptions.replace] : []));
    const disk = quoteText(staged[at]!.sql);
    await run(
      `RESTORE ${what} ${name} FROM DISK = ${disk} WITH ${options.join(", ")};`,
      `restoring ${target.name}`,
    );
    steps.push(
      `Restored the ${link.mode} backup ${at + 1} of ${chain.length} to ${target.name}, every page checked.`,
    );
  }
  await run(`RESTORE DATABASE ${name} WITH ${restoreOptions.last};`, `recovering ${target.name}`);
  return [...steps, `Recovered ${target.name} on ${target.server}.`];
}

/**
 * Puts each file of the backup where the target instance keeps its own, under names that hold the new
 * database's.
 */
async function moveClauses(sql: SqlRunner, path: string, database: string): Promise<readonly string[]> {
  const files = await readFileList(sql, path);
  const own = await readFolders(sql);
  return files.map((file, at) => {
    const folder = own[file.type === fileTypes.values.log ? "log" : "data"] ?? parentOf(file.physicalName);
    const to = joinPath(folder, fileNameFor(file, at, database));
    return `MOVE ${quoteText(file.logicalName)} TO ${quoteText(to)}`;
  });
}

/** Where the instance keeps the files of databases, as far as it tells. */
async function readFolders(sql: SqlRunner): Promise<{ readonly data?: string; readonly log?: string }> {
  const [row] = await sql.query(
    `SELECT CAST(SERVERPROPERTY('InstanceDefaultDataPath') AS nvarchar(260)) AS data,
CAST(SERVERPROPERTY('InstanceDefaultLogPath') AS nvarchar(260)) AS log;`,
  );
  return given({ data: textCell(row, "data"), log: textCell(row, "log") });
}

function fileNameFor(file: BackedUpFile, at: number, database: string): string {
  if (file.type === fileTypes.values.log) return `${database}_log${at > 1 ? at : ""}.ldf`;
  if (file.type === fileTypes.values.data) return at === 0 ? `${database}.mdf` : `${database}_${at}.ndf`;
  return `${database}_${at}`;
}

function parentOf(path: string): string {
  return path.replace(/[\\/][^\\/]*$/, "");
}

async function checkRestored(
  request: RestoreRequest,
  sql: SqlRunner,
  means: Means,
): Promise<readonly string[]> {
  const { target, where } = request;
  const facts = await readDatabaseFacts(sql, target.name);
  if (facts?.state !== "ONLINE") throw checkFailed(request, `it is ${facts?.state ?? "not there"}`);
  if (facts.isBrokerEnabled) throw checkFailed(request, "its Service Broker is on");
  if (facts.isTrustworthy) throw checkFailed(request, "TRUSTWORTHY is on");
  means.report({ text: `checking ${target.name}` });
  const checking = { database: target, where, doing: `check ${target.name}`, needs: [ownDatabase] };
  const statement = `${checkStatement.statement} (${quoteText(target.name)}) WITH ${checkStatement.options};`;
  await explained(checking, () => sql.batch(statement, { signal: means.signal }));
  return [
    `${target.name} is online; Service Broker and TRUSTWORTHY are off.`,
    `DBCC CHECKDB found nothing wrong with ${target.name}.`,
  ];
}

/** Best effort: the error that led here is what counts. */
async function dropHalfDone(sql: SqlRunner, database: string): Promise<void> {
  const name = quoteName(database);
  await sql
    .batch(`IF DB_ID(${quoteText(database)}) IS NOT NULL DROP DATABASE ${name};`)
    .catch(() => undefined);
}

function wouldOverwrite(target: DatabaseAddress, where: string): ProblemError {
  return new ProblemError({
    code: "restore-would-overwrite",
    severity: "error",
    message: `${target.name} is already on ${target.server}.`,
    where,
    hint: `Restore under another name, or ask for the replacement of ${target.name}.`,
  });
}

function checkFailed({ target, where }: RestoreRequest, what: string): ProblemError {
  return new ProblemError({
    code: "restore-check-failed",
    severity: "error",
    message: `${target.name} was restored on ${target.server}, but ${what}.`,
    where,
    hint: "Don't let anything connect to it; drop it and look into the server's error log.",
  });
}
