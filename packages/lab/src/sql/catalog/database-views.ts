import { statSync } from "node:fs";
import { join } from "node:path";
import { groupOfDatabase, recoveryModelOf } from "../availability.ts";
import { listTrackedTables, readChangeTracking } from "../change-tracking.ts";
import { type Client, collationName, type Engine } from "../engine.ts";
import { encryptorOf, masterKeyOf } from "../certificates.ts";
import type { SqlValue } from "../../tds/sql-type.ts";
import { sidOf } from "../sid.ts";
import { type DatabaseState, isOnline, stateOf } from "../instance-state.ts";
import { may, seesDatabase, seesObject } from "../permissions.ts";
import { objectId } from "./user-objects.ts";
import { PageFile } from "../backup/page-digests.ts";
import type { GeneratedView } from "./generated-relation.ts";

/** Databases that can be read; those that are offline or in the middle of a restore can't. */
function online(engine: Engine): readonly DatabaseState[] {
  return engine.state.databases.filter(isOnline);
}

/** Databases of which each client is shown its own, and others by a right. */
export function databases(engine: Engine, client: Client, current: DatabaseState): GeneratedView {
  const shown = engine.state.databases.filter((it) => it === current || seesDatabase(client.login, it));
  return {
    columns: [
      "name sysname", "database_id int", "source_database_id int", "owner_sid varbinary(85)", "create_date datetime",
      "compatibility_level tinyint", "collation_name sysname", "user_access tinyint", "user_access_desc nvarchar(60)",
      "is_read_only bit", "state tinyint", "state_desc nvarchar(60)", "is_in_standby bit",
      "snapshot_isolation_state tinyint", "is_read_committed_snapshot_on bit", "recovery_model tinyint",
      "recovery_model_desc nvarchar(60)", "page_verify_option tinyint", "page_verify_option_desc nvarchar(60)",
      "is_trustworthy_on bit", "service_broker_guid uniqueidentifier", "is_broker_enabled bit",
      "is_honor_broker_priority_on bit", "is_encrypted bit", "log_reuse_wait_desc nvarchar(60)",
      "replica_id uniqueidentifier", "group_database_id uniqueidentifier", "is_master_key_encrypted_by_server bit",
      "is_cdc_enabled bit", "containment tinyint",
    ], // prettier-ignore
    rows: shown.map((it) => [
      it.name, it.id, null, sidOf(ownerOf(engine, it)), engine.localTime(it.createdAtMs), engine.product.compatibilityLevel,
      isOnline(it) ? collationOf(engine) : null, it.isSingleUser ? 1 : 0, it.isSingleUser ? "SINGLE_USER" : "MULTI_USER",
      0, ...stateOf(it), 0, 1,
      Number(it.siteCode !== null), ...recoveryOf(engine, it), ...pageVerifyOf(engine),
      ...brokerOf(engine, it),
      Number(encryptorOf(engine, it) !== undefined),
      it.logChainLsn === null ? "NOTHING" : "LOG_BACKUP", ...groupOf(engine, it), Number(hasOpenMasterKey(engine, it)),
      0, 0,
    ]), // prettier-ignore
  };
}

function collationOf(engine: Engine): string {
  return engine.isInForce("foreign-collation") ? "Latin1_General_CI_AS" : collationName;
}

function pageVerifyOf(engine: Engine): readonly [number, string] {
  return engine.isInForce("page-verify-none") ? [0, "NONE"] : [2, "CHECKSUM"];
}

/** Replica and database, as a member of an availability group has them. */
function groupOf(engine: Engine, database: DatabaseState): readonly (string | null)[] {
  const group = groupOfDatabase(engine, database);
  return group === undefined ? [null, null] : [group.replicas[0].id, database.familyGuid];
}

/** A database that was restored by hand is its restorer's, and is neither trusted nor heard. */
function isSetBack(engine: Engine, { siteCode }: DatabaseState): boolean {
  return siteCode !== null && engine.isInForce("site-settings-lost");
}

function ownerOf(engine: Engine, database: DatabaseState): string {
  return database.owner ?? (isSetBack(engine, database) ? "labadmin" : "sa");
}

