import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";

import { site } from "../hierarchy.ts";
import { readVariant, type LabVariant } from "../lab-variant.ts";
import { hostFolder, inInstallFolder, onHost, writeDated } from "../lab-folder.ts";
import { chanceFrom } from "../seeded-chance.ts";
import { crlf, dayMs, hourMs, iniText, minuteMs, sqlDatetime } from "../windows-formats.ts";
import { readInstanceState } from "../sql/instance-state.ts";
import { products } from "../sql/product.ts";
import type { FileIdentity } from "../sql/data-file/own-pages.ts";
import { writeDataFile } from "../sql/data-file/write-data-file.ts";
import { logFile } from "../sql/data-file/write-log-file.ts";
import { logLine, statusText, type StatusMessage } from "./log-lines.ts";
import { encodeRegFile } from "./reg-text.ts";
import { keysBelow, readRegistry } from "./registry-model.ts";

const component = "SMS_SITE_BACKUP";
const thread = 4804;
const backupName = `${site.code}Backup`;

/** When a run of the task began, and when it came to each of its steps. */
export interface TaskRun {
  readonly startMs: number;
  readonly snapshotMs: number;
  readonly finishMs: number;
}

/** The run that has most recently finished: the task begins at 22:00 every day and takes 41 minutes. */
export function lastTaskRun(nowMs: number): TaskRun {
  const today = Math.floor(nowMs / dayMs) * dayMs + 22 * hourMs + 13_000;
  return runFrom(today + 45 * minuteMs < nowMs ? today : today - dayMs);
}

/** A run out of turn, which ends at an instant. */
export function taskRunThatEnds(finishMs: number): TaskRun {
  return runFrom(finishMs - runMs);
}

const runMs = 41 * minuteMs + 9_113;

function runFrom(startMs: number): TaskRun {
  return { startMs, snapshotMs: startMs + 4 * minuteMs + 2_481, finishMs: startMs + runMs };
}

/** The two places of `local + local`: the site server's part, and the database's part on its own server. */
export function taskFolders(lab: string): { readonly site: string; readonly database: string } {
  return {
    site: onHost(lab, site.server, `E:\\CMBackup\\${backupName}`),
    database: onHost(lab, site.sqlServer, `E:\\CMBackup\\${backupName}`),
  };
}

/** The data file of the site's database in the task's set. */
export function databaseCopy(lab: string): string {
  return join(taskFolders(lab).database, "SiteDBServer", `${site.database}.mdf`);
}

/** Runs the task Backup Site Server: deletes the former set, copies everything, and says so in its log. */
export function runSiteBackupTask(lab: string, run: TaskRun, document = taskDocument(lab)): void {
  const folders = taskFolders(lab);
  for (const folder of [folders.site, folders.database]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  }
  const copyMs = run.snapshotMs + 3 * minuteMs;
  copyDatabase(lab, join(folders.database, "SiteDBServer"), copyMs);
  copySiteServer(lab, folders.site, copyMs);
  writeDocuments(folders, run, document);
  appendLog(lab, document, { lines: successLog(run, document), modifiedMs: run.finishMs });
}

/** What a run that can't clean its folder leaves behind: the former set half gone, and lines that say why. */
export function failSiteBackupTask(lab: string, startMs: number, document = taskDocument(lab)): void {
  const folders = taskFolders(lab);
  rmSync(join(folders.site, "SiteServer", "SMSServer", "inboxes"), { recursive: true, force: true });
  rmSync(join(folders.site, "CD.Latest"), { recursive: true, force: true });
  for (const name of [backupDocument, iniDocument]) rmSync(join(folders.site, name), { force: true });
  rmSync(join(folders.database, "SiteDBServer", `${site.database}_log.ldf`), { force: true });
  appendLog(lab, document, { lines: failureLog(startMs), modifiedMs: startMs + 90_000 });
}

