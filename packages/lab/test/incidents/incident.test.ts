import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { LabError } from "../../src/lab-error.ts";
import { digestTree, dumpDatabase } from "../../src/digest.ts";
import { incidents, incidentsAt } from "../../src/incidents/catalogue.ts";
import { incident } from "../../src/incidents/incident.ts";
import { labNow, readState, watchState } from "../../src/lab-state.ts";
import { objectPath, withdraw } from "../../src/site/content-library.ts";
import { inInstallFolder } from "../../src/lab-folder.ts";
import { readVariant } from "../../src/lab-variant.ts";
import { databaseCopy, taskFolders } from "../../src/site/task-set.ts";
import { publisherDatabase } from "../../src/site/updates-publisher.ts";
import { openDatabase } from "../../src/sql/database-file.ts";
import { serverKeyFile } from "../../src/site/server-key.ts";
import { dayMs, readIniSection } from "../../src/windows-formats.ts";
import { withLab } from "../made-lab.ts";

const lab = withLab();
let files: ReturnType<typeof digestTree>;

beforeEach(() => {
  files = digestTree(join(lab.folder, "hosts", "cm01", "E", "SCCMContentLib"));
});

test("an unknown incident is refused with the names of those there are", async () => {
  await expect(incident(lab.folder, "flood")).rejects.toThrow(LabError);
  await expect(incident(lab.folder, "flood")).rejects.toThrow("flipped-bit");
});

test("an incident is on once, and off once", async () => {
  await incident(lab.folder, "sql-down");
  expect(await incident(lab.folder, "sql-down")).toBe("sql-down is on already.");
  expect(watchState(lab.folder).incidents()).toEqual(["sql-down"]);
  expect(incidentsAt("sql01.lab", ["sql-down"])).toEqual(["sql-down"]);
  expect(incidentsAt("sql02.lab", ["sql-down"])).toEqual([]);
  await incident(lab.folder, "sql-down", { off: true });
  expect(readState(lab.folder).incidents).toEqual([]);
  expect(await incident(lab.folder, "sql-down", { off: true })).toBe("sql-down was not on.");
});

test("flipped-bit leaves date and size, changes one bit, and can be undone", async () => {
  const said = await incident(lab.folder, "flipped-bit");
  const hash = /[0-9A-F]{64}/.exec(said)![0];
  const bytes = readFileSync(objectPath(lab.folder, hash));
  expect(createHash("sha256").update(bytes).digest("hex").toUpperCase()).not.toBe(hash);
  const now = digestTree(join(lab.folder, "hosts", "cm01", "E", "SCCMContentLib"));
  const touched = [...now].filter(([path, it]) => it.sha256 !== files.get(path)!.sha256);
  expect(touched.map(([path]) => basename(path))).toEqual([hash]);
  const [path, after] = touched[0]!;
  expect([after.size, after.modifiedMs]).toEqual([files.get(path)!.size, files.get(path)!.modifiedMs]);
  await incident(lab.folder, "flipped-bit", { off: true });
  expect(digestTree(join(lab.folder, "hosts", "cm01", "E", "SCCMContentLib"))).toEqual(files);
});

test("missing-object takes an object that DataLib describes, and puts it back", async () => {
  const hash = /[0-9A-F]{64}/.exec(await incident(lab.folder, "missing-object"))![0];
  expect(existsSync(objectPath(lab.folder, hash))).toBe(false);
  expect(existsSync(`${objectPath(lab.folder, hash)}.INI`)).toBe(true);
  await incident(lab.folder, "missing-object", { off: true });
  expect(digestTree(join(lab.folder, "hosts", "cm01", "E", "SCCMContentLib"))).toEqual(files);
});

