import { databaseFiles } from "../../../core/outside/sql/sql-server.ts";
import { backupSets } from "../../../core/outside/sql/sql-backups.ts";
import type { Statement } from "../../../core/outside/facts/statement.ts";
import type { BackupRecord } from "./backup-history.ts";
import { numberCell, textCell } from "./sql-row.ts";
import type { SqlRow } from "./sql-runner.ts";

/** What of its files a database uses: what a full backup of it, or one of its log, can hold. */
export interface UsedBytes {
  readonly data: number;
  readonly log: number;
}

const pageBytes = 8_192;

/** Pages in use, of each file of the database that the session is in. Nobody needs a right for it. */
export const usedPages: Statement = {
  name: "used pages",
  doing: "ask how much of the database's files is in use",
  query: `SELECT type, CAST(ISNULL(FILEPROPERTY(name, 'SpaceUsed'), size) AS bigint) AS pages
FROM sys.database_files WHERE type IN (0, 1);`,
  parameters: [],
  reads: [databaseFiles],
  answers: { type: "whole", pages: "whole" },
  always: true,
};

/** Rows that `usedPages` gives, as two sums. */
export function usedBytesOf(rows: readonly SqlRow[]): UsedBytes {
  const sum = (type: number): number =>
    rows
      .filter((row) => numberCell(row, "type") === type)
      .reduce((bytes, row) => bytes + (numberCell(row, "pages") ?? 0) * pageBytes, 0);
  return { data: sum(0), log: sum(1) };
}

/** How large a backup was: what it held, and the file that it came to. */
export interface BackupSize {
  readonly type: BackupRecord["type"];
  readonly bytes: number;
  /** Less than `bytes` where it was compressed. */
  readonly fileBytes: number;
}

/**
 * Of each type of backup the newest that `msdb` knows, once compressed and once not. Those of VSS are left
 * out: no file tells of their size.
 */
export const lastSizes: Statement = {
  name: "last sizes",
  doing: "read how large the last backups were",
  query: `SELECT s.type AS type, CAST(s.backup_size AS bigint) AS bytes,
  CAST(ISNULL(s.compressed_backup_size, s.backup_size) AS bigint) AS file_bytes
FROM msdb.dbo.backupset AS s
WHERE s.backup_set_id IN (SELECT MAX(b.backup_set_id) FROM msdb.dbo.backupset AS b
  WHERE b.database_name = @database AND b.is_damaged = 0 AND b.is_snapshot = 0 AND b.backup_size IS NOT NULL
  GROUP BY b.type, CASE WHEN b.compressed_backup_size < b.backup_size THEN 1 ELSE 0 END);`,
  parameters: ["database"],
  reads: [backupSets],
  answers: { type: "text", bytes: "whole", file_bytes: "whole" },
};

const types: Readonly<Record<string, BackupRecord["type"]>> = { D: "full", I: "differential", L: "log" };

/** Rows that `lastSizes` gives. */
export function sizesOf(rows: readonly SqlRow[]): readonly BackupSize[] {
  return rows.map((row) => ({
    type: types[(textCell(row, "type") ?? "").trim()] ?? "other",
    bytes: numberCell(row, "bytes") ?? 0,
    fileBytes: numberCell(row, "file_bytes") ?? 0,
  }));
}