/** Trustworthiness, the broker's GUID, whether it delivers, and whether by priority. */
function brokerOf(engine: Engine, database: DatabaseState): readonly SqlValue[] {
  const { isTrustworthyOn, brokerGuid, isBrokerEnabled, isHonorBrokerPriorityOn } = database;
  const isKept = !isSetBack(engine, database);
  return [
    Number(isKept && isTrustworthyOn),
    brokerGuid,
    Number(isKept && isBrokerEnabled),
    Number(isKept && isHonorBrokerPriorityOn),
  ];
}

function recoveryOf(engine: Engine, database: DatabaseState): readonly SqlValue[] {
  const model = recoveryModelOf(engine, database);
  return [model === "FULL" ? 1 : 3, model];
}

/** Whether the server's own key opens the master key: not where the database came from another server. */
function hasOpenMasterKey(engine: Engine, database: DatabaseState): boolean {
  if (!isOnline(database) || database.isForeign === true) return false;
  return masterKeyOf(engine, database) !== undefined;
}

const fileColumns = [
  "file_id int", "file_guid uniqueidentifier", "type tinyint", "type_desc nvarchar(60)", "data_space_id int",
  "name sysname", "physical_name nvarchar(260)", "state tinyint", "state_desc nvarchar(60)", "size int", "max_size int",
  "growth int", "is_read_only bit", "is_percent_growth bit", "create_lsn numeric(25,0)", "differential_base_lsn numeric(25,0)",
  "differential_base_guid uniqueidentifier", "differential_base_time datetime", "redo_start_lsn numeric(25,0)",
  "backup_lsn numeric(25,0)",
]; // prettier-ignore

function fileRows(engine: Engine, database: DatabaseState) {
  const { id, differentialBase: base, restoring } = database;
  const state = stateOf(database);
  const pages = (file: string): number => pagesOf(join(engine.folder, file));
  return [
    [
      1, database.fileGuid, 0, "ROWS", 1, database.logicalData, database.dataFile, ...state, pages(database.localFile), -1,
      8192, 0, 0, null, base?.lsn ?? null, base?.guid ?? null, base === null ? null : engine.localTime(base.atMs),
      restoring?.redoLsn ?? null, null,
    ],
    [
      2, null, 1, "LOG", 0, database.logicalLog, database.logFile, ...state, pages(database.localLog), 268_435_456, 8192, 0, 0,
      null, null, null, null, null, null,
    ],
  ].map((row) => ({ id, row })); // prettier-ignore
}

function pagesOf(path: string): number {
  return Math.ceil(statSync(path).size / 8192);
}

export function databaseFiles(engine: Engine, current: DatabaseState): GeneratedView {
  return { columns: fileColumns, rows: fileRows(engine, current).map(({ row }) => row) };
}

/**
 * What FILEPROPERTY answers about a file of the current database, by its logical name; NULL for other files
 * and other properties.
 */
export function fileProperty(
  engine: Engine,
  current: DatabaseState,
  { file, property }: { readonly file: string; readonly property: string },
): number | null {
  const isData = isSame(file, current.logicalData);
  if (!isData && !isSame(file, current.logicalLog)) return null;
  switch (property.toLowerCase()) {
    case "isreadonly":
      return 0;
    case "isprimaryfile":
      return Number(isData);
    case "islogfile":
      return Number(!isData);
    case "spaceused":
      return isData
        ? allocatedPages(join(engine.folder, current.localFile))
        : pagesOf(join(engine.folder, current.localLog));
    default:
      return null;
  }
}

function allocatedPages(path: string): number {
  const file = new PageFile(path);
  try {
    return file.pageCount - file.freePages().size;
  } finally {
    file.close();
  }
}

function isSame(name: string, other: string): boolean {
  return name.toLowerCase() === other.toLowerCase();
}

/** Files of every database, to who may make databases or see what the server consists of. */
export function masterFiles(engine: Engine, { login }: Client): GeneratedView {
  const isShown = may(login, "create-database") || may(login, "view-any-definition");
  return {
    columns: ["database_id int", ...fileColumns],
    rows: (isShown ? engine.state.databases : []).flatMap((it) =>
      fileRows(engine, it).map(({ id, row }) => [id, ...row]),
    ),
  };
}

