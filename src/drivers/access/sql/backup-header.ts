import {
  backedUpFiles,
  backupHeaders,
  fileTypes,
  headerTypes,
} from "../../../core/outside/sql/sql-backups.ts";
import { meaningOf } from "../../../core/outside/facts/numbers.ts";
import { given } from "../../../core/base/given.ts";
import { flagCell, numberCell, textCell } from "./sql-row.ts";
import type { SqlRow, SqlRunner } from "./sql-runner.ts";
import { quoteText } from "./t-sql-text.ts";

/**
 * What RESTORE HEADERONLY tells of one backup set. Its log sequence numbers are left out: they have up to 25
 * digits, and tedious gives exact numbers as doubles. `readHistory` has them as text.
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
  readonly sizeBytes: number;
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

function toHeader(row: SqlRow): BackupHeader {
  type Column = keyof typeof backupHeaders.columns;
  const text = (column: Column) => textCell(row, column);
  const number = (column: Column) => numberCell(row, column);
  const flag = (column: Column) => flagCell(row, column) ?? false;
  const base = text("DifferentialBaseGUID");
  const version = ["SoftwareVersionMajor", "SoftwareVersionMinor", "SoftwareVersionBuild"] as const;
  return {
    name: text("BackupName") ?? "",
    database: text("DatabaseName") ?? "",
    type: meaningOf(headerTypes, number("BackupType")) ?? "other",
    setGuid: plainGuid(text("BackupSetGUID") ?? ""),
    ...(base !== undefined && { differentialBaseGuid: plainGuid(base) }),
    isCopyOnly: flag("IsCopyOnly"),
    hasChecksums: flag("HasBackupChecksums"),
    isDamaged: flag("IsDamaged"),
    sizeBytes: number("CompressedBackupSize") ?? number("BackupSize") ?? 0,
    ...given({ encryptor: text("EncryptorThumbprint") }),
    serverVersion: version.map((part) => number(part) ?? 0).join("."),
  };
}
