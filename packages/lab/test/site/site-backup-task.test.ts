import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { inInstallFolder } from "../../src/lab-folder.ts";
import { openDatabase } from "../../src/sql/database-file.ts";
import { dumpDatabase } from "../../src/digest.ts";
import { isDataFile } from "../../src/sql/data-file/read-data-file.ts";
import { failSiteBackupTask, runSiteBackupTask } from "../../src/site/site-backup-task.ts";
import { failedRunFrom, lastTaskRun } from "../../src/site/task-run.ts";
import { databaseCopy, taskFolders } from "../../src/site/task-set.ts";
import { labNowMs, withLab } from "../made-lab.ts";

const lab = withLab();
const run = lastTaskRun(labNowMs);

test("the last run is the one that had finished", () => {
  expect(new Date(run.startMs).toISOString()).toBe("2026-11-21T22:00:13.000Z");
  const during = lastTaskRun(Date.UTC(2026, 10, 22, 22, 20));
  expect(new Date(during.startMs).toISOString()).toBe("2026-11-21T22:00:13.000Z");
});

test("every line of the log has the form of a server component", () => {
  for (const line of logLines()) {
    expect(line).toMatch(
      / {2}\$\$<SMS_SITE_BACKUP><\d\d-\d\d-\d{4} \d\d:\d\d:\d\d\.\d{3}\+000><thread=4804 \(0x12C4\)>$/,
    );
  }
});

test("the messages of one run stand in order, and the last one is that the backup was completed", () => {
  const messages = logLines().flatMap((line) => {
    const found = /STATMSG: ID=(\d+) SEV=(\w) .* GMTDATE=(\w{3} \w{3} \d\d [\d:.]+ \d{4}) /.exec(line);
    return found === null ? [] : [{ id: found[1]!, severity: found[2]!, at: Date.parse(`${found[3]!} GMT`) }];
  });
  expect(messages.map((it) => it.id)).toEqual(["500", "5055", "5056", "5035"]);
  expect(messages.at(-1)!.at).toBe(run.finishMs);
  expect(messages.map((it) => it.at)).toEqual(messages.map((it) => it.at).toSorted((a, b) => a - b));
  expect(logLines().some((line) => line.startsWith("Backup completed "))).toBe(true);
});

test("what the database says about the task agrees with its log", () => {
  const db = openDatabase(join(lab.folder, "hosts", "sql01", "data", "CM_PS1.mdf"));
  const task = db.prepare("SELECT * FROM SQLTaskSiteStatus").get()!;
  const done = db.prepare("SELECT Time FROM v_StatusMessage WHERE MessageID = 5035").get()!;
  db.close();
  expect(Date.parse(`${String(task["LastStartTime"])}Z`)).toBe(run.startMs);
  expect(Date.parse(`${String(done["Time"])}Z`)).toBe(run.finishMs);
});

test("the copied data file holds the site's rows as they are, and was written during the run", () => {
  // The databases of a lab know of the run that made the set: run the task again.
  runSiteBackupTask(lab.folder, run);
  const copy = databaseCopy(lab.folder);
  expect(copy).toBe(join(taskFolders(lab.folder).database, "SiteDBServer", "CM_PS1.mdf"));
  const seconds = statSync(copy).mtimeMs;
  expect(seconds > run.snapshotMs && seconds < run.finishMs).toBe(true);
  expect(isDataFile(copy)).toBe(true);
  const tables = dumpDatabase(copy);
  expect(tables.get("System_DISC")!.rows).toBe(150);
  expect(tables).toEqual(dumpDatabase(join(lab.folder, "hosts", "sql01", "data", "CM_PS1.mdf")));
});

test("two runs over the same database leave the same files", () => {
  const folder = join(taskFolders(lab.folder).database, "SiteDBServer");
  const files = () => ["CM_PS1.mdf", "CM_PS1_log.ldf"].map((name) => readFileSync(join(folder, name)));
  runSiteBackupTask(lab.folder, run);
  const before = files();
  runSiteBackupTask(lab.folder, run);
  for (const [at, bytes] of files().entries()) expect(bytes.equals(before[at]!)).toBe(true);
});

test("a failed run leaves a set that lacks its metadata, and the lines that say why", () => {
  failSiteBackupTask(lab.folder, failedRunFrom(labNowMs - 3_600_000));
  const { site, database } = taskFolders(lab.folder);
  expect(existsSync(join(site, "BackupDocument.xml"))).toBe(false);
  expect(existsSync(join(database, "SiteDBServer", "CM_PS1_log.ldf"))).toBe(false);
  const failures = logLines().flatMap((line) => /FAILED, Win32 Error = (\d+)/.exec(line)?.[1] ?? []);
  expect(failures).toEqual(["5", "145"]);
});

test("each part of the set is described by the document of who backed it up, written in this run", () => {
  const { site, database } = taskFolders(lab.folder);
  runSiteBackupTask(lab.folder, run);
  for (const path of [
    join(site, "BackupDocument.xml"),
    join(database, "SiteDBServer", "SQLBackupDocument.xml"),
  ]) {
    expect(readFileSync(path, "utf16le")).toContain("<BACKUP_COMPONENTS ");
    expect(statSync(path).mtimeMs).toBeGreaterThan(run.startMs);
  }
  expect(existsSync(join(site, "ConfigMgrBackup.ini"))).toBe(false);
});

function logLines(): readonly string[] {
  const text = readFileSync(inInstallFolder(lab.folder, "Logs", "smsbkup.log"), "utf8");
  return text.split("\r\n").slice(0, -1);
}
