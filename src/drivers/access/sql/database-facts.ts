import { databaseFiles, databaseFileTypes, databases } from "../../../core/outside/sql/sql-server.ts";
import { siteVersionForm, siteView } from "../../../core/outside/site/site-definition.ts";
import type { Statement } from "../../../core/outside/facts/statement.ts";
import type { SqlErrorNumber } from "../../../core/outside/sql/sql-errors.ts";
import type { Instant } from "../../../core/base/instant.ts";
import { plainGuid } from "./backup-header.ts";
import { flagCell, numberCell, textCell, utcCell } from "./sql-row.ts";
import { SqlError, type SqlRow, type SqlRunner } from "./sql-runner.ts";

/** A database as its server describes it. */
export interface DatabaseFacts {
  readonly state: string;
  readonly recoveryModel: string;
  readonly isBrokerEnabled: boolean;
  readonly isTrustworthy: boolean;
  readonly collation: string;
  /** By transparent data encryption. */
  readonly isEncrypted: boolean;
}

/** What a database may be in, by SQL Server's own documentation. */
const databaseStates = "ONLINE RESTORING RECOVERING RECOVERY_PENDING SUSPECT EMERGENCY OFFLINE".split(" ");

/** The row that the server has of a database. */
export const databaseRow: Statement = {
  name: "database row",
  doing: "describe the database",
  query: `SELECT state_desc, recovery_model_desc, is_broker_enabled, is_trustworthy_on, collation_name, is_encrypted
FROM sys.databases WHERE name = @database;`,
  parameters: ["database"],
  reads: [databases],
  answers: {
    state_desc: databaseStates,
    recovery_model_desc: ["SIMPLE", "FULL", "BULK_LOGGED"],
    is_broker_enabled: "bit",
    is_trustworthy_on: "bit",
    collation_name: "text or NULL",
    is_encrypted: "bit",
  },
  always: true,
};

/**
 * Reads one row of sys.databases; `undefined` when the server has no such database, or shows it to nobody
 * like us.
 */
export async function readDatabaseFacts(
  sql: SqlRunner,
  database: string,
): Promise<DatabaseFacts | undefined> {
  const [row] = await sql.query(databaseRow.query, { database });
  return row && describe(row);
}

/** A row that `databaseRow` gives. */
export function describe(row: SqlRow): DatabaseFacts {
  return {
    state: textCell(row, "state_desc") ?? "",
    recoveryModel: textCell(row, "recovery_model_desc") ?? "",
    isBrokerEnabled: flagCell(row, "is_broker_enabled") ?? false,
    isTrustworthy: flagCell(row, "is_trustworthy_on") ?? false,
    collation: textCell(row, "collation_name") ?? "",
    isEncrypted: flagCell(row, "is_encrypted") ?? false,
  };
}

/**
 * Whether a database is in an availability group: asked by itself, since no backup rests on it. `undefined`
 * where the server refuses to tell.
 */
export async function readIsInGroup(sql: SqlRunner, database: string): Promise<boolean | undefined> {
  const query = `SELECT CAST(group_database_id AS nvarchar(36)) AS group_database
FROM sys.databases WHERE name = @database;`;
  try {
    const [row] = await sql.query(query, { database });
    return textCell(row, "group_database") !== undefined;
  } catch (thrown) {
    if (thrown instanceof SqlError && thrown.stage === "statement") return undefined;
    throw thrown;
  }
}

/** The data files' size, and the set GUIDs of the fulls that a differential would be made on. */
export interface DataFiles {
  readonly bytes: number;
  /** Distinct over all data files; more than one when files have different bases. */
  readonly differentialBases: readonly string[];
}

/** The data files of the database that the session is in. */
export const dataFiles: Statement = {
  name: "data files",
  doing: "list the data files of the database",
  query: `SELECT CAST(size AS bigint) AS pages, CAST(differential_base_guid AS nvarchar(36)) AS base
FROM sys.database_files WHERE type = ${databaseFileTypes.values.rows};`,
  parameters: [],
  reads: [databaseFiles],
  answers: { pages: "whole", base: "guid or NULL" },
  always: true,
};

/** Reads the files of the database that the session is in. */
export async function readDataFiles(sql: SqlRunner): Promise<DataFiles> {
  return sumOf(await sql.query(dataFiles.query));
}

/** Rows that `dataFiles` gives, as one. */
export function sumOf(rows: readonly SqlRow[]): DataFiles {
  const bases = rows.map((row) => textCell(row, "base")).filter((base) => base !== undefined);
  const pages = rows.reduce((sum, row) => sum + (numberCell(row, "pages") ?? 0), 0);
  return { bytes: pages * 8_192, differentialBases: [...new Set(bases.map(plainGuid))] };
}

/** The server's clock in UTC. */
export async function readServerClock(sql: SqlRunner): Promise<Instant | undefined> {
  const [row] = await sql.query("SELECT CONVERT(nvarchar(23), SYSUTCDATETIME(), 121) AS utc;");
  return utcCell(row, "utc");
}

/** The counter of change tracking. Absent: it is off, or not to be seen. */
export const trackingVersion: Statement = {
  name: "tracking version",
  doing: "read the counter of change tracking",
  query: "SELECT CAST(CHANGE_TRACKING_CURRENT_VERSION() AS nvarchar(20)) AS version;",
  parameters: [],
  reads: [],
  answers: { version: "whole or NULL" },
  always: true,
};

/**
 * `CHANGE_TRACKING_CURRENT_VERSION()` of the session's database as text; `undefined` when off or not to be
 * seen.
 */
export async function readChangeTrackingVersion(sql: SqlRunner): Promise<string | undefined> {
  return textCell(await firstRow(sql, trackingVersion.query), "version");
}

/** The version of the site. */
export const siteVersion: Statement = {
  name: "site version",
  doing: "read the site's version",
  query: "SELECT Version, BuildNumber FROM dbo.v_Site WHERE SiteCode = @siteCode;",
  parameters: ["siteCode"],
  reads: [siteView],
  answers: { Version: siteVersionForm, BuildNumber: "whole" },
  always: true,
};

/** The site's version as `v_Site` has it; `undefined` for a database that is none of a site. */
export async function readSiteVersion(sql: SqlRunner, siteCode: string): Promise<string | undefined> {
  return textCell(await firstRow(sql, siteVersion.query, { siteCode }), "Version");
}

/** Objects that may be hidden from a login or not exist: 208 no such object, 229 and 297 no right. */
const absentOrHidden: readonly SqlErrorNumber[] = [208, 229, 297, 300, 371];

async function firstRow(
  sql: SqlRunner,
  text: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<SqlRow | undefined> {
  try {
    return (await sql.query(text, parameters))[0];
  } catch (thrown) {
    if (thrown instanceof SqlError && absentOrHidden.some((number) => thrown.has(number))) return undefined;
    throw thrown;
  }
}
