import { closeSync, ftruncateSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { pageBytes } from "../database-file.ts";
import type { Engine } from "../engine.ts";
import { forgetDatabase } from "../execute/run-database.ts";
import type { DatabaseState } from "../instance-state.ts";
import { newGuid } from "../guid.ts";
import { compareLsn } from "../lsn.ts";
import { SqlError } from "../sql-error.ts";
import { PageFile, saveDigests } from "./page-digests.ts";
import { findTarget, type RestoreTarget } from "./restore-target.ts";
import { readImages, type SetReading, wholeEnd } from "./verify-backup.ts";

/** Restores a set into a database, which is left restoring. Returns the database. */
export async function restoreSet(name: string, reading: SetReading): Promise<DatabaseState> {
  const { start } = reading.set;
  if (start.type === "D") return restoreFull(name, reading);
  const database = restoringDatabase(reading.context.engine, name);
  if (start.type === "I") await applyDifferential(database, reading);
  else await applyLog(database, reading);
  return database;
}

async function restoreFull(name: string, reading: SetReading): Promise<DatabaseState> {
  const { engine } = reading.context;
  const end = wholeEnd(reading);
  const target = findTarget(engine, name, reading.set.start, reading.options);
  const id = target.existing?.id ?? engine.state.nextDatabaseId++;
  if (target.existing !== undefined) forgetDatabase(engine, target.existing);
  const database = describeRestored(name, id, reading, target);
  writeFileSync(join(engine.folder, target.localLog), Buffer.alloc(65_536));
  writeFileSync(join(engine.folder, target.localFile), "");
  engine.state.databases.push(database);
  engine.save();
  await writePages(database, reading);
  database.restoring!.redoLsn = end.lastLsn;
  if (!reading.set.start.isCopyOnly) rememberBase(engine, database);
  return database;
}

/** A restored database keeps what it was, but delivers no messages and is trusted no more. */
function describeRestored(
  name: string,
  id: number,
  reading: SetReading,
  target: RestoreTarget,
): DatabaseState {
  const { start } = reading.set;
  const { lastLsn } = wholeEnd(reading);
  const { isSingleUser: _, ...kept } = start.database;
  const base = start.isCopyOnly
    ? null
    : { lsn: start.checkpointLsn, guid: start.setGuid, atMs: start.startedAtMs };
  return {
    ...kept,
    id,
    name,
    owner: reading.context.client.login.user,
    isForeign: start.serverName !== reading.context.engine.serverName,
    localFile: target.localFile,
    localLog: target.localLog,
    dataFile: target.dataFile,
    logFile: target.logFile,
    isBrokerEnabled: false,
    isTrustworthyOn: false,
    isHonorBrokerPriorityOn: false,
    isSingleUser: false,
    lsn: lastLsn,
    differentialBase: base,
    lastFullLsn: start.checkpointLsn,
    logChainLsn: null,
    restoring: { redoLsn: lastLsn, baseGuid: start.setGuid },
  };
}

function rememberBase(engine: Engine, database: DatabaseState): void {
  const file = new PageFile(join(engine.folder, database.localFile));
  saveDigests(engine.folder, database.id, "full", file.digests());
  file.close();
}

function restoringDatabase(engine: Engine, name: string): DatabaseState {
  const database = engine.findDatabase(name);
  if (database === undefined || database.restoring === null) {
    throw new SqlError(
      3117,
      "The log or differential backup cannot be restored because no files are ready to rollforward.",
    );
  }
  return database;
}

async function applyDifferential(database: DatabaseState, reading: SetReading): Promise<void> {
  const { start } = reading.set;
  if (start.differentialBaseGuid !== database.restoring!.baseGuid) {
    throw new SqlError(
      3136,
      "This differential backup cannot be restored because the database has not been restored to the correct earlier state.",
    );
  }
  await writePages(database, reading);
  moveOn(database, wholeEnd(reading).lastLsn);
}

async function applyLog(database: DatabaseState, reading: SetReading): Promise<void> {
  const { start } = reading.set;
  const { lastLsn } = wholeEnd(reading);
  const { redoLsn } = database.restoring!;
  if (compareLsn(start.firstLsn, redoLsn) > 0) {
    const text = `The log in this backup set begins at LSN ${start.firstLsn}, which is too recent to apply to the database. An earlier log backup that includes LSN ${redoLsn} can be restored.`;
    throw new SqlError(4305, text);
  }
  if (compareLsn(lastLsn, redoLsn) < 0) {
    const text = `The log in this backup set terminates at LSN ${lastLsn}, which is too early to apply to the database. A more recent log backup that includes LSN ${redoLsn} can be restored.`;
    throw new SqlError(4326, text);
  }
  await writePages(database, reading);
  moveOn(database, lastLsn);
}

function moveOn(database: DatabaseState, lsn: string): void {
  database.restoring!.redoLsn = lsn;
  if (compareLsn(lsn, database.lsn) > 0) database.lsn = lsn;
}

/** Puts each page where it belongs; the bytes behind its body are free again. */
async function writePages(database: DatabaseState, reading: SetReading): Promise<void> {
  const file = openSync(join(reading.context.engine.folder, database.localFile), "r+");
  const page = Buffer.alloc(pageBytes);
  try {
    await readImages(reading, (pageId, body) => {
      page.set(body);
      writeSync(file, page, 0, pageBytes, pageId * pageBytes);
    });
    ftruncateSync(file, wholeEnd(reading).databasePages * pageBytes);
  } finally {
    closeSync(file);
  }
}

/** Ends a restore: the database can be used from now on. */
export function recover(engine: Engine, database: DatabaseState): void {
  database.restoring = null;
  // What is written from here on has the numbers of what was written after the backup: another fork of its
  // history.
  database.forkGuid = newGuid();
  engine.advance(database, 5);
  engine.save();
}
