import {
  backedUpFiles,
  backupHeaders,
  fileTypes,
  headerTypes,
} from "../../../core/outside/sql/sql-backups.ts";
import { meaningOf } from "../../../core/outside/facts/numbers.ts";
import { given } from "../../../core/base/given.ts";
import { type Lsn, lsnCell } from "./lsn.ts";
import { flagCell, numberCell, textCell } from "./sql-row.ts";
import type { SqlRow, SqlRunner } from "./sql-runner.ts";
import { quoteText } from "./t-sql-text.ts";

/**
 * What RESTORE HEADERONLY tells of one backup set. Its times are left out, which are the server's local ones
 * without their zone; the history has the zone too.
 */
export interface BackupHeader {
  readonly name: string;
  readonly database: string;
  readonly type: "full" | "differential" | "log" | "other";
  /** Upper-case, without braces. */
  readonly setGuid: string;
  readonly differentialBaseGuid?: string;
  readonly isCopyOnly: boolean;
  readonly hasChecksums: boolean;
  readonly isDamaged: boolean;
  /** Bytes that it holds. */
  readonly bytes: number;
  /** Bytes that it takes: fewer where it is compressed. */
  readonly storedBytes: number;
  /** The server that took it, as it calls itself. */
  readonly server?: string;
  /** Where its log begins and ends. */
  readonly firstLsn?: Lsn;
  readonly lastLsn?: Lsn;
  readonly checkpointLsn?: Lsn;
  /** The checkpoint of the newest full before it that moved the base. */
  readonly databaseBackupLsn?: Lsn;
  /** The database from its making on, whatever was restored since. */
  readonly family?: string;
  /** The recovery fork at its begin, and at its end: another one after a restore of the database. */
  readonly firstFork?: string;
  readonly fork?: string;
  /** How the backup itself is encrypted: `aes_256`. Absent: it is not. */
  readonly algorithm?: string;
  readonly serverVersion: string;
  /** The thumbprint of the certificate that the backup itself is encrypted by. */
  readonly encryptor?: string;
}

/** Reads the headers of every backup set in a file that the SQL Server service can reach. */
export async function readBackupHeaders(sql: SqlRunner, path: string): Promise<readonly BackupHeader[]> {
  const rows = await sql.batch(`${backupHeaders.name} FROM DISK = ${quoteText(path)};`);
  return rows.map(toHeader);
}

/** A database file inside a backup. */
export interface BackedUpFile {
  readonly logicalName: string;
  readonly physicalName: string;
  /** D data, L log, F full-text, S FILESTREAM or in-memory. */
  readonly type: string;
  readonly sizeBytes: number;
}

/** Lists the database files in a backup set. */
export async function readFileList(sql: SqlRunner, path: string): Promise<readonly BackedUpFile[]> {
  const rows = await sql.batch(`${backedUpFiles.name} FROM DISK = ${quoteText(path)};`);
  return rows.map((row) => {
    const text = (column: keyof typeof backedUpFiles.columns) => textCell(row, column);
    return {
      logicalName: text("LogicalName") ?? "",
      physicalName: text("PhysicalName") ?? "",
      type: (text("Type") ?? fileTypes.values.data).trim(),
      sizeBytes: numberCell(row, "Size") ?? 0,
    };
  });
}

/** One form for a GUID, whoever wrote it: upper case, no braces. */
export function plainGuid(guid: string): string {
  return guid.replace(/[{}]/g, "").toUpperCase();
}

type HeaderColumn = keyof typeof backupHeaders.columns;

/** Servers write a column's name in letters of their own: `containment`, `Containment`. */
function inLowerCase(row: SqlRow): SqlRow {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name.toLowerCase(), value]));
}

function toHeader(written: SqlRow): BackupHeader {
  const row = inLowerCase(written);
  const text = (column: HeaderColumn) => textCell(row, column.toLowerCase());
  const number = (column: HeaderColumn) => numberCell(row, column.toLowerCase());
  const flag = (column: HeaderColumn) => flagCell(row, column.toLowerCase()) ?? false;
  const lsn = (column: HeaderColumn) => lsnCell(row, column.toLowerCase());
  const guid = (column: HeaderColumn) => {
    const value = text(column);
    return value === undefined ? undefined : plainGuid(value);
  };
  const version = ["SoftwareVersionMajor", "SoftwareVersionMinor", "SoftwareVersionBuild"] as const;
  const bytes = number("BackupSize") ?? 0;
  return {
    name: text("BackupName") ?? "",
    database: text("DatabaseName") ?? "",
    type: meaningOf(headerTypes, number("BackupType")) ?? "other",
    setGuid: guid("BackupSetGUID") ?? "",
    isCopyOnly: flag("IsCopyOnly"),
    hasChecksums: flag("HasBackupChecksums"),
    isDamaged: flag("IsDamaged"),
    bytes,
    storedBytes: number("CompressedBackupSize") ?? bytes,
    serverVersion: version.map((part) => number(part) ?? 0).join("."),
    ...given({
      differentialBaseGuid: guid("DifferentialBaseGUID"),
      server: text("ServerName"),
      firstLsn: lsn("FirstLSN"),
      lastLsn: lsn("LastLSN"),
      checkpointLsn: lsn("CheckpointLSN"),
      databaseBackupLsn: lsn("DatabaseBackupLSN"),
      family: guid("FamilyGUID"),
      firstFork: guid("FirstRecoveryForkID"),
      fork: guid("RecoveryForkID"),
      algorithm: text("KeyAlgorithm"),
      encryptor: text("EncryptorThumbprint"),
    }),
  };
}
