import { given } from "../../../core/base/given.ts";
import { type Problem, ProblemError } from "../../../core/base/problem.ts";
import type { FactsOf } from "../../../core/model/facts/codec.ts";
import { backupFacts } from "../../../core/model/facts/backup.ts";
import type { Sink } from "../../../core/model/offer.ts";
import type { CaptureMode } from "../../../core/model/repository/snapshot.ts";
import { takeBackups } from "../../../core/outside/facts/right.ts";
import { readHistory } from "../../access/sql/backup-history.ts";
import { readDataFiles } from "../../access/sql/database-facts.ts";
import { exactLsn } from "../../access/sql/lsn.ts";
import type { SqlMessage, SqlRunner } from "../../access/sql/sql-runner.ts";
import type { Captured, Means } from "../../driver.ts";
import { logGapProblem, movedBaseProblem, otherCheckpointProblem } from "./backup-chain.ts";
import { type BackupRequest, isCopyOnly, setNameOf, titleOf } from "./backup-request.ts";
import { requireWitness } from "./backup-rights.ts";
import { bothLocks, headerLocks } from "../keys/read-locks.ts";
import { progressOf, writeBackupStatement } from "./backup-statement.ts";
import { readBefore } from "./before-backup.ts";
import { factsOfProven, proveBackup, type ProvenBackup } from "./prove-backup.ts";
import { explained, withSql } from "../session/sql-session.ts";
import { readRoom, roomProblem, whileThereIsRoom } from "../staging/staging-space.ts";
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
} from "../staging/staging.ts";

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
    await requireWitness(request, working.sql);
    await requireRoom(request, working);
    const movesBase = request.mode !== "log" && !isCopyOnly(request);
    const before = await readBefore({ ...request, movesBase }, working);
    const task = {
      database: request.database,
      where: request.where,
      doing: `back up ${request.database.name}`,
      path: working.staging.sql,
    };
    await explained({ ...task, needs: [takeBackups] }, () => writeBackup(request, working, staged));
    const proven = await proveBackup(request, { ...working, server: before.facts.profile.server }, staged);
    const broken = await brokenChain(request, proven, working.sql);
    if (broken) {
      await cleanUp();
      return await backUp({ ...request, mode: "full" }, working, [...problems, broken]);
    }
    await offerBackup(request, working, staged);
    const locks = bothLocks(before.locks, headerLocks(proven.header?.encryptor));
    const facts = { ...before.facts, ...locks.facts, ...factsOfProven(proven, before.facts.profile) };
    const unseen = locks.problems.map((it): Problem => ({ ...it, severity: "risk" }));
    const told = [
      ...problems,
      ...before.problems,
      ...(proven.unverified ? [proven.unverified] : []),
      ...unseen,
    ];
    return { mode: request.mode, asOf: before.asOf, facts, problems: told, cleanUp };
  } catch (thrown) {
    throw await cleanedUp(thrown, cleanUp);
  }
}

/** Why what was written does not follow its base. It was taken between a look at the base and the backup. */
async function brokenChain(
  { mode, base, where, database }: BackupRequest,
  { header, record }: ProvenBackup,
  sql: SqlRunner,
): Promise<Problem | undefined> {
  const told = (key: "firstLsn" | "lastLsn" | "databaseBackupLsn") => {
    const digits = record?.[key];
    return digits === undefined ? header?.[key] : exactLsn(digits);
  };
  const [firstLsn, lastLsn] = [told("firstLsn"), told("lastLsn")];
  if (mode === "log")
    return logGapProblem(base, given({ firstLsn, lastLsn, fork: header?.firstFork }), where);
  if (mode !== "differential") return undefined;
  const laidOn = header?.differentialBaseGuid ?? record?.differentialBaseGuid;
  if (laidOn === undefined || movedBaseProblem(base, [laidOn], where) === undefined)
    return otherCheckpointProblem(base, told("databaseBackupLsn"), where);
  return movedBaseProblem(base, [laidOn], where, await readHistory(sql, database.name));
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
  const { bytes } = await readDataFiles(sql);
  const text = titleOf(request);
  const statement = writeBackupStatement({
    database: database.name,
    mode,
    path: staged.sql,
    name: setNameOf(staged),
    compression,
    copyOnly: isCopyOnly(request),
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
