import type { BackupHeader } from "../../access/sql/backup-header.ts";
import type { BackupRecord } from "../../access/sql/backup-history.ts";
import { exactLsn, mayBeEqual, showLsn } from "../../access/sql/lsn.ts";
import { type BackupRequest, isCopyOnly } from "./backup-request.ts";

/**
 * Why what a file's headers tell is not the one backup that was asked for, in words that follow "it is not
 * the backup that was just taken: ". `undefined` where it is.
 */
export function whyNotOurs(
  headers: readonly BackupHeader[],
  request: BackupRequest,
  name: string,
): string | undefined {
  const [header] = headers;
  if (header === undefined) return "it is empty";
  if (headers.length > 1) return `it holds ${headers.length} backup sets`;
  const { type, database } = header;
  const isNamed = header.name === name && type === request.mode && isSame(database, request.database.name);
  if (!isNamed) return `it holds ${type} ${database} (${header.name})`;
  if (header.isDamaged) return "damage was found in the database while it was written";
  if (!header.hasChecksums) return "it has no checksums, which were asked for";
  if (request.mode === "full" && header.isCopyOnly !== isCopyOnly(request))
    return `it is ${header.isCopyOnly ? "" : "not "}copy-only`;
  return undefined;
}

const lsns = {
  firstLsn: "its log begins",
  lastLsn: "its log ends",
  checkpointLsn: "its checkpoint is",
  databaseBackupLsn: "the full before it is",
} as const;

/** Where a file's header and the row of the same set in msdb tell different places in the log. */
export function whyNotRecorded(header: BackupHeader, record: BackupRecord): string | undefined {
  for (const [key, says] of Object.entries(lsns) as readonly [keyof typeof lsns, string][]) {
    const [inFile, digits] = [header[key], record[key]];
    if (inFile === undefined || digits === undefined) continue;
    if (!mayBeEqual(inFile, exactLsn(digits)))
      return `by its header ${says} at ${showLsn(inFile)}, and by msdb at ${digits}`;
  }
  return undefined;
}

/** Whether two names are of one thing: SQL Server keeps the letters as they were written. */
export function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
