import type { CaptureMode } from "../../../core/model/repository/snapshot.ts";
import { errorNumbers } from "../../../core/outside/sql/sql-errors.ts";
import { backupOptions } from "../../../core/outside/sql/sql-statements.ts";
import type { SqlMessage } from "../../access/sql/sql-runner.ts";
import { quoteName, quoteText } from "../../access/sql/t-sql-text.ts";

/** A BACKUP statement's parts. */
export interface BackupStatement {
  readonly database: string;
  readonly mode: CaptureMode;
  /** The backup's file as SQL Server sees it. */
  readonly path: string;
  /** The set's name, by which it is found again in its header and in msdb. */
  readonly name: string;
  readonly compression: boolean;
  readonly copyOnly: boolean;
}

/**
 * The T-SQL of a backup. Compression is always said: the server's default would otherwise decide, and a
 * compressed backup shares next to nothing with the one before it.
 */
export function writeBackupStatement(backup: BackupStatement): string {
  const what = backup.mode === "log" ? "LOG" : "DATABASE";
  const options = [
    ...(backup.mode === "differential" ? [backupOptions.differential] : []),
    ...(backup.copyOnly ? [backupOptions.copyOnly] : []),
    backup.compression ? backupOptions.compressed : backupOptions.uncompressed,
    `NAME = ${quoteText(backup.name)}`,
    ...backupOptions.always,
  ];
  return `BACKUP ${what} ${quoteName(backup.database)} TO DISK = ${quoteText(backup.path)} WITH ${options.join(", ")};`;
}

const progressNumbers: readonly number[] = errorNumbers("progress");

/**
 * The share done that a progress message tells, 0 to 1; `undefined` for other messages. Its words are
 * localised.
 */
export function progressOf(message: SqlMessage): number | undefined {
  if (!progressNumbers.includes(message.number)) return undefined;
  const percent = /\d+/.exec(message.text)?.[0];
  return percent === undefined ? undefined : Math.min(Number(percent), 100) / 100;
}
