import type { BackupHeader } from "../../access/sql/backup-header.ts";
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

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
