import type { BackupStatement } from "../language/statement.ts";
import { isSecondary, recoveryModelOf } from "../availability.ts";
import { encryptorOf, findServerCertificate } from "../certificates.ts";
import { mayBackUp } from "../permissions.ts";
import { information, SqlError, toMessage, unsupported } from "../sql-error.ts";
import { newGuid } from "../guid.ts";
import type { Engine } from "../engine.ts";
import type { DatabaseState } from "../instance-state.ts";
import { evaluateText, type StatementContext } from "../execute/statement-context.ts";
import { type Options, readOptions } from "./backup-options.ts";
import type { BackedUpDatabase, BackupEncryption, SetStart } from "./backup-set.ts";
import { findWritable } from "./device-path.ts";
import { existsSync } from "node:fs";
import { MediaReader } from "./media-reader.ts";
import { isChanged, loadDigests, type PageDigests, pageCountOf, saveDigests } from "./page-digests.ts";
import { BackupAborted, Progress, renderRate } from "./progress.ts";
import { recordBackup } from "./record-backup.ts";
import { takeBackup, type TakenBackup, tellBackup } from "./take-backup.ts";

/** Runs BACKUP DATABASE or BACKUP LOG. Every failure ends in 3013, the cause before it. */
export async function runBackup(context: StatementContext, statement: BackupStatement): Promise<void> {
  refuseUnknown(context.engine, statement.what);
  try {
    await run(context, statement);
    context.sink.done();
  } catch (thrown) {
    if (thrown instanceof BackupAborted) return;
    throw terminate(context, thrown, `BACKUP ${statement.what}`);
  }
}

/** A product without the statement does not begin it: what it says is all. */
function refuseUnknown(engine: Engine, what: BackupStatement["what"]): void {
  if (!engine.isInForce("backup-unknown")) return;
  throw new SqlError(40_510, `Statement 'BACKUP ${what}' is not supported in this version of SQL Server.`);
}

/** Reports the cause, and gives the error that every failed backup or restore ends with. */
export function terminate(context: StatementContext, error: unknown, what: string): unknown {
  if (!(error instanceof SqlError) || error.number === 102) return error;
  context.sink.message(toMessage(error));
  return new SqlError(3013, `${what} is terminating abnormally.`);
}

async function run(context: StatementContext, statement: BackupStatement): Promise<void> {
  const { engine, client } = context;
  const database = engine.onlineDatabase(evaluateText(context, statement.database));
  if (!mayBackUp(client.login, database)) {
    const text = `BACKUP ${statement.what} permission denied in database '${database.name}'.`;
    throw new SqlError(262, text, { class: 14 });
  }
  if (context.counters.transactionDepth > 0) {
    throw new SqlError(3021, "Cannot perform a backup or restore operation within a transaction.");
  }
  const [device, ...others] = statement.devices.map((it) => evaluateText(context, it));
  if (others.length > 0) throw unsupported("backups to several devices");
  const options = readOptions(context, statement.options, "backup");
  checkReplica(engine, statement.what, database, options);
  checkKind(engine, statement.what, database, options);
  await exclusively(engine, database, async () => {
    const localFile = findWritable(engine, device!);
    const task = {
      spid: client.spid,
      command: `BACKUP ${statement.what}`,
      databaseId: database.id,
      startedAtMs: engine.nowMs(),
      percent: 0,
    };
    const began = performance.now();
    engine.tasks.add(task);
    try {
      const start = describeStart(context, { what: statement.what, database, options, localFile });
      const progress = new Progress(context, task, options);
      const job = { context, database, device: device!, localFile, start, options, task, progress };
      const taken = await takeBackup(job);
      remember(engine, database, taken);
      recordBackup(engine, taken.set, { name: device!, type: 2, isSnapshot: false });
      const pages = taken.set.dataPages + taken.set.tailPages;
      tellBackup(context, taken.set, renderRate(pages, performance.now() - began));
    } finally {
      engine.tasks.delete(task);
    }
  });
}

