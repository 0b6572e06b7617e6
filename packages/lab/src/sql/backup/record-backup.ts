import type { SqlValue } from "../../tds/sql-type.ts";
import { collationName, type Engine } from "../engine.ts";
import { isSince2022 } from "../product.ts";
import { newGuid } from "../guid.ts";
import type { BackupSet } from "./backup-set.ts";

/** Enters a successful backup into msdb, in server-local time. */
export function recordBackup(
  engine: Engine,
  set: BackupSet,
  device: { readonly name: string; readonly type: 2 | 7; readonly isSnapshot: boolean },
): void {
  const msdb = engine.attachments.attach(engine.findDatabase("msdb")!);
  const { db, alias } = msdb;
  const next = (table: string, column: string): number =>
    Number(db.prepare(`SELECT coalesce(max(${column}), 0) + 1 AS n FROM ${alias}.${table}`).get()!["n"]);
  const setId = next("backupset", "backup_set_id");
  // Media sets have numbers of their own: a join by the set's number would be wrong, and shall show it.
  const mediaId = next("backupmediaset", "media_set_id") + (setId === 1 ? 100 : 0);
  insert(engine, `${alias}.backupmediaset`, {
    media_set_id: mediaId,
    media_uuid: newGuid(),
    media_family_count: 1,
    software_name: "Microsoft SQL Server",
    software_vendor_id: 4608,
    mtf_major_version: 1,
    mirror_count: 1,
    is_password_protected: 0,
    is_compressed: Number(set.isCompressed),
    is_encrypted: Number(set.encryption !== undefined),
  });
  insert(engine, `${alias}.backupmediafamily`, {
    media_set_id: mediaId,
    family_sequence_number: 1,
    media_family_id: newGuid(),
    media_count: 1,
    physical_device_name: device.name,
    device_type: device.type,
    physical_block_size: 4096,
    mirror: 0,
  });
  insert(engine, `${alias}.backupset`, {
    ...setColumns(engine, set, device.isSnapshot),
    backup_set_id: setId,
    media_set_id: mediaId,
  });
}

function setColumns(engine: Engine, set: BackupSet, isSnapshot: boolean): Record<string, SqlValue> {
  const { database } = set;
  return {
    backup_set_uuid: set.setGuid,
    first_family_number: 1,
    first_media_number: 1,
    last_family_number: 1,
    last_media_number: 1,
    position: set.position,
    software_vendor_id: 4608,
    name: set.name,
    description: set.description,
    user_name: set.userName,
    software_major_version: engine.product.version[0],
    software_minor_version: engine.product.version[1],
    software_build_version: engine.product.version[2],
    time_zone: set.utcOffsetMinutes / 15,
    first_lsn: set.firstLsn,
    last_lsn: set.lastLsn,
    checkpoint_lsn: set.checkpointLsn,
    database_backup_lsn: set.databaseBackupLsn ?? "0",
    database_creation_date: engine.localTime(database.createdAtMs),
    backup_start_date: wholeSeconds(engine.localTime(set.startedAtMs)),
    backup_finish_date: wholeSeconds(engine.localTime(set.finishedAtMs)),
    type: set.type,
    sort_order: 52,
    code_page: 0,
    compatibility_level: engine.product.compatibilityLevel,
    database_version: engine.product.databaseVersion,
    backup_size: String(set.backupBytes),
    database_name: database.name,
    server_name: set.serverName,
    machine_name: set.serverName,
    flags: set.hasChecksums ? 528 : 512,
    unicode_locale: 1033,
    unicode_compare_style: 196_609,
    collation_name: collationName,
    is_password_protected: 0,
    recovery_model: database.recoveryModel,
    has_bulk_logged_data: 0,
    is_snapshot: Number(isSnapshot),
    is_readonly: 0,
    is_single_user: Number(database.isSingleUser),
    has_backup_checksums: Number(set.hasChecksums),
    is_damaged: 0,
    begins_log_chain: Number(set.beginsLogChain),
    has_incomplete_metadata: 0,
    is_force_offline: 0,
    is_copy_only: Number(set.isCopyOnly),
    first_recovery_fork_guid: database.forkGuid,
    last_recovery_fork_guid: database.forkGuid,
    database_guid: database.familyGuid,
    family_guid: database.familyGuid,
    differential_base_lsn: set.differentialBaseLsn,
    differential_base_guid: set.differentialBaseGuid,
    compressed_backup_size: String(set.compressedBytes),
    ...encryptionColumns(set),
    ...(isSince2022(engine.product) && { compression_algorithm: set.isCompressed ? "MS_XPRESS" : null }),
  };
}

function encryptionColumns({ encryption }: BackupSet): Record<string, SqlValue> {
  if (encryption === undefined) return {};
  return {
    key_algorithm: encryption.algorithm,
    encryptor_thumbprint: hexBytes(encryption.thumbprint),
    encryptor_type: "CERTIFICATE",
  };
}

/** Bytes that are written in hexadecimal. */
export function hexBytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "hex"));
}

/** The history knows no fractions of a second. */
export function wholeSeconds(text: string): string {
  return `${text.slice(0, 19)}.000`;
}

/** Enters a restore into msdb. */
export function recordRestore(
  engine: Engine,
  of: {
    readonly database: string;
    readonly user: string;
    readonly type: string;
    readonly options: readonly boolean[];
  },
): void {
  const { db, alias } = engine.attachments.attach(engine.findDatabase("msdb")!);
  const id = db
    .prepare(`SELECT coalesce(max(restore_history_id), 0) + 1 AS n FROM ${alias}.restorehistory`)
    .get()!;
  insert(engine, `${alias}.restorehistory`, {
    restore_history_id: Number(id["n"]),
    restore_date: engine.localTime(),
    destination_database_name: of.database,
    user_name: of.user,
    restore_type: of.type,
    replace: Number(of.options[0] ?? false),
    recovery: Number(of.options[1] ?? false),
  });
}

function insert(engine: Engine, table: string, row: Readonly<Record<string, SqlValue>>): void {
  const names = Object.keys(row);
  const marks = names.map(() => "?").join(", ");
  engine.attachments.db
    .prepare(`INSERT INTO ${table} (${names.map((it) => `"${it}"`).join(", ")}) VALUES (${marks})`)
    .run(...Object.values(row));
}
