import { join } from "node:path";
import type { Engine } from "../engine.ts";
import { newGuid } from "../guid.ts";
import type { DatabaseState } from "../instance-state.ts";
import type { BackupSet } from "./backup-set.ts";
import { PageFile, pageCountOf } from "./page-digests.ts";
import { recordBackup } from "./record-backup.ts";
import { describeDatabase, remember } from "./run-backup.ts";

/**
 * What a snapshot of another tool (VSS) leaves behind: a full backup in the history that is no copy, on a
 * device that nobody can read; it moves the differential base.
 */
export function takeSnapshotBackup(engine: Engine, database: DatabaseState, userName: string): BackupSet {
  const file = new PageFile(join(engine.folder, database.localFile));
  const digests = file.digests();
  file.close();
  const nowMs = engine.nowMs();
  const checkpointLsn = engine.advance(database, 2);
  const set: BackupSet = {
    position: 1,
    setGuid: newGuid(),
    name: null,
    description: null,
    type: "D",
    isCopyOnly: false,
    isCompressed: false,
    hasChecksums: false,
    userName,
    serverName: engine.serverName,
    database: describeDatabase(engine, database),
    startedAtMs: nowMs,
    utcOffsetMinutes: engine.state.utcOffsetMinutes,
    firstLsn: checkpointLsn,
    checkpointLsn,
    databaseBackupLsn: database.lastFullLsn,
    differentialBaseLsn: null,
    differentialBaseGuid: null,
    beginsLogChain: false,
    lastLsn: engine.advance(database, 1),
    finishedAtMs: nowMs,
    databasePages: pageCountOf(digests),
    dataPages: pageCountOf(digests),
    tailPages: 0,
    backupBytes: pageCountOf(digests) * 8192,
    compressedBytes: pageCountOf(digests) * 8192,
    digest: "",
  };
  remember(engine, database, { set, digests });
  recordBackup(engine, set, { name: `{${newGuid()}}1`, type: 7, isSnapshot: true });
  return set;
}
