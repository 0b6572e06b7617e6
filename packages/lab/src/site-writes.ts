import { readFileSync } from "node:fs";
import { join } from "node:path";
import sql from "mssql";

import type { SqlHost } from "./hierarchy.ts";
import { incidentsAt } from "./incidents/catalogue.ts";
import { hostFolder } from "./lab-folder.ts";
import { readPassword } from "./lab-secrets.ts";
import { labNow, readState } from "./lab-state.ts";
import { runningServers } from "./running-lab.ts";
import { readChangeTracking, recordCommit } from "./sql/change-tracking.ts";
import { openDatabase } from "./sql/database-file.ts";

/** Statements for one database, with the tables they write to. */
export interface SiteWrites {
  readonly host: SqlHost;
  readonly database: string;
  /** Plain enough to be T-SQL and SQLite at once. */
  readonly statements: readonly string[];
  readonly tables: readonly string[];
}

/**
 * Writes to a database as somebody at the site would: through its SQL Server while that runs, else into
 * its file. Either way change tracking counts the change.
 */
export async function writeToSite(lab: string, writes: SiteWrites): Promise<void> {
  const running = runningServers(lab);
  const incidents = incidentsAt(writes.host, readState(lab).incidents);
  // Where the database is another replica's copy, its changes come from there.
  const takesNone = ["sql-down", "replica-secondary", "replica-unreadable"].some((it) =>
    incidents.includes(it),
  );
  if (running === undefined || takesNone) writeToFile(lab, writes);
  else await writeOverWire(lab, running.ports[writes.host], writes);
}

function databaseFile(lab: string, host: string, database: string): string {
  return join(hostFolder(lab, host), "data", `${database}.mdf`);
}

function writeToFile(lab: string, { host, database, statements, tables }: SiteWrites): void {
  const db = openDatabase(databaseFile(lab, host, database));
  try {
    db.exec("BEGIN IMMEDIATE");
    for (const statement of statements) db.exec(statement.replace(binary, "x'$1'"));
    recordCommit({ db, alias: "main" }, tables, labNow(lab, host));
    db.exec("COMMIT");
  } finally {
    db.close();
  }
}

async function writeOverWire(lab: string, port: number, { database, statements }: SiteWrites): Promise<void> {
  const pool = new sql.ConnectionPool({
    server: "127.0.0.1",
    port,
    database,
    user: "labadmin",
    password: readPassword(lab, "adminPassword"),
    options: {
      encrypt: true,
      cryptoCredentialsDetails: { ca: readFileSync(join(lab, "secrets", "ca.pem"), "utf8") },
    },
  });
  await pool.connect();
  try {
    for (const statement of statements) await pool.request().batch(statement.replace(binary, "0x$1"));
  } finally {
    await pool.close();
  }
}

/** The newest version of a database's change tracking. */
export function trackedVersion(lab: string, host: SqlHost, database: string): number {
  const db = openDatabase(databaseFile(lab, host, database));
  try {
    return readChangeTracking({ db, alias: "main" })?.version ?? 0;
  } finally {
    db.close();
  }
}

/** Bytes in hexadecimal as a literal: T-SQL and SQLite write them in two ways. */
export function binaryText(hexadecimal: string): string {
  return `<${hexadecimal}>`;
}

const binary = /<([0-9a-f]+)>/g;

/** A text as a literal of SQL. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
