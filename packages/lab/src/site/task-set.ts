import { cpSync, mkdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";

import { site } from "../hierarchy.ts";
import { readVariant, type LabVariant } from "../lab-variant.ts";
import { hostFolder, inInstallFolder, onHost, writeDated } from "../lab-folder.ts";
import { chanceFrom } from "../seeded-chance.ts";
import { crlf, iniText, minuteMs, sqlDatetime } from "../windows-formats.ts";
import { readInstanceState } from "../sql/instance-state.ts";
import { products } from "../sql/product.ts";
import type { FileIdentity } from "../sql/data-file/own-pages.ts";
import { writeDataFile } from "../sql/data-file/write-data-file.ts";
import { logFile } from "../sql/data-file/write-log-file.ts";
import { siteWriter, sqlWriter, type ShadowWriter } from "../windows/writers.ts";
import { encodeRegFile } from "./reg-text.ts";
import { keysBelow, readRegistry } from "./registry-model.ts";
import type { TaskRun } from "./task-run.ts";

/** The folder that the task makes in each of its two places. */
export const backupName = `${site.code}Backup`;

/**
 * The two places of `local + local`: the site server's part, and the database's part on its own server; or
 * one place for both, on the site server.
 */
export function taskFolders(
  lab: string,
  { taskPlaces }: LabVariant = readVariant(lab),
): { readonly site: string; readonly database: string } {
  const place = (host: string): string => onHost(lab, host, `E:\\CMBackup\\${backupName}`);
  return { site: place(site.server), database: place(taskPlaces === "two" ? site.sqlServer : site.server) };
}

/** The data file of the site's database in the task's set. */
export function databaseCopy(lab: string, variant = readVariant(lab)): string {
  return join(taskFolders(lab, variant).database, "SiteDBServer", `${site.database}.mdf`);
}

/** What a run does first: the former set is gone before there is a new one. */
export function clearSet(lab: string, variant: LabVariant): void {
  const folders = taskFolders(lab, variant);
  for (const folder of [folders.site, folders.database]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  }
}

/** What a run leaves that can't delete everything: half of the former set, without what describes it. */
export function halveSet(lab: string, variant: LabVariant): void {
  const folders = taskFolders(lab, variant);
  rmSync(join(folders.site, "SiteServer", "SMSServer", "inboxes"), { recursive: true, force: true });
  rmSync(join(folders.site, "CD.Latest"), { recursive: true, force: true });
  for (const name of [backupDocument, iniDocument]) rmSync(join(folders.site, name), { force: true });
  rmSync(join(folders.database, "SiteDBServer", `${site.database}_log.ldf`), { force: true });
}

/** Copies everything out of the snapshot. */
export function copySet(lab: string, copyMs: number, variant: LabVariant): void {
  const folders = taskFolders(lab, variant);
  copyDatabase(lab, databaseCopy(lab, variant), copyMs);
  copySiteServer(lab, folders.site, copyMs);
}

/** When files of the set were written: some minutes after the snapshot, and before the end. */
export function copiedAt({ snapshotMs, finishMs }: TaskRun): number {
  return Math.min(snapshotMs + 3 * minuteMs, Math.floor((snapshotMs + finishMs) / 2));
}

function copyDatabase(lab: string, copy: string, modifiedMs: number): void {
  const folder = dirname(copy);
  mkdirSync(folder, { recursive: true });
  const data = join(hostFolder(lab, site.sqlServer), "data");
  const { databases, product = "2022" } = readInstanceState(hostFolder(lab, site.sqlServer));
  const state = databases.find((it) => it.name === site.database)!;
  const identity = (fileId: number, logicalName: string): FileIdentity => ({
    fileId,
    logicalName,
    fileGuid: state.fileGuid,
    database: state.name,
    databaseId: state.id,
    databaseVersion: products[product].databaseVersion,
  });
  const from = join(data, `${site.database}.mdf`);
  writeDataFile({ from, to: copy, identity: identity(1, state.logicalData), seed: site.database });
  setModified(copy, modifiedMs);
  const log = join(folder, `${site.database}_log.ldf`);
  const bytes = logFile(identity(2, state.logicalLog), statSync(copy).size);
  writeDated({ path: log, bytes, modifiedMs });
  writeDated({ path: join(folder, "SMSbkSQLDBsite.dat"), bytes: "", modifiedMs });
}

function copySiteServer(lab: string, folder: string, modifiedMs: number): void {
  const target = join(folder, "SiteServer", "SMSServer");
  const options = { recursive: true, preserveTimestamps: true };
  for (const part of ["inboxes", "data", "srvacct"]) {
    cpSync(inInstallFolder(lab, part), join(target, part), options);
  }
  cpSync(inInstallFolder(lab, "Logs"), join(target, "logs"), options);
  cpSync(inInstallFolder(lab, "cd.latest"), join(folder, "CD.Latest"), options);
  const registry = readRegistry(hostFolder(lab, site.server));
  for (const key of ["SMS", "NAL"]) {
    const bytes = encodeRegFile(
      registry,
      keysBelow(registry, `HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\${key}`),
    );
    writeDated({ path: join(folder, "SiteServer", `SMSbkSiteReg${key}.dat`), bytes, modifiedMs });
  }
}

const backupDocument = "BackupDocument.xml";
const databaseDocument = "SQLBackupDocument.xml";
const iniDocument = "ConfigMgrBackup.ini";

/** The file that describes the site server's part. */
export function documentName({ taskDocument }: LabVariant): string {
  return taskDocument === "ini" ? iniDocument : backupDocument;
}

/** What describes the set: the documents of the requester on each server, or an .ini file for both. */
export function writeDocuments(lab: string, run: TaskRun, variant: LabVariant): void {
  const folders = taskFolders(lab, variant);
  const modifiedMs = Math.max(run.finishMs - 2_000, copiedAt(run));
  if (variant.taskDocument === "ini") return writeIni(folders.site, run, modifiedMs);
  // With one place there is one requester, on the site server.
  if (variant.taskPlaces === "two") {
    const database = join(folders.database, "SiteDBServer", databaseDocument);
    writeDated({ path: database, bytes: requesterDocument(sqlWriter, site.database), modifiedMs });
  }
  const path = join(folders.site, backupDocument);
  writeDated({ path, bytes: requesterDocument(siteWriter, site.code), modifiedMs });
}

/** The document that a VSS requester keeps of what it had backed up; in UTF-16, as Windows writes it. */
function requesterDocument(writer: ShadowWriter, component: string): Buffer {
  const text = crlf([
    '<BACKUP_COMPONENTS xmlns="x-schema:#VssComponentMetadata" version="1.2" bootableSystemStateBackup="no"',
    ' selectComponents="yes" backupType="full" partialFileSupport="no">',
    `<WRITER_COMPONENTS instanceId="${chanceFrom(writer.name).guid()}" writerId="${writer.id}"`,
    ` backupSchema="0"><COMPONENT componentName="${component}" componentType="database"`,
    ' backupSucceeded="yes"/></WRITER_COMPONENTS>',
    "</BACKUP_COMPONENTS>",
  ]);
  return Buffer.from(`\ufeff${text}`, "utf16le");
}

/** Microsoft documents no keys of it; these say what the log says. */
function writeIni(folder: string, run: TaskRun, modifiedMs: number): void {
  const entries = [
    ["SiteCode", site.code],
    ["SiteServer", site.server],
    ["Version", site.version],
    ["SQLServer", site.sqlServer],
    ["Database", site.database],
    ["BackupStart", sqlDatetime(run.startMs)],
    ["BackupFinish", sqlDatetime(run.finishMs)],
  ] as const;
  const bytes = iniText([{ name: "Backup", entries }]);
  writeDated({ path: join(folder, iniDocument), bytes, modifiedMs });
}

function setModified(path: string, modifiedMs: number): void {
  mkdirSync(dirname(path), { recursive: true });
  const seconds = Math.floor(modifiedMs / 1000);
  utimesSync(path, seconds, seconds);
}