test("datalib-damaged leaves four entries that describe no file, and puts them back", async () => {
  const said = await incident(lab.folder, "datalib-damaged");
  const library = join(lab.folder, "hosts", "cm01", "E", "SCCMContentLib");
  const now = digestTree(library);
  const changed = [...now].filter(([path, it]) => it.sha256 !== files.get(path)!.sha256);
  expect(changed.map(([path]) => path.startsWith("DataLib/"))).toEqual([true, true, true, true]);
  for (const [path, it] of changed) {
    expect(said).toContain(path.replace("DataLib/", ""));
    expect(it.modifiedMs).toBe(files.get(path)!.modifiedMs);
    const hash = readIniSection(readFileSync(join(library, path), "utf8"), "File").find(
      ([key]) => key === "Hash",
    )?.[1];
    expect(hash ?? "").not.toMatch(/^[0-9A-F]{64}$/);
  }
  expect([...now.keys()]).toEqual([...files.keys()]);
  await incident(lab.folder, "datalib-damaged", { off: true });
  expect(digestTree(library)).toEqual(files);
});

test("locked-scupdb leaves a name that is listed and can't be read, whoever reads", async () => {
  const file = publisherDatabase(lab.folder, "ben");
  const bytes = readFileSync(file);
  await incident(lab.folder, "locked-scupdb");
  expect(readdirSync(dirname(file))).toEqual(["Scupdb.sdf"]);
  expect(() => readFileSync(file)).toThrow(/^(EACCES|ENXIO)/);
  expect(readFileSync(publisherDatabase(lab.folder, "anna")).length).toBeGreaterThan(1000);
  await incident(lab.folder, "locked-scupdb", { off: true });
  expect(readFileSync(file).equals(bytes)).toBe(true);
});

test("the report server's settings are locked, and its drive is away, until the incident ends", async () => {
  const drive = join(lab.folder, "hosts", "ssrs01", "C");
  const before = digestTree(drive);
  const [settings] = [...before.keys()].filter((path) => path.endsWith("/rsreportserver.config"));
  await incident(lab.folder, "report-config-locked");
  expect(() => readFileSync(join(drive, settings!))).toThrow(/^(EACCES|ENXIO)/);
  await incident(lab.folder, "report-config-locked", { off: true });
  await incident(lab.folder, "report-server-away");
  expect(existsSync(drive)).toBe(false);
  await incident(lab.folder, "report-server-away", { off: true });
  expect(digestTree(drive)).toEqual(before);
});

test("report-key-renewed changes the key, and what the catalogue seals with it; off leaves the new one", async () => {
  const seen = () => [
    readFileSync(serverKeyFile(lab.folder), "hex"),
    ...query("sql01", "ReportServer", "SELECT hex(SymmetricKey) AS it FROM Keys").map((it) => it["it"]),
    ...query("sql01", "ReportServer", "SELECT hex(Password) AS it FROM DataSource").map((it) => it["it"]),
  ];
  const before = seen();
  expect(before).toHaveLength(3);
  await incident(lab.folder, "report-key-renewed");
  const after = seen();
  expect(after.map((it, at) => it === before[at])).toEqual([false, false, false]);
  expect(after.map((it) => String(it).length)).toEqual(before.map((it) => String(it).length));
  await incident(lab.folder, "report-key-renewed", { off: true });
  expect(seen()).toEqual(after);
});

/** PS1 sends five groups to its parent: what is global, and what is its own. */
const sendsOfPs1 = [-2, -2, -2, -2, -2];

test("link-down shows at both ends for the links of PS1 only, and what was sent last stays", async () => {
  await incident(lab.folder, "link-down");
  for (const [host, database] of [
    ["sql01", "CM_PS1"],
    ["sqlcas", "CM_CAS"],
  ] as const) {
    const links = linkRows(host, database);
    expect(links.filter((it) => it.status === 9).map((it) => it.pair)).toEqual(
      links.filter((it) => it.pair.includes("PS1")).map((it) => it.pair),
    );
    expect(links.some((it) => it.status === 2)).toBe(database === "CM_CAS");
    expect(sends(host, database, "LastSendResult")).toEqual(
      database === "CM_CAS" ? [-2, -2, 0, 0] : sendsOfPs1,
    );
  }
  expect(sends("sqlcas", "CM_CAS", "LastVersionSent").slice(0, 2)).toEqual([0, 0]);
  await incident(lab.folder, "link-down", { off: true });
  expect(linkRows("sqlcas", "CM_CAS").every((it) => it.status === 2)).toBe(true);
});