/** Backups and restores of one database come one after the other: the second is refused, not queued. */
async function exclusively(
  engine: Engine,
  database: DatabaseState,
  work: () => Promise<void>,
): Promise<void> {
  const name = database.name.toLowerCase();
  if (engine.busy.has(name)) {
    throw new SqlError(
      3023,
      "Backup, file manipulation operations (such as ALTER DATABASE ADD FILE) and encryption changes on a database must be serialized. Reissue the statement after the current backup or file manipulation operation is completed.",
    );
  }
  engine.busy.add(name);
  try {
    await work();
  } finally {
    engine.busy.delete(name);
  }
}

/** A secondary replica gives copies of the whole, and parts of the log: nothing that differentials need. */
function checkReplica(
  engine: Engine,
  what: "DATABASE" | "LOG",
  database: DatabaseState,
  options: Options,
): void {
  if (!isSecondary(engine, database)) return;
  const isAllowed = options.has("COPY_ONLY") === (what === "DATABASE") && !options.has("DIFFERENTIAL");
  if (isAllowed) return;
  const text = "This BACKUP or RESTORE command is not supported on a database mirror or secondary replica.";
  throw new SqlError(3059, text);
}

function checkKind(
  engine: Engine,
  what: "DATABASE" | "LOG",
  database: DatabaseState,
  options: Options,
): void {
  if (what === "LOG") {
    if (recoveryModelOf(engine, database) === "SIMPLE") {
      throw new SqlError(
        4208,
        "The statement BACKUP LOG is not allowed while the recovery model is SIMPLE. Use BACKUP DATABASE or change the recovery model using ALTER DATABASE.",
      );
    }
    if (database.logChainLsn === null) {
      throw new SqlError(4214, "BACKUP LOG cannot be performed because there is no current database backup.");
    }
  }
  if (!options.has("DIFFERENTIAL")) return;
  if (database.name === "master")
    throw new SqlError(
      3024,
      "You can only perform a full backup of the master database. Use BACKUP DATABASE to back up the entire master database.",
    );
  if (database.differentialBase === null) {
    throw new SqlError(
      3035,
      `Cannot perform a differential backup for database "${database.name}", because a current database backup does not exist. Perform a full database backup by reissuing BACKUP DATABASE, omitting the WITH DIFFERENTIAL option.`,
    );
  }
}

function describeStart(
  context: StatementContext,
  of: { what: "DATABASE" | "LOG"; database: DatabaseState; options: Options; localFile: string },
): SetStart {
  const { engine, client } = context;
  const { database, options } = of;
  const type = of.what === "LOG" ? "L" : options.has("DIFFERENTIAL") ? "I" : "D";
  const isCopyOnly = options.has("COPY_ONLY") && type !== "I";
  const checkpointLsn = engine.advance(database, 2);
  const isNew = options.has("INIT") || options.has("FORMAT");
  return {
    position: isNew ? 1 : nextPosition(of.localFile),
    setGuid: newGuid(),
    name: options.text("NAME"),
    description: options.text("DESCRIPTION"),
    type,
    isCopyOnly,
    isCompressed: options.has("COMPRESSION"),
    hasChecksums: options.has("CHECKSUM") || options.has("COMPRESSION"),
    userName: client.login.user,
    serverName: engine.serverName,
    database: describeDatabase(engine, database),
    ...(options.encryption !== undefined && { encryption: encryptionOf(context, options.encryption) }),
    startedAtMs: engine.nowMs(),
    utcOffsetMinutes: engine.state.utcOffsetMinutes,
    firstLsn: type === "L" ? database.logChainLsn! : checkpointLsn,
    checkpointLsn,
    databaseBackupLsn: database.lastFullLsn,
    differentialBaseLsn: type === "I" ? database.differentialBase!.lsn : null,
    differentialBaseGuid: type === "I" ? database.differentialBase!.guid : null,
    beginsLogChain: type === "L" && database.logChainLsn === database.lastFullLsn,
  };
}

