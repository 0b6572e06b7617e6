import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { incident } from "../../src/incidents/incident.ts";
import type { IncidentName } from "../../src/incidents/catalogue.ts";
import { inInstallFolder } from "../../src/lab-folder.ts";
import { runTaskNow } from "../../src/site/task-now.ts";
import { taskFolders } from "../../src/site/task-set.ts";
import { openDatabase } from "../../src/sql/database-file.ts";
import { sc as tool } from "../../src/tools/sc.ts";
import { changeService } from "../../src/windows/services.ts";
import { withLab } from "../made-lab.ts";

const lab = withLab();

function sc(...args: readonly string[]): { readonly code: number; readonly text: string } {
  const { code, stdout } = tool(lab.folder, args, () => process.pid);
  return { code, text: stdout.toString("latin1") };
}

/** Lets something happen until the test is over. */
async function suffer(name: IncidentName): Promise<void> {
  await incident(lab.folder, name);
  onTestFinished(async () => void (await incident(lab.folder, name, { off: true })));
}

test("a running service is told as the real tool tells it", () => {
  expect(sc("query", "sms_executive")).toEqual({
    code: 0,
    text: [
      "",
      "SERVICE_NAME: SMS_EXECUTIVE ",
      "        TYPE               : 10  WIN32_OWN_PROCESS  ",
      "        STATE              : 4  RUNNING ",
      "                                (STOPPABLE, NOT_PAUSABLE, ACCEPTS_SHUTDOWN)",
      "        WIN32_EXIT_CODE    : 0  (0x0)",
      "        SERVICE_EXIT_CODE  : 0  (0x0)",
      "        CHECKPOINT         : 0x0",
      "        WAIT_HINT          : 0x0",
      "",
    ].join("\r\n"),
  });
});

test("between its runs the backup's service is stopped and was never started; queryex has no process", () => {
  const { code, text } = sc("queryex", "SMS_SITE_BACKUP");
  expect(code).toBe(0);
  expect(text).toContain(
    "STATE              : 1  STOPPED \r\n        WIN32_EXIT_CODE    : 1077  (0x435)\r\n",
  );
  expect(text).toMatch(/PID {16}: 0\r\n/);
  expect(sc("queryex", "SMS_EXECUTIVE").text).toMatch(/PID {16}: [1-9]\d+\r\n/);
});

test("the configuration names start type, program, dependencies and account", () => {
  const { text } = sc("qc", "SMS_SITE_BACKUP");
  expect(text.split("\r\n").slice(0, 3)).toEqual([
    "[SC] QueryServiceConfig SUCCESS",
    "",
    "SERVICE_NAME: SMS_SITE_BACKUP",
  ]);
  expect(text).toContain("        START_TYPE         : 3   DEMAND_START\r\n");
  expect(text).toContain("        SERVICE_START_NAME : LocalSystem\r\n");
  expect(sc("qc", "SMS_EXECUTIVE").text).toContain(
    "        DEPENDENCIES       : LanmanServer\r\n                           : RPCSS\r\n",
  );
});

test("the SQL Server's machine has services of its own, under the account of the instance", () => {
  expect(sc("\\\\sql01.lab", "qc", "MSSQLSERVER").text).toContain("SERVICE_START_NAME : LAB\\sql01$\r\n");
  expect(sc("\\\\SQL01", "query", "SMS_SITE_SQL_BACKUP_CM01.LAB").code).toBe(0);
  expect(sc("\\\\sqlcas.lab", "query", "SMS_SITE_SQL_BACKUP_CM01.LAB").code).toBe(1060);
  const names = [...sc("\\\\sql02.lab", "query").text.matchAll(/SERVICE_NAME: (\S+)/g)].map(([, it]) => it);
  expect(names).toEqual(["MSSQLSERVER", "SQLSERVERAGENT", "SQLWriter"]);
});

