import { type Problem, ProblemError } from "../../core/base/problem.ts";
import type { Sink } from "../../core/model/offer.ts";
import type { CaptureMode, Snapshot } from "../../core/model/repository/snapshot.ts";
import type { DatabaseAddress, Staging } from "../../core/model/policy/source.ts";
import { type BackupHeader, readBackupHeaders } from "../access/sql/backup-header.ts";
import { type BackupRecord, readHistory } from "../access/sql/backup-history.ts";
import { readDataFiles } from "../access/sql/database-facts.ts";
import { createDatabase, takeBackups } from "../../core/outside/facts/right.ts";
import { verifyStatement } from "../../core/outside/sql/sql-statements.ts";
import type { SqlMessage, SqlRunner } from "../access/sql/sql-runner.ts";
import { quoteText } from "../access/sql/t-sql-text.ts";
import { logGapProblem, movedBaseProblem } from "./backup-chain.ts";
import { bothLocks, headerLocks } from "./keys/read-locks.ts";
import { readBefore } from "./before-backup.ts";
import { progressOf, writeBackupStatement } from "./backup-statement.ts";
import type { Captured, Means } from "../driver.ts";
import { explained, withSql } from "./session/sql-session.ts";
import { readRoom, roomProblem, whileThereIsRoom } from "./staging/staging-space.ts";
import {
  cleanedUp,
  findStaged,
  findStaging,
  removeStaged,
  stageFile,
  type StagedFile,
  type StagingFolder,
  sweepEnded,
  sweepStaging,
} from "./staging/staging.ts";
import { backupFacts } from "../../core/model/facts/backup.ts";
import type { FactsOf } from "../../core/model/facts/codec.ts";

/** One database that is to be backed up. */
export interface BackupRequest {
  readonly database: DatabaseAddress;
  readonly siteCode: string;
  /** Absent: SQL Server's own folder for backups. */
  readonly staging?: Staging;
  readonly where: string;
  readonly mode: CaptureMode;
  readonly base?: Snapshot;
  readonly compression: boolean;
  /** Whether the policy has a word for it, for the cure where there is too little room. */
  readonly mayCompress: boolean;
  /**
   * A full that differentials or logs are to follow moves the base of the next differential. Without them it
   * is copy-only and disturbs no other tool's chain.
   */
  readonly startsChain: boolean;
}

/**
 * Backs a database up into its staging folder, checks the file and offers it.
 *
 * A differential whose base was moved by somebody else, and a log that leaves a gap behind its predecessor,
 * could be written and never be restored: a full is taken instead, and the answer's mode and problems say so.
 */
export async function captureDatabase(request: BackupRequest, means: Means, sink: Sink): Promise<Captured> {
  const made = await backUpDatabase(request, means, sink);
  return { ...made, facts: backupFacts.write(made.facts) };
}

/** Backs it up, and leaves its facts as they are: for whoever takes several backups into one snapshot. */
export async function backUpDatabase(request: BackupRequest, means: Means, sink: Sink): Promise<BackedUp> {
  const { database, where } = request;
  const doing = `back up ${database.name}`;
  return withSql(means, { database, where, doing }, async (sql) => {
    const staging = await findStaging(request.staging, request, { means, sql });
    const working = { means, sql, sink, staging };
    const keysLeft = await sweepEnded(staging, request.siteCode, { means, where });
    const moved = request.mode === "differential" ? await findMovedBase(request, sql) : undefined;
    if (moved) return backUp({ ...request, mode: "full" }, working, [...keysLeft, moved]);
    return backUp(request, working, keysLeft);
  });
}

async function findMovedBase(
  { database, base, where }: BackupRequest,
  sql: SqlRunner,
): Promise<Problem | undefined> {
  const { differentialBases } = await readDataFiles(sql);
  if (movedBaseProblem(base, differentialBases, where) === undefined) return undefined;
  return movedBaseProblem(base, differentialBases, where, await readHistory(sql, database.name));
}

/** How a backup is named in a snapshot. */
export function backupFileName(database: string, mode: CaptureMode): string {
  return `${database}.${mode}.bak`;
}

/** What a backup learnt. */
export interface BackedUp extends Omit<Captured, "facts"> {
  readonly facts: FactsOf<typeof backupFacts>;
}

interface Working {
  readonly means: Means;
  readonly sql: SqlRunner;
  readonly sink: Sink;
  readonly staging: StagingFolder;
}

async function backUp(
  request: BackupRequest,
  working: Working,
  problems: readonly Problem[],
): Promise<BackedUp> {
  const staged = stageFile(working.means, working.staging, request.siteCode, "bak");
  const { where } = request;
  const cleanUp = (): Promise<readonly Problem[]> => removeStaged([staged], { means: working.means, where });
  try {
    await requireRoom(request, working);
    const before = await readBefore(request, working);
    const task = {
      database: request.database,
      where: request.where,
      doing: `back up ${request.database.name}`,
      path: working.staging.sql,
    };
    await explained({ ...task, needs: [takeBackups] }, () => writeBackup(request, working, staged));
    const header = await explained({ ...task, needs: [createDatabase] }, () =>
      verifyBackup(request, working, staged),
    );
    const record = await findRecord(request, working.sql, header);
    const gap =
      request.mode === "log" ? logGapProblem(request.base, record?.firstLsn, request.where) : undefined;
    if (gap) {
      await cleanUp();
      return await backUp({ ...request, mode: "full" }, working, [...problems, gap]);
    }
    await offerBackup(request, working, staged);
    const locks = bothLocks(before.locks, headerLocks(header.encryptor));
    const facts = { ...before.facts, ...locks.facts, ...headerFacts(header), ...recordFacts(record) };
    const unseen = locks.problems.map((it): Problem => ({ ...it, severity: "risk" }));
    return { mode: request.mode, asOf: before.asOf, facts, problems: [...problems, ...unseen], cleanUp };
  } catch (thrown) {
    throw await cleanedUp(thrown, cleanUp);
  }
}

