import { availabilityReplicas } from "../../../core/outside/sql/availability-groups.ts";
import { databases, recoveryStatus } from "../../../core/outside/sql/sql-server.ts";
import { backupMediaFamilies, backupSets, historyTypes } from "../../../core/outside/sql/sql-backups.ts";
import type { Statement } from "../../../core/outside/facts/statement.ts";
import { backupColumns, type BackupRecord, backupAnswers, recordsIn } from "./backup-history.ts";
import { plainGuid } from "./backup-header.ts";
import { numberCell, textCell } from "./sql-row.ts";
import type { SqlRow } from "./sql-runner.ts";

/** One of the files that a backup was written to. Mirrors are equal, and one of them stands for all. */
export interface BackupDevice {
  readonly name: string | undefined;
  /** `backupmediafamily.device_type`. */
  readonly type: number | undefined;
}

/** A backup as `msdb` lists it, with all that tells whose it is and whether it is there. */
export interface ListedBackup extends BackupRecord {
  readonly server: string | undefined;
  readonly family: string | undefined;
  readonly fork: string | undefined;
  readonly devices: readonly BackupDevice[];
  /** How many files it lies in. Absent where nobody says. */
  readonly deviceCount: number | undefined;
}

/** Whose backups count: those of this server, of the database that is there now. */
export interface OwnDatabase {
  readonly server: string | undefined;
  readonly family: string | undefined;
  readonly fork: string | undefined;
}

/** What tells a backup of this database from others of its name. */
export const ownDatabase: Statement = {
  name: "own database",
  doing: "tell which backups are of this database",
  query: `SELECT @@SERVERNAME AS server, CAST(family_guid AS nvarchar(36)) AS family,
CAST(recovery_fork_guid AS nvarchar(36)) AS fork
FROM sys.database_recovery_status WHERE database_id = DB_ID();`,
  parameters: [],
  reads: [recoveryStatus],
  answers: { server: "text", family: "guid", fork: "guid" },
  always: true,
};

/**
 * The servers of the availability group that the database is in. No row: it is in none. A row without a name:
 * it is in one, and the login is not shown its replicas.
 */
export const groupReplicas: Statement = {
  name: "replicas of the database",
  doing: "list the replicas of the database's availability group",
  query: `SELECT o.replica_server_name AS replica
FROM sys.databases AS d
LEFT JOIN sys.availability_replicas AS m ON m.replica_id = d.replica_id
LEFT JOIN sys.availability_replicas AS o ON o.group_id = m.group_id
WHERE d.name = @database AND d.replica_id IS NOT NULL;`,
  parameters: ["database"],
  reads: [databases, availabilityReplicas],
  answers: { replica: "text or NULL" },
};

const { full } = historyTypes.values;

/** So many differentials and logs are asked for; there may be more. */
export const othersListed = 200;

/** Fulls are asked for by themselves: of logs that are backed up every minute there are thousands. */
export const listedFulls = listing("listed fulls", { top: 500, condition: `n.type = '${full}'` });
export const listedOthers = listing("listed differentials and logs", {
  top: othersListed,
  condition: `n.type <> '${full}'`,
});

/** One row for each file of a backup, the newest backup first. */
function listing(
  name: string,
  { top, condition }: { readonly top: number; readonly condition: string },
): Statement {
  return {
    name,
    doing: "read the backup history in msdb",
    query: `SELECT ${backupColumns}, s.server_name AS server,
  CAST(s.family_guid AS nvarchar(36)) AS family, CAST(s.last_recovery_fork_guid AS nvarchar(36)) AS fork,
  s.last_family_number AS devices, f.device_type AS device_type, f.physical_device_name AS device
FROM msdb.dbo.backupset AS s
LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id AND ISNULL(f.mirror, 0) = 0
WHERE s.backup_set_id IN (SELECT TOP (${top}) n.backup_set_id FROM msdb.dbo.backupset AS n
  WHERE n.database_name = @database AND ${condition} ORDER BY n.backup_set_id DESC)
ORDER BY s.backup_set_id DESC, f.family_sequence_number;`,
    parameters: ["database"],
    reads: [backupSets, backupMediaFamilies],
    answers: {
      ...backupAnswers,
      server: "text or NULL",
      family: "guid or NULL",
      fork: "guid or NULL",
      devices: "whole or NULL",
      device_type: "whole or NULL",
      device: "text or NULL",
    },
  };
}

/** Backups out of the rows of their files, in the order of the rows. */
export function listedIn(rows: readonly SqlRow[]): readonly ListedBackup[] {
  return [...Map.groupBy(rows, (row) => textCell(row, "set_guid") ?? "").values()].map(listed);
}

function listed(rows: readonly SqlRow[]): ListedBackup {
  const [first] = rows as [SqlRow, ...SqlRow[]];
  const devices = rows
    .map((row) => ({ name: textCell(row, "device"), type: numberCell(row, "device_type") }))
    .filter(({ name, type }) => name !== undefined || type !== undefined);
  const [record] = recordsIn([{ ...first, families: devices.length }]) as [BackupRecord];
  return {
    ...record,
    server: textCell(first, "server"),
    family: guidCell(first, "family"),
    fork: guidCell(first, "fork"),
    devices,
    deviceCount: numberCell(first, "devices"),
  };
}

/** Whose backups count, out of the one row that tells it. */
export function ownDatabaseIn([row]: readonly SqlRow[]): OwnDatabase {
  return {
    server: textCell(row, "server"),
    family: guidCell(row!, "family"),
    fork: guidCell(row!, "fork"),
  };
}

function guidCell(row: SqlRow, column: string): string | undefined {
  const text = textCell(row, column);
  return text === undefined ? undefined : plainGuid(text);
}
