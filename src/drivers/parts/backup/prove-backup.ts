import type { Fact } from "../../../core/base/fact.ts";
import { given } from "../../../core/base/given.ts";
import { type Problem, ProblemError } from "../../../core/base/problem.ts";
import type { DatabaseProfile } from "../../../core/model/facts/database-profile.ts";
import { createDatabase } from "../../../core/outside/facts/right.ts";
import { errorNumbers } from "../../../core/outside/sql/sql-errors.ts";
import { verifyStatement } from "../../../core/outside/sql/sql-statements.ts";
import { type BackupHeader, readBackupHeaders } from "../../access/sql/backup-header.ts";
import { type BackupRecord, readHistory } from "../../access/sql/backup-history.ts";
import { digitsOf } from "../../access/sql/lsn.ts";
import { sqlProblem } from "../../access/sql/sql-problems.ts";
import { SqlError, type SqlRunner } from "../../access/sql/sql-runner.ts";
import { quoteText } from "../../access/sql/t-sql-text.ts";
import type { Means } from "../../driver.ts";
import { unverifiedProblem } from "./backup-rights.ts";
import { type BackupRequest, setNameOf, titleOf } from "./backup-request.ts";
import { whyNotOurs, whyNotRecorded } from "./judge-header.ts";
import { whyOfOtherServer } from "./judge-server.ts";
import { explained, placeIn } from "../session/sql-session.ts";
import type { StagedFile, StagingFolder } from "../staging/staging.ts";

/** What is known of a backup that was just written: by its own header, and by the server's history. */
export interface ProvenBackup {
  /** Absent: the login may not read it. Then there is a `record`. */
  readonly header?: BackupHeader;
  /** Absent: the login may not read `msdb`. Then there is a `header`. */
  readonly record?: BackupRecord;
  /** Why the server has not read the backup again. Absent: it has, and found nothing wrong. */
  readonly unverified?: Problem;
}

interface By {
  readonly sql: SqlRunner;
  /** What the server that was asked for the backup calls itself. */
  readonly server: Fact<string>;
  readonly means: Means;
  readonly staging: StagingFolder;
}

/**
 * Lets SQL Server read a staged file again, and judges whether it holds the backup that was just taken: by
 * its header, and by the set's row in `msdb`. A login that may do neither proves nothing, and that is
 * refused; with the row alone the backup counts as one that nobody has verified. Rejects with a problem for a
 * file of somebody else's, and for one that does not read back.
 */
export async function proveBackup(request: BackupRequest, by: By, staged: StagedFile): Promise<ProvenBackup> {
  const task = taskOf(request, by);
  return explained(task, async () => {
    const { value: header, refused } = await ifPermitted(() => readHeader(request, by, staged), task);
    const verified =
      refused === undefined ? await ifPermitted(() => verify(request, by, staged), task) : { refused };
    const record = await findRecord(request, by.sql, { name: setNameOf(staged), ...given({ header }) });
    if (header === undefined && record === undefined) throw new ProblemError(refused!);
    const unverified = verified.refused && unverifiedProblem(task, verified.refused.hint);
    return given({ header, record, unverified });
  });
}

function taskOf({ database, where }: BackupRequest, { staging }: By) {
  const doing = `back up ${database.name}`;
  return { database, where, doing, path: staging.sql, needs: [createDatabase] };
}

/** What a login may not do is an answer here: everything else that the server says is none. */
async function ifPermitted<Value>(
  work: () => Promise<Value>,
  task: ReturnType<typeof taskOf>,
): Promise<{ readonly value?: Value; readonly refused?: Problem }> {
  try {
    return { value: await work() };
  } catch (thrown) {
    const isRefused =
      thrown instanceof SqlError && errorNumbers("right missing").some((number) => thrown.has(number));
    if (!isRefused) throw thrown;
    return { refused: sqlProblem(thrown, placeIn(task)) };
  }
}

/** Whose set it is comes first: what is wrong with a foreign one says nothing about ours. */
async function readHeader(request: BackupRequest, by: By, staged: StagedFile): Promise<BackupHeader> {
  const { database, where, siteCode } = request;
  const headers = await readBackupHeaders(by.sql, staged.sql);
  const name = setNameOf(staged);
  const asking = { task: { database, where }, values: { siteCode, database: database.name } };
  const why =
    whyNotOurs(headers, request, name) ??
    (await whyOfOtherServer(headers[0]?.server, by.server, { sql: by.sql, asking }));
  if (why !== undefined) throw foreignSet(where, name, why);
  return headers[0]!;
}

async function verify(request: BackupRequest, { sql, means }: By, staged: StagedFile): Promise<void> {
  means.report({ text: `verifying the ${titleOf(request)}` });
  const { statement, option } = verifyStatement;
  await sql.batch(`${statement} FROM DISK = ${quoteText(staged.sql)} WITH ${option};`, {
    signal: means.signal,
  });
}

/** The newest row of the set's name in msdb, where it may be read. It must be the same set as the file's. */
async function findRecord(
  { database, where, mode }: BackupRequest,
  sql: SqlRunner,
  { name, header }: { readonly name: string; readonly header?: BackupHeader },
): Promise<BackupRecord | undefined> {
  const records = await readHistory(sql, database.name, name);
  if (records === undefined) return undefined;
  const [record] = records;
  const isOurs = header === undefined ? record?.type === mode : record?.setGuid === header.setGuid;
  if (record !== undefined && isOurs) {
    const why = header && whyNotRecorded(header, record);
    if (why !== undefined) throw foreignSet(where, name, why);
    return record;
  }
  const has = `msdb has ${header === undefined ? (record?.type ?? "none") : (record?.setGuid ?? "none")}`;
  throw foreignSet(where, name, `${header ? `its set is ${header.setGuid}` : `it is a ${mode}`}, and ${has}`);
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

/** What is written down of a backup. */
export function factsOfProven({ header, record, unverified }: ProvenBackup, profile: DatabaseProfile) {
  const { engineVersion } = profile;
  const version = engineVersion.is === "known" ? engineVersion.value : "unknown";
  return {
    setGuid: header?.setGuid ?? record!.setGuid,
    copyOnly: header?.isCopyOnly ?? record!.isCopyOnly,
    serverVersion: header?.serverVersion ?? version,
    differentialBaseGuid: header?.differentialBaseGuid ?? record?.differentialBaseGuid,
    verified: unverified === undefined,
    backupBytes: header?.bytes,
    storedBytes: header?.storedBytes,
    family: header?.family,
    fork: header?.fork,
    encryption: header?.algorithm,
    ...(record ? recordFacts(record) : headerFacts(header!)),
  };
}

/** The runner may have rounded what a header tells of its log: then it is not known. */
function headerFacts({ firstLsn, lastLsn, checkpointLsn, databaseBackupLsn }: BackupHeader) {
  return {
    msdb: "not-readable",
    firstLsn: digitsOf(firstLsn),
    lastLsn: digitsOf(lastLsn),
    checkpointLsn: digitsOf(checkpointLsn),
    databaseBackupLsn: digitsOf(databaseBackupLsn),
  };
}

function recordFacts(record: BackupRecord) {
  const { firstLsn, lastLsn, checkpointLsn, databaseBackupLsn, finishedAt } = record;
  return {
    firstLsn,
    lastLsn,
    checkpointLsn,
    databaseBackupLsn,
    serverFinishedAt: record.zoneKnown ? finishedAt : undefined,
  };
}