function copyDatabase(lab: string, folder: string, modifiedMs: number): void {
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
  const copy = databaseCopy(lab);
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

type TaskDocument = LabVariant["taskDocument"];

function taskDocument(lab: string): TaskDocument {
  return readVariant(lab).taskDocument;
}

/** What describes the set: the documents of the requester on each server, or an .ini file for both. */
function writeDocuments(folders: ReturnType<typeof taskFolders>, run: TaskRun, document: TaskDocument): void {
  const modifiedMs = run.finishMs - 2_000;
  if (document === "ini") return writeIni(folders.site, run, modifiedMs);
  const database = join(folders.database, "SiteDBServer", databaseDocument);
  writeDated({ path: database, bytes: requesterDocument("SqlServerWriter", site.database), modifiedMs });
  const path = join(folders.site, backupDocument);
  writeDated({ path, bytes: requesterDocument("SMS Writer", site.code), modifiedMs });
}

/** The document that a VSS requester keeps of what it had backed up; in UTF-16, as Windows writes it. */
function requesterDocument(writer: string, component: string): Buffer {
  const text = crlf([
    '<BACKUP_COMPONENTS xmlns="x-schema:#VssComponentMetadata" version="1.2" bootableSystemStateBackup="no"',
    ' selectComponents="yes" backupType="full" partialFileSupport="no">',
    `<WRITER_COMPONENTS instanceId="${chanceFrom(writer).guid()}" writerId="${chanceFrom(component).guid()}"`,
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

const taskLog = "smsbkup.log";

/**
 * The log of the site server, of which the task puts a copy into the folder that it was told to back up to;
 * with an .ini file, beside that.
 */
function appendLog(
  lab: string,
  document: TaskDocument,
  { lines, modifiedMs }: { lines: string; modifiedMs: number },
): void {
  const own = inInstallFolder(lab, "Logs", taskLog);
  const before = existsSync(own) ? readFileSync(own, "utf8") : "";
  const set = taskFolders(lab).site;
  const copy = join(document === "ini" ? set : dirname(set), taskLog);
  for (const path of [own, copy]) writeDated({ path, bytes: before + lines, modifiedMs });
}

type LogStep = readonly [afterMs: number, text: string];

function successLog(run: TaskRun, document: TaskDocument): string {
  const after = (ms: number): number => ms - run.startMs;
  const destination = `E:\\CMBackup\\${backupName}`;
  const shadow = "\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy";
  return logOf(run.startMs, [
    ...beginning(run.startMs),
    [after(run.snapshotMs) - 40_000, `Starting to clean the backup location ${destination}.`],
    [after(run.snapshotMs) - 30_000, "Deleted the contents of the backup folder."],
    [after(run.snapshotMs), "The snapshot set was created."],
    [after(run.snapshotMs) + 20, status(5056, "I", run.snapshotMs)],
    [after(run.snapshotMs) + 60_000, `Copying ${shadow}7\\ to ${destination}\\SiteServer`],
    [after(run.snapshotMs) + 180_000, `Copying ${shadow}8\\ to ${destination}\\SiteDBServer`],
    [
      after(run.finishMs) - 2_000,
      `Wrote the backup metadata file ${document === "ini" ? iniDocument : backupDocument}.`,
    ],
    [after(run.finishMs) - 20, "SQL Backup task completed successfully"],
    [after(run.finishMs) - 10, "Backup completed"],
    [after(run.finishMs), status(5035, "I", run.finishMs)],
    [after(run.finishMs) + 400, "The file AfterBackup.bat does not exist; nothing is started."],
  ]);
}

function failureLog(startMs: number): string {
  const file = `\\\\?\\UNC\\${site.sqlServer}\\CMBackup$\\${backupName}\\SiteDBServer\\${site.database}.mdf`;
  return logOf(startMs, [
    ...beginning(startMs),
    [70_000, `Starting to clean the backup location E:\\CMBackup\\${backupName}.`],
    [71_000, `Deleting ${file}, FAILED, Win32 Error = 5`],
    [
      71_500,
      `Deleting E:\\CMBackup\\${backupName}\\SiteServer\\SMSServer\\inboxes\\auth\\ddm.box, FAILED, Win32 Error = 145`,
    ],
    [72_000, "Failed to delete the contents of the backup folder. Error Code = 0x0"],
    [72_010, "Error: Deleting the existing files in the backup location failed..."],
    [89_000, "SMS site backup failed. Please see previous errors."],
    [90_000, status(5060, "E", startMs + 90_000)],
    [90_010, "SMS site backup service is stopping."],
  ]);
}

function beginning(startMs: number): readonly LogStep[] {
  return [
    [0, status(500, "I", startMs)],
    [
      900,
      `Site server is ${site.server}, the site is ${site.code}, the database is ${site.database} on ${site.sqlServer}.`,
    ],
    [2_000, "SQL Writer is running; the files of the database were found."],
    [2_400, status(5055, "I", startMs + 2_400)],
    [3_000, "Initialising the volume shadow copy service."],
  ];
}

function status(id: number, severity: StatusMessage["severity"], atMs: number): string {
  return statusText({ id, severity, component, atMs, thread });
}

function logOf(startMs: number, steps: readonly LogStep[]): string {
  return steps
    .map(([afterMs, text]) => logLine({ component, atMs: startMs + afterMs, thread, text }))
    .join("");
}

function setModified(path: string, modifiedMs: number): void {
  mkdirSync(dirname(path), { recursive: true });
  const seconds = Math.floor(modifiedMs / 1000);
  utimesSync(path, seconds, seconds);
}