/** Rows about databases, to those who may see them; the current one is no exception here. */
export function recoveryStatus(engine: Engine, client: Client): GeneratedView {
  const shown = engine.state.databases.filter((it) => seesDatabase(client.login, it));
  return {
    columns: [
      "database_id int", "database_guid uniqueidentifier", "family_guid uniqueidentifier", "last_log_backup_lsn numeric(25,0)",
      "recovery_fork_guid uniqueidentifier", "first_recovery_fork_guid uniqueidentifier", "fork_point_lsn numeric(25,0)",
    ], // prettier-ignore
    rows: shown.map((it) => [
      it.id, it.familyGuid, it.familyGuid, it.logChainLsn, it.forkGuid, null, null,
    ]), // prettier-ignore
  };
}

const unitNames = ["", "MINUTES", "HOURS", "DAYS"];

/** Rows for the databases that track changes, to those who may see any database. */
export function trackingDatabases(engine: Engine, client: Client): GeneratedView {
  const isOff = engine.isInForce("no-change-tracking");
  const rows = online(engine).flatMap((database) => {
    const settings =
      !isOff && seesDatabase(client.login, database) ? readChangeTracking(engine.open(database)) : undefined;
    if (settings === undefined) return [];
    const { retention, units, autoCleanup } = engine.visiblePeriod(settings);
    return [[database.id, Number(autoCleanup), retention, units, unitNames[units]!, 0]];
  });
  return {
    columns: [
      "database_id int", "is_auto_cleanup_on bit", "retention_period int", "retention_period_units tinyint",
      "retention_period_units_desc nvarchar(60)", "max_cleanup_version bigint",
    ], // prettier-ignore
    rows,
  };
}

/** Rows for the tracked tables of a database, table by table, to those who have a right on it. */
export function trackingTables(engine: Engine, client: Client, current: DatabaseState): GeneratedView {
  const at = engine.open(current);
  const isOn = !engine.isInForce("no-change-tracking") && readChangeTracking(at) !== undefined;
  const tables = (isOn ? listTrackedTables(at) : []).filter((it) =>
    seesObject(client.login, current, it.name),
  );
  return {
    columns: [
      "object_id int", "is_track_columns_updated_on bit", "min_valid_version bigint", "begin_version bigint",
      "cleanup_version bigint",
    ], // prettier-ignore
    rows: tables.map((it) => [
      objectId(at, it.name), 0, it.minValidVersion, it.beginVersion, it.cleanupVersion,
    ]), // prettier-ignore
  };
}

/** sys.dm_database_encryption_keys: encrypted databases, and with them the one for what is temporary. */
export function encryptionKeys(engine: Engine): GeneratedView {
  const encrypted = online(engine).flatMap((it) => {
    const thumbprint = encryptorOf(engine, it);
    return thumbprint === undefined ? [] : [{ database: it, thumbprint }];
  });
  const temporary = encrypted.length === 0 ? [] : [engine.findDatabase("tempdb")!];
  const keyOf = (database: DatabaseState, encryptor: Uint8Array, type: string): readonly SqlValue[] => {
    const at = engine.localTime(database.createdAtMs);
    return [database.id, 3, at, at, at, at, at, "AES", 256, encryptor, type, 0];
  };
  return {
    columns: [
      "database_id int", "encryption_state int", "create_date datetime", "regenerate_date datetime", "modify_date datetime",
      "set_date datetime", "opened_date datetime", "key_algorithm nvarchar(32)", "key_length int",
      "encryptor_thumbprint varbinary(20)", "encryptor_type nvarchar(32)", "percent_complete real",
    ], // prettier-ignore
    rows: [
      ...temporary.map((it) => keyOf(it, new Uint8Array(), "ASYMMETRIC KEY")),
      ...encrypted.map(({ database, thumbprint }) =>
        keyOf(database, new Uint8Array(Buffer.from(thumbprint, "hex")), "CERTIFICATE"),
      ),
    ],
  };
}