/** Better refused than begun: a volume that runs full takes down whatever else lies on it. */
async function requireRoom(request: BackupRequest, working: Working): Promise<void> {
  const problem = roomProblem(request, await readRoom(request, working), working.staging);
  if (problem === undefined) return;
  const nothing = `${problem.message} Nothing was written.`;
  throw new ProblemError({ ...problem, message: nothing });
}

async function writeBackup(request: BackupRequest, working: Working, staged: StagedFile): Promise<void> {
  const { sql, means } = working;
  const { database, mode, compression } = request;
  const copyOnly = mode === "full" && !request.startsChain;
  const { bytes } = await readDataFiles(sql);
  const text = titleOf(request);
  const statement = writeBackupStatement({
    database: database.name,
    mode,
    path: staged.sql,
    name: setName(staged),
    compression,
    copyOnly,
  });
  const onMessage = (message: SqlMessage): void => {
    const share = progressOf(message);
    if (share === undefined) return;
    // Only a full is as large as the data: of the others the size is not known before.
    means.report({
      text,
      ...(mode === "full" && { doneBytes: Math.round(bytes * share), totalBytes: bytes }),
    });
  };
  await whileThereIsRoom(request, working, (signal) => sql.batch(statement, { signal, onMessage }));
}

/** Lets SQL Server read the file again. The header must be that of the set just made. */
async function verifyBackup(
  request: BackupRequest,
  { sql, means }: Working,
  staged: StagedFile,
): Promise<BackupHeader> {
  // Whose set it is comes first: what is wrong with a foreign one says nothing about ours.
  const header = expectedHeader(request, setName(staged), await readBackupHeaders(sql, staged.sql));
  means.report({ text: `verifying the ${titleOf(request)}` });
  const verify = `${verifyStatement.statement} FROM DISK = ${quoteText(staged.sql)} WITH ${verifyStatement.option};`;
  await sql.batch(verify, { signal: means.signal });
  return header;
}

function setName({ sql }: StagedFile): string {
  return sql.split(/[\\/]/).at(-1)!;
}

function titleOf({ mode, database }: BackupRequest): string {
  return `${mode} backup of ${database.name}`;
}

function expectedHeader(
  request: BackupRequest,
  name: string,
  headers: readonly BackupHeader[],
): BackupHeader {
  const [header] = headers;
  const { database, mode, where } = request;
  const isOurs =
    headers.length === 1 &&
    header!.name === name &&
    header!.database.toLowerCase() === database.name.toLowerCase() &&
    header!.type === mode &&
    !header!.isDamaged;
  if (header && isOurs) return header;
  throw foreignSet(
    where,
    name,
    header ? `it holds ${header.type} ${header.database} (${header.name})` : "it is empty",
  );
}

/** The set's row in msdb, where it may be read. It must be the same set as the file's. */
async function findRecord(
  { database, where }: BackupRequest,
  sql: SqlRunner,
  header: BackupHeader,
): Promise<BackupRecord | undefined> {
  const records = await readHistory(sql, database.name, header.name);
  if (records === undefined) return undefined;
  const [record] = records;
  if (record?.setGuid === header.setGuid) return record;
  throw foreignSet(
    where,
    header.name,
    `its set is ${header.setGuid}, and msdb has ${record?.setGuid ?? "none"}`,
  );
}

async function offerBackup(request: BackupRequest, working: Working, staged: StagedFile): Promise<void> {
  const entry = await findStaged(staged, working.staging, request.where);
  await sweepStaging(working.staging, request.siteCode, entry.modifiedAt);
  await working.sink.offer({
    type: "file",
    path: backupFileName(request.database.name, request.mode),
    modifiedAt: Math.trunc(entry.modifiedAt),
    size: entry.size,
    locator: { file: staged.file },
    essential: true,
  });
}

function headerFacts(header: BackupHeader) {
  return {
    setGuid: header.setGuid,
    copyOnly: header.isCopyOnly,
    serverVersion: header.serverVersion,
    differentialBaseGuid: header.differentialBaseGuid,
  };
}

function recordFacts(record: BackupRecord | undefined) {
  if (!record) return { msdb: "not-readable" };
  const { firstLsn, lastLsn, checkpointLsn, databaseBackupLsn, finishedAt } = record;
  return {
    firstLsn,
    lastLsn,
    checkpointLsn,
    databaseBackupLsn,
    serverFinishedAt: record.zoneKnown ? finishedAt : undefined,
  };
}

function foreignSet(where: string, name: string, what: string): ProblemError {
  return new ProblemError({
    code: "backup-not-expected",
    severity: "error",
    message: `The staged file ${name} is not the backup that was just taken: ${what}.`,
    where,
    hint: "See who else writes to the staging folder, and run again.",
  });
}
