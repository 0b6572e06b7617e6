import { given } from "../../core/base/given.ts";
import type {
  BrokerPort,
  DatabaseTraits,
  KeyNeeds,
  RoleServer,
  ServerTraits,
  SiteLook,
  SiteRoles,
} from "../../core/model/site-look.ts";
import { readDatabaseFacts, readSiteVersion } from "../access/sql/database-facts.ts";
import {
  brokerPortProperty,
  brokerPortQuery,
  certificateQuery,
  contentFoldersQuery,
  databaseServerProperties,
  encryptedBackupsQuery,
  filesQuery,
  packageFoldersQuery,
  roles,
  rolesQuery,
  serverQuery,
} from "../access/sql/site-queries.ts";
import { rowsIfShown } from "../access/sql/rows-if-shown.ts";
import { flagCell, numberCell, textCell } from "../access/sql/sql-row.ts";
import type { SqlRow, SqlRunner } from "../access/sql/sql-runner.ts";

/** ConfigMgr's certificate for BitLocker recovery keys, in the site database. */
export const bitlockerCertificate = "BitLockerManagement_CERT";

/** What of a site is to be looked at. */
export interface SiteWanted {
  readonly siteCode: string;
  readonly database: string;
  /** Reads every package's source folder, of which a large site has thousands. */
  readonly packageFolders: boolean;
}

/**
 * Reads what lint judges, from the site database that the session is in. What may not be read is left out.
 */
export async function readSiteLook(sql: SqlRunner, wanted: SiteWanted): Promise<SiteLook> {
  const version = await readSiteVersion(sql, wanted.siteCode);
  const server = await readServer(sql);
  const database = await readTraits(sql, wanted.database);
  const rows = await allowed(sql, rolesQuery, { siteCode: wanted.siteCode });
  const brokerPort = await readBrokerPort(sql, rows ?? []);
  const keys = await readKeyNeeds(sql, wanted.database);
  const packageFolders = wanted.packageFolders ? await readPackageFolders(sql) : undefined;
  return {
    ...given({ version }),
    ...(server && { server }),
    ...(database && { database }),
    ...(brokerPort && { brokerPort }),
    ...(keys && { keys }),
    ...(rows && rows.length > 0 && { roles: rolesOf(rows) }),
    ...(packageFolders && { packageFolders }),
  };
}

async function readServer(sql: SqlRunner): Promise<ServerTraits | undefined> {
  const row = (await allowed(sql, serverQuery))?.[0];
  const isClustered = flagCell(row, "clustered");
  const instance = textCell(row, "instance");
  if (isClustered === undefined) return undefined;
  return { isClustered, ...(instance && { instance }), collation: textCell(row, "collation") ?? "" };
}

async function readTraits(sql: SqlRunner, name: string): Promise<DatabaseTraits | undefined> {
  const facts = await readDatabaseFacts(sql, name);
  if (facts === undefined) return undefined;
  const files = ((await allowed(sql, filesQuery)) ?? []).flatMap((row) => textCell(row, "path") ?? []);
  const { state: _, ...traits } = facts;
  return { ...traits, files };
}

async function readBrokerPort(sql: SqlRunner, rows: readonly SqlRow[]): Promise<BrokerPort | undefined> {
  const listens = numberCell((await allowed(sql, brokerPortQuery))?.[0], "port");
  const property = rows.find(
    (row) => textCell(row, "role") === roles.sql && textCell(row, "name") === brokerPortProperty,
  );
  const noted = numberCell(property, "number");
  return listens === undefined || noted === undefined ? undefined : { listens, noted };
}

async function readKeyNeeds(sql: SqlRunner, database: string): Promise<KeyNeeds | undefined> {
  const bitlocker = await hasBitlockerCertificate(sql);
  const backups = (await allowed(sql, encryptedBackupsQuery, { database }))?.[0];
  if (bitlocker === undefined && backups === undefined) return undefined;
  return {
    bitlocker: bitlocker ?? false,
    encryptedBackups: numberCell(backups, "encrypted") ?? 0,
    openableBackups: numberCell(backups, "openable") ?? 0,
  };
}

/** Whether the database that the session is in holds the certificate, as far as this login sees. */
export async function hasBitlockerCertificate(sql: SqlRunner): Promise<boolean | undefined> {
  const rows = await allowed(sql, certificateQuery, { name: bitlockerCertificate });
  return rows && rows.length > 0;
}

function rolesOf(rows: readonly SqlRow[]): SiteRoles {
  return {
    reportingPoints: serversOf(rows, roles.reporting),
    updatePoints: serversOf(rows, roles.update),
    stateMigrationPoints: serversOf(rows, roles.stateMigration),
  };
}

function serversOf(rows: readonly SqlRow[], role: string): readonly RoleServer[] {
  const own = rows.filter((row) => textCell(row, "role") === role);
  return [...Map.groupBy(own, (row) => textCell(row, "id") ?? "").values()].map((properties) => {
    const named = properties.find((row) => databaseServerProperties.includes(textCell(row, "name") ?? ""));
    const databaseServer = textCell(named, "text");
    const server = (textCell(properties[0], "server") ?? "").replace(/^\\\\/, "");
    return { server, ...(databaseServer && { databaseServer }) };
  });
}

async function readPackageFolders(sql: SqlRunner): Promise<readonly string[] | undefined> {
  const packages = await allowed(sql, packageFoldersQuery);
  const contents = await allowed(sql, contentFoldersQuery);
  if (packages === undefined && contents === undefined) return undefined;
  const paths = [...(packages ?? []), ...(contents ?? [])].map((row) => textCell(row, "path") ?? "");
  const byKey = new Map(
    paths.map((path) => [path.replace(/[\\/]+$/, "").toLowerCase(), path.replace(/[\\/]+$/, "")]),
  );
  return [...byKey.values()].sort();
}

/** 208: no such object; the others: hidden from this login, or no user of it in msdb. */
const absentOrHidden = [208, 229, 297, 300, 371, 916];

function allowed(
  sql: SqlRunner,
  query: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<readonly SqlRow[] | undefined> {
  return rowsIfShown(sql, { query, parameters, absentOrHidden });
}
