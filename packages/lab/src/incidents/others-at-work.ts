import { site } from "../hierarchy.ts";
import { LabError } from "../lab-error.ts";
import { runningServers } from "../running-lab.ts";
import { quoted, writeToSite } from "../site-writes.ts";

const renewed = { name: "BitLockerManagement_CERT", subject: "BitLocker Management" };

/** Another product takes a full backup of a database now, as DPM does: through a virtual device. */
export async function takeForeignFull(lab: string, incident: string, database: string): Promise<void> {
  const statement = `EXEC lab_take_snapshot_backup ${quoted(database)}, ${quoted("LAB\\dpm01$")}`;
  await tellServer(lab, incident, [statement]);
}

/** Somebody makes the certificate of BitLocker Management anew, under its old name. */
export async function renewCertificate(lab: string): Promise<void> {
  await tellServer(lab, "certificate-renewed", [
    `DROP CERTIFICATE [${renewed.name}]`,
    `CREATE CERTIFICATE [${renewed.name}] WITH SUBJECT = ${quoted(renewed.subject)}`,
  ]);
}

/** Somebody takes the database of updates offline, or brings it back. */
export async function turnUpdates(lab: string, isOnline: boolean): Promise<void> {
  const state = isOnline ? "ONLINE" : "OFFLINE WITH ROLLBACK IMMEDIATE";
  await tellServer(lab, "updates-offline", [`ALTER DATABASE SUSDB SET ${state}`]);
}

/** Somebody gives the database of updates another name. */
export async function renameUpdates(lab: string, from: string, to: string): Promise<void> {
  await tellServer(lab, "updates-renamed", [`ALTER DATABASE ${from} MODIFY NAME = ${to}`]);
}

async function tellServer(lab: string, incident: string, statements: readonly string[]): Promise<void> {
  if (runningServers(lab) === undefined)
    throw new LabError(`${incident} needs the lab's servers: start them with \`sitekeep lab start ${lab}\`.`);
  await writeToSite(lab, { host: site.sqlServer, database: site.database, statements, tables: [] });
}