/** The certificate that encrypts a backup: one of master's, which should have been exported before. */
function encryptionOf(
  context: StatementContext,
  { algorithm, certificate }: NonNullable<Options["encryption"]>,
): BackupEncryption {
  const found = findServerCertificate(
    context.engine,
    (it) => it.name.toLowerCase() === certificate.toLowerCase(),
  );
  if (found === undefined) {
    const text = `Cannot find the certificate '${certificate}', because it does not exist or you do not have permission.`;
    throw new SqlError(15_151, text);
  }
  if (found.backedUpAtMs === null) {
    const text =
      "Warning: The certificate used for encrypting the database encryption key has not been backed up. You should immediately back up the certificate and the private key associated with the certificate. If the certificate ever becomes unavailable or if you must restore or attach the database on another server, you must have backups of both the certificate and the private key or you will not be able to open the database.";
    context.sink.message(information(33_091, text));
  }
  return { algorithm: algorithm.toLowerCase(), thumbprint: Buffer.from(found.thumbprint).toString("hex") };
}

function nextPosition(localFile: string): number {
  if (!existsSync(localFile)) return 1;
  const reader = new MediaReader(localFile);
  try {
    return (reader.contents()?.sets.filter((it) => it.end !== undefined).length ?? 0) + 1;
  } finally {
    reader.close();
  }
}

/** The database as a backup set tells of it. */
export function describeDatabase(engine: Engine, database: DatabaseState): BackedUpDatabase {
  const { name, createdAtMs, familyGuid, forkGuid, fileGuid, brokerGuid } = database;
  const tdeThumbprint = encryptorOf(engine, database);
  const recoveryModel = recoveryModelOf(engine, database);
  const { logicalData, logicalLog, dataFile, logFile, siteCode, isSingleUser } = database;
  return {
    name, createdAtMs, familyGuid, forkGuid, fileGuid, brokerGuid, recoveryModel, logicalData, logicalLog, dataFile,
    logFile, siteCode, isSingleUser, ...(tdeThumbprint !== undefined && { tdeThumbprint }),
  }; // prettier-ignore
}

/** Moves the differential base and the log chain on, as the backup's kind demands. */
export function remember(engine: Engine, database: DatabaseState, { set, digests }: TakenBackup): void {
  const isBase = set.type === "D" && !set.isCopyOnly;
  if (isBase) {
    database.differentialBase = { lsn: set.checkpointLsn, guid: set.setGuid, atMs: set.startedAtMs };
    database.lastFullLsn = set.checkpointLsn;
    saveDigests(engine.folder, database.id, "full", digests);
  }
  if (recoveryModelOf(engine, database) === "FULL") rememberLog(engine, database, set, digests);
  engine.save();
}

function rememberLog(
  engine: Engine,
  database: DatabaseState,
  set: TakenBackup["set"],
  digests: PageDigests,
): void {
  const startsChain = database.logChainLsn === null && set.type === "D" && !set.isCopyOnly;
  const endsLog = set.type === "L" && !set.isCopyOnly;
  if (startsChain) database.logChainLsn = set.checkpointLsn;
  if (endsLog) database.logChainLsn = set.lastLsn;
  if (startsChain || endsLog) {
    saveDigests(engine.folder, database.id, "log", digests);
    saveDigests(engine.folder, database.id, "log-changes", Buffer.alloc(0));
  } else if (database.logChainLsn !== null) {
    markChanges(engine, database, digests);
  }
}

/** Remembers which pages differ now, for a log backup that covers this moment too. */
function markChanges(engine: Engine, database: DatabaseState, digests: PageDigests): void {
  const base = loadDigests(engine.folder, database.id, "log");
  const before = loadDigests(engine.folder, database.id, "log-changes");
  const marks = Buffer.alloc(Math.max(before.length, pageCountOf(digests)));
  before.copy(marks);
  for (let page = 0; page < pageCountOf(digests); page++) if (isChanged(base, digests, page)) marks[page] = 1;
  saveDigests(engine.folder, database.id, "log-changes", marks);
}