test("the report server has a service of its kind's name, under an account of that name", () => {
  expect(sc("\\\\ssrs01.lab", "qc", "SQLServerReportingServices").text).toContain(
    "SERVICE_START_NAME : NT SERVICE\\SQLServerReportingServices\r\n",
  );
  expect(sc("\\\\ssrs01.lab", "query", "PowerBIReportServer").code).toBe(1060);
});

test.each([
  [["query", "SMS_NOWHERE"], 1060, "[SC] EnumQueryServicesStatus:OpenService FAILED 1060:"],
  [["qc", "SMS_NOWHERE"], 1060, "[SC] OpenService FAILED 1060:"],
  [["start", "SMS_NOWHERE"], 1060, "[SC] StartService: OpenService FAILED 1060:"],
  [["start", "SMS_EXECUTIVE"], 1056, "[SC] StartService FAILED 1056:"],
  [["\\\\dc01.lab", "query", "SMS_EXECUTIVE"], 1722, "[SC] OpenSCManager FAILED 1722:"],
  [["qc"], 1639, "Invalid command line argument."],
  [["delete", "SMS_EXECUTIVE"], 1639, "Invalid command line argument."],
])("%j ends with %d", (args, code, text) => {
  const told = sc(...args);
  expect(told.code).toBe(code);
  expect(told.text.startsWith(text)).toBe(true);
});

test("who has no right is refused by the manager of the services with 5; who is not let through, with 1722", async () => {
  await suffer("services-refused");
  expect(sc("query", "SMS_EXECUTIVE")).toEqual({
    code: 5,
    text: "[SC] OpenSCManager FAILED 5:\r\n\r\nAccess is denied.\r\n\r\n",
  });
  await suffer("services-unreachable");
  expect(sc("\\\\sql01.lab", "query", "MSSQLSERVER").code).toBe(1722);
});

test("a writer's service of another account is told, and is LocalSystem's again", async () => {
  await incident(lab.folder, "writer-account");
  expect(sc("qc", "SMS_SITE_VSS_WRITER").text).toContain("SERVICE_START_NAME : LAB\\svc-cm\r\n");
  await incident(lab.folder, "writer-account", { off: true });
  expect(sc("qc", "SMS_SITE_VSS_WRITER").text).toContain("SERVICE_START_NAME : LocalSystem\r\n");
});

test("a service whose process has gone is stopped, with the error of that", () => {
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  changeService(lab.folder, "cm01.lab", "SMS_SITE_BACKUP", { isRunning: true, playedBy: pid });
  expect(sc("query", "SMS_SITE_BACKUP").text).toMatch(/: 1 {2}STOPPED \r\n {8}WIN32_EXIT_CODE {4}: 1067 /);
  changeService(lab.folder, "cm01.lab", "SMS_SITE_BACKUP", { isRunning: false, playedBy: undefined });
});

test("starting the backup's service by the program in bin runs the task, whose former set is gone first", async () => {
  const [before, earlier] = [taskLog(), messages().length];
  const bin = (...args: readonly string[]) =>
    execFileSync(process.execPath, [join(lab.folder, "bin", "sc.mjs"), ...args], { encoding: "latin1" });
  expect(bin("start", "SMS_SITE_BACKUP")).toContain("STATE              : 2  START_PENDING \r\n");
  expect(sc("start", "SMS_SITE_BACKUP").code).toBe(1056);
  await until(() => readdirSync(taskFolders(lab.folder).site).length === 0);
  expect(sc("query", "SMS_SITE_BACKUP").text).toContain("STATE              : 4  RUNNING \r\n");
  expect(messages().slice(earlier, earlier + 2)).toEqual([500, 5055]);
  await until(() => sc("query", "SMS_SITE_BACKUP").text.includes("STOPPED"));
  expect(sc("query", "SMS_SITE_BACKUP").text).toContain("WIN32_EXIT_CODE    : 0  (0x0)");
  expect(messages().slice(earlier)).toEqual([500, 5055, 5056, 5035]);
  expect(existsSync(join(taskFolders(lab.folder).site, "BackupDocument.xml"))).toBe(true);
  const lines = taskLog().slice(before.length);
  expect(statusIds(lines)).toEqual(messages().slice(earlier));
  expect(lines).toContain("The file AfterBackup.bat does not exist; nothing is started.");
  const times = [...lines.matchAll(/><(\d\d-\d\d-\d{4} [\d:.]+)\+000></g)].map(([, at]) => at!);
  expect(times).toEqual(times.toSorted());
});