test("clock-jumps moves the partner's clock by three days and nobody else's", async () => {
  await incident(lab.folder, "clock-jumps");
  expect(Math.round((labNow(lab.folder, "sqlcas.lab") - labNow(lab.folder)) / dayMs)).toBe(3);
  expect(Math.abs(labNow(lab.folder, "sql01.lab") - labNow(lab.folder))).toBeLessThan(1000);
  await incident(lab.folder, "clock-jumps", { off: true });
  expect(Math.abs(labNow(lab.folder, "sqlcas.lab") - labNow(lab.folder))).toBeLessThan(1000);
});

test("task-on-sundays leaves one bit of the week, and off all seven", async () => {
  const days = () => {
    const db = openDatabase(join(lab.folder, "hosts", "sql01", "data", "CM_PS1.mdf"));
    const [row] = db.prepare("SELECT DaysOfWeek FROM vSMS_SC_SQL_Task WHERE TaskName LIKE 'Backup%'").all();
    db.close();
    return row!["DaysOfWeek"];
  };
  await incident(lab.folder, "task-on-sundays");
  expect(days()).toBe(1);
  await incident(lab.folder, "task-on-sundays", { off: true });
  expect(days()).toBe(127);
});

test("task-failed leaves half a set and the old 5035; off runs the task to its end", async () => {
  const metadata = taskDocument(lab.folder);
  await incident(lab.folder, "task-failed");
  expect(existsSync(metadata)).toBe(false);
  const log = readFileSync(inInstallFolder(lab.folder, "Logs", "smsbkup.log"), "utf8");
  expect([...log.matchAll(/STATMSG: ID=(\d+)/g)].map((match) => match[1])).toEqual([
    "500",
    "5055",
    "5056",
    "5035",
    "500",
    "5055",
    "5060",
  ]);
  expect(newestMessage()).toBe(5060);
  await incident(lab.folder, "task-failed", { off: true });
  expect(existsSync(metadata)).toBe(true);
  expect(newestMessage()).toBe(5035);
});

test("task-set-damaged-page changes one byte of a page in use, and not its date; off puts it back", async () => {
  const file = databaseCopy(lab.folder);
  const before = readFileSync(file);
  const { mtimeMs, size } = statSync(file);
  const said = await incident(lab.folder, "task-set-damaged-page");
  const after = readFileSync(file);
  expect(statSync(file)).toMatchObject({ mtimeMs, size });
  const changed = [...after.keys()].filter((at) => after[at] !== before[at]);
  const page = Math.floor(changed[0]! / 8192);
  expect(changed.map((at) => at % 8192 >= 96)).toEqual([true]);
  expect(said).toBe(
    `Byte ${changed[0]! % 8192} of page ${page} of CM_PS1.mdf in the task's set has changed.`,
  );
  expect(before[8192 + 100 + page]! & 0x40).toBe(0x40);
  expect(() => dumpDatabase(file)).toThrow(`Page ${page} of`);
  await incident(lab.folder, "task-set-damaged-page", { off: true });
  expect(readFileSync(file).equals(before)).toBe(true);
});

test("a set that the task has made anew keeps its sound page; without a set there is none to damage", async () => {
  const file = databaseCopy(lab.folder);
  await incident(lab.folder, "task-set-damaged-page");
  await incident(lab.folder, "task-failed");
  await incident(lab.folder, "task-failed", { off: true });
  const anew = readFileSync(file);
  expect(await incident(lab.folder, "task-set-damaged-page", { off: true })).toContain("made its set anew");
  expect(readFileSync(file).equals(anew)).toBe(true);
  rmSync(file);
  await expect(incident(lab.folder, "task-set-damaged-page")).rejects.toThrow("has no CM_PS1.mdf");
  expect(readState(lab.folder).incidents).toEqual([]);
});

