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
}

/** Reads the headers of every backup set in a file that the SQL Server service can reach. */
export async function readBackupHeaders(sql: SqlRunner, path: string): Promise<readonly BackupHeader[]> {
  const rows = await sql.batch(`RESTORE HEADERONLY FROM DISK = ${quoteText(path)};`);
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
  const rows = await sql.batch(`RESTORE FILELISTONLY FROM DISK = ${quoteText(path)};`);
  return rows.map((row) => ({
    logicalName: textCell(row, "LogicalName") ?? "",
    physicalName: textCell(row, "PhysicalName") ?? "",
    type: (textCell(row, "Type") ?? "D").trim(),
    sizeBytes: numberCell(row, "Size") ?? 0,
  }));
}

/** One form for a GUID, whoever wrote it: upper case, no braces. */
export function plainGuid(guid: string): string {
  return guid.replace(/[{}]/g, "").toUpperCase();
}

const types: Readonly<Record<string, BackupHeader["type"]>> = { 1: "full", 2: "log", 5: "differential" };

function toHeader(row: SqlRow): BackupHeader {
  const base = textCell(row, "DifferentialBaseGUID");
  const version = ["Major", "Minor", "Build"].map((part) => numberCell(row, `SoftwareVersion${part}`) ?? 0);
  return {
    name: textCell(row, "BackupName") ?? "",
    database: textCell(row, "DatabaseName") ?? "",
    type: types[String(numberCell(row, "BackupType"))] ?? "other",
    setGuid: plainGuid(textCell(row, "BackupSetGUID") ?? ""),
    ...(base !== undefined && { differentialBaseGuid: plainGuid(base) }),
    isCopyOnly: flagCell(row, "IsCopyOnly") ?? false,
    hasChecksums: flagCell(row, "HasBackupChecksums") ?? false,
    isDamaged: flagCell(row, "IsDamaged") ?? false,
    sizeBytes: numberCell(row, "CompressedBackupSize") ?? numberCell(row, "BackupSize") ?? 0,
    serverVersion: version.join("."),
  };
}
