import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { site } from "../hierarchy.ts";
import { hostFolder, onHost } from "../lab-folder.ts";
import { labNow } from "../lab-state.ts";
import { readVariant } from "../lab-variant.ts";
import { chanceFrom } from "../seeded-chance.ts";
import { binaryText, writeToSite } from "../site-writes.ts";
import { reportServerFolder } from "../site/report-server.ts";
import { serverKeyFile } from "../site/server-key.ts";
import { changeService, listServices } from "../windows/services.ts";
import { lockFile, unlockFile } from "./unreadable-file.ts";

const locked = "report-config-locked";

/** Makes the settings of the report server a file that is listed and can't be read. */
export function lockReportSettings(lab: string): void {
  lockFile(lab, locked, settingsFile(lab));
}

export function unlockReportSettings(lab: string): void {
  unlockFile(lab, locked, settingsFile(lab));
}

function settingsFile(lab: string): string {
  return onHost(lab, "ssrs01.lab", `${reportServerFolder(readVariant(lab))}\\rsreportserver.config`);
}

/**
 * Makes a new symmetric key, as `rskeymgmt -s` does: what it protects in the catalogue is sealed anew, and
 * the catalogue's own copy of it is another one.
 */
export async function renewReportKey(lab: string): Promise<void> {
  const chance = chanceFrom(`renewed reporting key ${labNow(lab)}`);
  writeFileSync(serverKeyFile(lab), chance.bytes(32));
  const sealed = (bytes: number): string => binaryText(chance.hex(2 * bytes).toLowerCase());
  await writeToSite(lab, {
    host: site.sqlServer,
    database: "ReportServer",
    statements: [
      `UPDATE Keys SET SymmetricKey = ${sealed(140)}`,
      `UPDATE DataSource SET ConnectionString = ${sealed(96)}, UserName = ${sealed(48)}, Password = ${sealed(48)}`,
    ],
    tables: [],
  });
}

/** Stops the service of the report server, or starts it. */
export function turnReportService(lab: string, isRunning: boolean): void {
  const host = "ssrs01.lab";
  for (const { name } of listServices(lab, host)) changeService(lab, host, name, { isRunning });
}

/** Takes the drive of the report server away, as when its share can't be reached. */
export function loseReportServer(lab: string): void {
  renameSync(driveOf(lab), awayOf(lab));
}

export function findReportServer(lab: string): void {
  renameSync(awayOf(lab), driveOf(lab));
}

function driveOf(lab: string): string {
  return join(hostFolder(lab, "ssrs01"), "C");
}

function awayOf(lab: string): string {
  return join(hostFolder(lab, "ssrs01"), "C-away");
}