test("AfterBackup.bat is started behind a good run: 5040, and a note of when and what", async () => {
  const file = inInstallFolder(lab.folder, "inboxes", "smsbkup.box", "AfterBackup.bat");
  writeFileSync(file, "net use\r\n");
  onTestFinished(() => rmSync(file));
  const earlier = messages().length;
  await runTaskNow(lab.folder, async () => undefined);
  expect(messages().slice(earlier)).toEqual([500, 5055, 5056, 5035, 5040]);
  const record = join(lab.folder, "hosts", "cm01", "after-backup-runs.json");
  expect(JSON.parse(readFileSync(record, "utf8"))).toEqual([
    { at: expect.stringMatching(/^2026-11-22T01:/), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
  ]);
});

test("a run while the writer has failed deletes the former set, says 5060, and leaves no copy", async () => {
  await suffer("vss-writer-failed");
  const [before, earlier] = [taskLog(), messages().length];
  await runTaskNow(lab.folder, async () => undefined);
  expect(messages().slice(earlier)).toEqual([500, 5055, 5060]);
  const { site, database } = taskFolders(lab.folder);
  expect([readdirSync(site), readdirSync(database)]).toEqual([[], []]);
  expect(taskLog().slice(before.length)).toContain("SMS site backup failed. Please see previous errors.");
});

test("a run that can't delete the former set leaves half of it and says why", async () => {
  await runTaskNow(lab.folder, async () => undefined);
  await incident(lab.folder, "task-failed");
  const [before, earlier] = [taskLog(), messages().length];
  await runTaskNow(lab.folder, async () => undefined);
  expect(messages().slice(earlier)).toEqual([500, 5055, 5060]);
  expect(readdirSync(taskFolders(lab.folder).site)).toContain("SiteServer");
  expect(existsSync(join(taskFolders(lab.folder).site, "BackupDocument.xml"))).toBe(false);
  expect(taskLog().slice(before.length)).toContain("FAILED, Win32 Error = 5");
  await incident(lab.folder, "task-failed", { off: true });
});

test("services that don't come back stay stopped behind a run, until they are started by hand", async () => {
  await incident(lab.folder, "services-stay-down");
  expect(sc("query", "SMS_EXECUTIVE").text).toContain("1  STOPPED");
  expect(sc("start", "SMS_EXECUTIVE").text).toContain("2  START_PENDING");
  expect(sc("query", "SMS_EXECUTIVE").text).toContain("4  RUNNING");
  await runTaskNow(lab.folder, async () => undefined);
  expect(sc("query", "SMS_EXECUTIVE").text).toContain("1  STOPPED");
  await incident(lab.folder, "services-stay-down", { off: true });
  for (const name of ["SMS_EXECUTIVE", "SMS_SITE_COMPONENT_MANAGER"])
    expect(sc("query", name).text).toContain("4  RUNNING");
});

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    expect(tries).toBeLessThan(300);
    await setTimeout(50);
  }
}

function taskLog(): string {
  return readFileSync(inInstallFolder(lab.folder, "Logs", "smsbkup.log"), "utf8");
}

function statusIds(lines: string): readonly number[] {
  return [...lines.matchAll(/STATMSG: ID=(\d+)/g)].map(([, id]) => Number(id));
}

/** Ids of the task's messages, in the order in which they were sent. */
function messages(): readonly number[] {
  const db = openDatabase(join(lab.folder, "hosts", "sql01", "data", "CM_PS1.mdf"));
  const rows = db.prepare(
    "SELECT MessageID AS id FROM v_StatusMessage WHERE Component = 'SMS_SITE_BACKUP' ORDER BY rowid",
  );
  const ids = rows.all().map((row) => Number(row["id"]));
  db.close();
  return ids;
}
