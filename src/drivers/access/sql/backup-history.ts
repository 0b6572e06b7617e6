import { given } from "../../../core/base/given.ts";
import type { Instant } from "../../../core/base/instant.ts";
import { meaningOf } from "../../../core/outside/facts/numbers.ts";
import {
  backupMediaFamilies,
  backupSets,
  historyTypes,
  zones,
} from "../../../core/outside/sql/sql-backups.ts";
import type { Statement } from "../../../core/outside/facts/statement.ts";
import { plainGuid } from "./backup-header.ts";
import { flagCell, numberCell, textCell, utcCell } from "./sql-row.ts";
import { SqlError, type SqlRow, type SqlRunner } from "./sql-runner.ts";

/** One backup that `msdb` knows of. A row there means that the backup succeeded. */
export interface BackupRecord {
  readonly setGuid: string;
  readonly name: string;
  readonly type: "full" | "differential" | "log" | "other";
  /** UTC, as far as the row's own zone is known; then see `zoneKnown`. */
  readonly startedAt: Instant;
  readonly finishedAt: Instant;
  readonly zoneKnown: boolean;
  readonly isCopyOnly: boolean;
  /** Taken through VSS: by the Backup Site Server task, DPM, Veeam. */
  readonly isSnapshot: boolean;
  readonly isDamaged: boolean;
  readonly firstLsn: string;
  readonly lastLsn: string;
  readonly checkpointLsn?: string;
  readonly databaseBackupLsn?: string;
  readonly differentialBaseGuid?: string;
  /** The backup's file; of several, the first and how many more. */
  readonly device: string;
  /** Who took it: a service account tells which product. */
  readonly user?: string;
}

/** The newest backups of a database, newest first. `undefined` when the login may not read msdb. */
export async function readHistory(
  sql: SqlRunner,
  database: string,
  name?: string,
): Promise<readonly BackupRecord[] | undefined> {
  const parameters = { database, ...given({ name }) };
  try {
    const rows = await sql.query(historyQuery(name === undefined ? "" : " AND s.name = @name"), parameters);
    return recordsIn(rows);
  } catch (thrown) {
    // 229: no SELECT on msdb's table; 916: no user in msdb at all.
    if (thrown instanceof SqlError && (thrown.has(229) || thrown.has(916))) return undefined;
    throw thrown;
  }
}

/** What is asked of each backup, of `backupset AS s`. */
export const backupColumns = `CAST(s.backup_set_uuid AS nvarchar(36)) AS set_guid, s.name AS name, s.type AS type,
  CONVERT(nvarchar(23), s.backup_start_date, 121) AS started, CONVERT(nvarchar(23), s.backup_finish_date, 121) AS finished,
  s.time_zone AS time_zone, s.is_copy_only AS is_copy_only, s.is_snapshot AS is_snapshot, s.is_damaged AS is_damaged,
  CAST(s.first_lsn AS nvarchar(25)) AS first_lsn, CAST(s.last_lsn AS nvarchar(25)) AS last_lsn,
  CAST(s.checkpoint_lsn AS nvarchar(25)) AS checkpoint_lsn,
  CAST(s.database_backup_lsn AS nvarchar(25)) AS database_backup_lsn,
  CAST(s.differential_base_guid AS nvarchar(36)) AS differential_base_guid, s.user_name AS user_name`;

/** What these columns hold. */
export const backupAnswers = {
  set_guid: "guid",
  name: "text or NULL",
  type: /^[A-Z] ?$/,
  started: "time",
  finished: "time",
  time_zone: "whole or NULL",
  is_copy_only: "bit or NULL",
  is_snapshot: "bit or NULL",
  is_damaged: "bit or NULL",
  first_lsn: "whole or NULL",
  last_lsn: "whole or NULL",
  checkpoint_lsn: "whole or NULL",
  database_backup_lsn: "whole or NULL",
  differential_base_guid: "guid or NULL",
  user_name: "text or NULL",
} as const satisfies Statement["answers"];

/**
 * Of mirrors, which are equal, one. Exact numbers as text, times as text: tedious rounds the ones and shifts
 * the others.
 */
function historyQuery(condition: string): string {
  return `SELECT TOP (200) ${backupColumns}, f.physical_device_name AS device,
  (SELECT COUNT(*) FROM msdb.dbo.backupmediafamily AS o
    WHERE o.media_set_id = s.media_set_id AND ISNULL(o.mirror, 0) = 0) AS families
FROM msdb.dbo.backupset AS s
INNER JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id AND f.family_sequence_number = 1
  AND ISNULL(f.mirror, 0) = 0
WHERE s.database_name = @database${condition}
ORDER BY s.backup_set_id DESC;`;
}

/** The newest backups of a database, newest first, asked for where a closed msdb has to be told. */
export const backupHistory: Statement = {
  name: "backup history",
  doing: "read the backup history in msdb",
  query: historyQuery(""),
  parameters: ["database"],
  reads: [backupSets, backupMediaFamilies],
  answers: { ...backupAnswers, device: "text or NULL", families: "whole" },
};

/** Backups as the rows tell of them. */
export function recordsIn(rows: readonly SqlRow[]): readonly BackupRecord[] {
  return rows.map(toRecord);
}

const quarterHourMs = 15 * 60_000;

function toRecord(row: SqlRow): BackupRecord {
  const zone = numberCell(row, "time_zone") ?? zones.values.unknown;
  const shift = zone === zones.values.unknown ? 0 : zone * quarterHourMs;
  const at = (column: string): Instant => (utcCell(row, column) ?? 0) - shift;
  return {
    setGuid: plainGuid(textCell(row, "set_guid") ?? ""),
    name: textCell(row, "name") ?? "",
    type: meaningOf(historyTypes, textCell(row, "type")?.trim()) ?? "other",
    startedAt: at("started"),
    finishedAt: at("finished"),
    zoneKnown: zone !== zones.values.unknown,
    isCopyOnly: flagCell(row, "is_copy_only") ?? false,
    isSnapshot: flagCell(row, "is_snapshot") ?? false,
    isDamaged: flagCell(row, "is_damaged") ?? false,
    firstLsn: textCell(row, "first_lsn") ?? "0",
    lastLsn: textCell(row, "last_lsn") ?? "0",
    device: deviceOf(row),
    ...optional("user", textCell(row, "user_name")),
    ...optional("checkpointLsn", textCell(row, "checkpoint_lsn")),
    ...optional("databaseBackupLsn", textCell(row, "database_backup_lsn")),
    ...optional("differentialBaseGuid", textCell(row, "differential_base_guid")?.toUpperCase()),
  };
}

/** The file, and how many others hold the rest: a backup that was striped is worth nothing without each. */
function deviceOf(row: SqlRow): string {
  const others = (numberCell(row, "families") ?? 1) - 1;
  const device = textCell(row, "device") ?? "";
  return others > 0 ? `${device} and ${others} more ${others === 1 ? "file" : "files"}` : device;
}

function optional<Key extends string>(key: Key, value: string | undefined): { [K in Key]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]?: string });
}