test("backups-encrypted enters three nights' backups into msdb, by the thumbprint of a certificate in master", async () => {
  await incident(lab.folder, "backups-encrypted");
  const [certificate] = query("sql01", "master", "SELECT thumbprint AS it FROM lab_certificates");
  const entered = query("sql01", "msdb", "SELECT * FROM backupset WHERE encryptor_type = 'CERTIFICATE'");
  expect(entered.map((it) => it["encryptor_thumbprint"])).toEqual(Array(3).fill(certificate!["it"]));
  const joined = query(
    "sql01",
    "msdb",
    "SELECT physical_device_name AS it FROM backupset s JOIN backupmediafamily f ON f.media_set_id = s.media_set_id WHERE s.encryptor_type IS NOT NULL",
  );
  expect(joined.map((it) => it["it"])).toEqual(
    [18, 19, 20].map((day) => `E:\\Nightly\\CM_PS1_2026-11-${day}.bak`),
  );
  await incident(lab.folder, "backups-encrypted", { off: true });
  expect(query("sql01", "msdb", "SELECT 1 FROM backupset WHERE encryptor_type IS NOT NULL")).toHaveLength(3);
});

test("damage ends quietly when the content it was in has left the library meanwhile", async () => {
  for (const name of ["flipped-bit", "missing-object"]) {
    const hash = /[0-9A-F]{64}/.exec(await incident(lab.folder, name))![0];
    const users = readIniSection(readFileSync(`${objectPath(lab.folder, hash)}.INI`, "utf8"), "Users");
    for (const [contentId] of users) withdraw(lab.folder, contentId, labNow(lab.folder));
    expect(await incident(lab.folder, name, { off: true })).toMatch(/has left the library|stays away/);
    expect(existsSync(objectPath(lab.folder, hash))).toBe(false);
  }
});

test("each incident has a sentence and a machine that the lab has", () => {
  for (const { happens, hosts } of incidents) {
    expect(happens).toMatch(/^[A-Z].*\.$/);
    for (const host of hosts)
      expect(existsSync(join(lab.folder, "hosts", host.replace(".lab", "")))).toBe(true);
  }
});

interface LinkRow {
  readonly pair: string;
  readonly status: number;
  readonly time: string;
}

function linkRows(host: string, database: string): readonly LinkRow[] {
  const rows = query(host, database, "SELECT * FROM RCM_ReplicationLinkStatus");
  return rows.map((row) => ({
    pair: `${String(row["SiteSending"])}-${String(row["SiteReceiving"])}`,
    status: Number(row["Status"]),
    time: String(row["UpdateTime"]),
  }));
}

function newestMessage(): number {
  const backup = "SELECT MessageID AS id FROM v_StatusMessage WHERE Component = 'SMS_SITE_BACKUP'";
  return Number(query("sql01", "CM_PS1", `${backup} ORDER BY Time DESC, MessageID DESC LIMIT 1`)[0]!["id"]);
}

function query(host: string, database: string, statement: string): readonly Record<string, unknown>[] {
  const db = openDatabase(join(lab.folder, "hosts", host, "data", `${database}.mdf`));
  try {
    return db.prepare(statement).all();
  } finally {
    db.close();
  }
}

function sends(host: string, database: string, column: string): readonly unknown[] {
  const db = openDatabase(join(lab.folder, "hosts", host, "data", `${database}.mdf`));
  const rows = db.prepare(`SELECT ${column} AS it FROM DRS_MessageActivity_Send ORDER BY SiteCode`).all();
  db.close();
  return rows.map((row) => row["it"]);
}

function taskDocument(folder: string): string {
  const isXml = readVariant(folder).taskDocument === "xml";
  return join(taskFolders(folder).site, isXml ? "BackupDocument.xml" : "ConfigMgrBackup.ini");
}
