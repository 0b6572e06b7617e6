import { site } from "../hierarchy.ts";
import { LabError } from "../lab-error.ts";
import { runningServers } from "../running-lab.ts";
import { quoted, writeToSite } from "../site-writes.ts";

const renewed = { name: "BitLockerManagement_CERT", subject: "BitLocker Management" };

/** Another product takes a full backup of the site database now, as DPM does: through a virtual device. */
export async function takeForeignFull(lab: string): Promise<void> {
  const statement = `EXEC lab_take_snapshot_backup ${quoted(site.database)}, ${quoted("LAB\\dpm01$")}`;
  await tellServer(lab, "foreign-full", [statement]);
}

/** Somebody makes the certificate of BitLocker Management anew, under its old name. */
export async function renewCertificate(lab: string): Promise<void> {
  await tellServer(lab, "certificate-renewed", [
    `DROP CERTIFICATE [${renewed.name}]`,
    `CREATE CERTIFICATE [${renewed.name}] WITH SUBJECT = ${quoted(renewed.subject)}`,
  ]);
}

async function tellServer(lab: string, incident: string, statements: readonly string[]): Promise<void> {
  if (runningServers(lab) === undefined)
    throw new LabError(`${incident} needs the lab's servers: start them with \`sitekeep lab start ${lab}\`.`);
  await writeToSite(lab, { host: site.sqlServer, database: site.database, statements, tables: [] });
}
