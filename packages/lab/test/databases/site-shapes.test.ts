import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import sql from "mssql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ageLab } from "../../src/age-lab.ts";
import { createLab } from "../../src/create-lab.ts";
import type { IncidentName } from "../../src/incidents/catalogue.ts";
import { incident } from "../../src/incidents/incident.ts";
import { inInstallFolder } from "../../src/lab-folder.ts";
import { labNow } from "../../src/lab-state.ts";
import { variantOf, type LabVariant } from "../../src/lab-variant.ts";
import { startLab, type RunningLab } from "../../src/start-lab.ts";
import { dayMs, hourMs, minuteMs } from "../../src/windows-formats.ts";
import { labNowMs } from "../made-lab.ts";

type Row = Readonly<Record<string, unknown>>;

const lab = { folder: mkdtempSync(join(tmpdir(), "lab-")) };
const usual: LabVariant = {
  siteStatusColumn: "SiteStatus",
  taskTimes: "integer",
  taskDocument: "xml",
  certificates: "shown",
  sqlServer: "2022",
  windowsLanguage: "english",
  taskPlaces: "two",
  taskLog: "whole",
  taskFailure: "5060",
  reportServer: "SSRS",
};
let running: RunningLab;
beforeAll(async () => {
  await createLab({
    folder: lab.folder,
    nowMs: labNowMs,
    size: "small",
    variant: usual,
    onStep: () => undefined,
  });
  running = await startLab(lab.folder, { onLine: () => undefined });
});
afterAll(async () => {
  await running.close();
  rmSync(lab.folder, { recursive: true, force: true });
});

function ask(text: string, at: keyof RunningLab["ports"] = "sql01.lab"): Promise<readonly Row[]> {
  const database = { "sql01.lab": "CM_PS1", "sqlcas.lab": "CM_CAS", "sql02.lab": "CM_PS2" }[at];
  return askAt(lab.folder, { port: running.ports[at], database }, text);
}

async function askAt(
  folder: string,
  at: { readonly port: number; readonly database: string },
  text: string,
): Promise<readonly Row[]> {
  const password = readFileSync(join(folder, "secrets", "sql-password"), "utf8").trim();
  const options = { encrypt: true, trustServerCertificate: true };
  const pool = new sql.ConnectionPool({ server: "127.0.0.1", ...at, user: "sitekeep", password, options });
  try {
    await pool.connect();
    return [...(await pool.request().query(text)).recordset];
  } finally {
    await pool.close();
  }
}

test("a site knows itself, its partners, and sites that have left", async () => {
  expect(await ask("SELECT SiteCode, SiteStatus, ServerRole FROM dbo.ServerData ORDER BY SiteCode")).toEqual([
    { SiteCode: "CAS", SiteStatus: 125, ServerRole: "Peer" },
    { SiteCode: "PS0", SiteStatus: 110, ServerRole: "Peer" },
    { SiteCode: "PS1", SiteStatus: 125, ServerRole: "Peer" },
    { SiteCode: "PS2", SiteStatus: 125, ServerRole: "Peer" },
    { SiteCode: "S01", SiteStatus: 110, ServerRole: "Proxy" },
  ]);
  expect(await ask("SELECT dbo.fnGetSiteCode() AS code")).toEqual([{ code: "PS1" }]);
  expect(await ask("SELECT dbo.fnGetSiteCode() AS code", "sqlcas.lab")).toEqual([{ code: "CAS" }]);
});

test("identifiers of roles are beyond the numbers of JavaScript, and values stand where they belong", async () => {
  const rows = await ask(`SELECT r.ID, p.Name, p.Value2, p.Value3 FROM vSMS_SC_SysResUse r
    JOIN vSMS_SC_SysResUse_Properties p ON p.ID = r.ID WHERE r.RoleName = 'SMS Software Update Point' ORDER BY p.Name`);
  expect(rows).toEqual([
    { ID: "72057594037927967", Name: "DBServerName", Value2: "sql01.lab", Value3: null },
    { ID: "72057594037927967", Name: "WSUSIISPort", Value2: null, Value3: 8530 },
    { ID: "72057594037927967", Name: "WSUSIISSSLPort", Value2: null, Value3: 8531 },
  ]);
  const lists = await ask(
    "SELECT Name, Value, ValueIndex FROM vSMS_SC_SysResUse_PropertyLists ORDER BY Name, Value",
  );
  expect(lists).toEqual([
    { Name: "Directories", Value: directory("D:\\USMT1"), ValueIndex: 0 },
    { Name: "Directories", Value: directory("D:\\USMT2"), ValueIndex: 1 },
    { Name: "Excluded Directories", Value: null, ValueIndex: null },
  ]);
});

function directory(path: string): string {
  return `Directory=${path};MaxClients=100;MinDiskSpace=10;MinDiskSpaceUnit=3;`;
}

test("the broker's port is a property of the site, twice, and of no role", async () => {
  const number = "(SELECT SiteNumber FROM SC_SiteDefinition WHERE SiteCode = dbo.fnGetSiteCode())";
  expect(
    await ask(
      `SELECT Value3 FROM SC_SiteDefinition_Property WHERE Name = 'SSBPort' AND SiteNumber = ${number}`,
    ),
  ).toEqual([{ Value3: 4022 }]);
  expect(
    await ask(`SELECT p.Value FROM vRcmSqlControlProperties p JOIN RCMSQlControl c ON c.ID = p.ID
      WHERE p.Name = 'SQL Server Service Broker Port' AND c.SiteNumber = ${number}`),
  ).toEqual([{ Value: "4022" }]);
  expect(await ask("SELECT ID FROM vSMS_SC_SysResUse_Properties WHERE Name = 'SSBPort'")).toEqual([]);
});

test("hours of tasks are numbers without leading zeros", async () => {
  const rows = await ask(
    "SELECT TaskType, BeginTime, LatestBeginTime FROM vSMS_SC_SQL_Task ORDER BY TaskType",
  );
  expect(rows).toEqual([
    { TaskType: 1, BeginTime: 2200, LatestBeginTime: 2359 },
    { TaskType: 2, BeginTime: 0, LatestBeginTime: 500 },
    { TaskType: 3, BeginTime: 0, LatestBeginTime: 500 },
  ]);
});

test.each([
  "SELECT Mode FROM v_Site",
  "SELECT PackageSize FROM v_Package",
  "SELECT StoredPkgVersion FROM v_Package",
  "SELECT ContentUniqueID FROM v_ContentInfo",
  "SELECT Status FROM ServerData",
])("%s names a column that is not there", async (text) => {
  await expect(ask(text)).rejects.toThrow("Invalid column name");
});

test("packages of other sites are known everywhere, and one package has no source at all", async () => {
  const query = "SELECT PackageID, PkgSourcePath FROM v_Package WHERE SourceSite <> 'PS1' ORDER BY PackageID";
  const rows = await ask(query);
  expect(rows.map((row) => row["PackageID"])).toEqual(["CAS0000A", "CAS0000B", "CAS0000C", "PS200003"]);
  expect(await ask(query, "sql02.lab")).toEqual(rows);
  expect(await ask("SELECT PackageID FROM v_Package WHERE PkgSourcePath IS NULL")).toHaveLength(1);
});

test("contents name their package and its site; those of updates come from the web or from nowhere", async () => {
  const rows = await ask(`SELECT c.PkgID, c.SourceSite, i.ContentSource FROM v_Content c
    JOIN v_ContentInfo i ON i.Content_ID = c.Content_ID WHERE c.PkgID LIKE 'CAS%'`);
  expect(rows).toEqual([
    {
      PkgID: "CAS0000C",
      SourceSite: "CAS",
      ContentSource: "\\\\cas01.lab\\Sources$\\Applications\\Contoso Badge\\",
    },
  ]);
  const updates = await ask(`SELECT DISTINCT LEFT(c.ContentSource, 4) AS begins FROM v_Content c
    JOIN v_Package p ON p.PackageID = c.PkgID WHERE p.PackageType = 5 ORDER BY begins`);
  expect(updates.map((row) => row["begins"])).toEqual(["", "http"]);
});

test("the history of backups tells of snapshots, of a copy over two files, and of one that was written twice", async () => {
  const rows =
    await ask(`SELECT s.database_name AS name, s.is_snapshot AS isSnapshot, s.is_copy_only AS isCopy,
    f.device_type AS device, f.family_sequence_number AS part, f.mirror FROM msdb.dbo.backupset s
    JOIN msdb.dbo.backupmediafamily f ON f.media_set_id = s.media_set_id
    ORDER BY s.backup_set_id, f.family_sequence_number, f.mirror`);
  const snapshot = { isSnapshot: true, isCopy: false, device: 7, part: 1, mirror: 0 };
  const copy = { name: "CM_PS1", isSnapshot: false, isCopy: true, device: 2 };
  expect(rows).toEqual([
    ...["CM_PS1", "ReportServer", "ReportServerTempDB", "SUSDB"].map((name) => ({ name, ...snapshot })),
    { ...copy, part: 1, mirror: 0 },
    { ...copy, part: 2, mirror: 0 },
    { ...copy, part: 1, mirror: 0 },
    { ...copy, part: 1, mirror: 1 },
  ]);
  const [named] =
    await ask(`SELECT f.physical_device_name AS device, s.user_name AS who FROM msdb.dbo.backupset s
    JOIN msdb.dbo.backupmediafamily f ON f.media_set_id = s.media_set_id WHERE s.backup_set_id = 1`);
  expect(named).toMatchObject({ who: "NT AUTHORITY\\SYSTEM" });
  expect(named!["device"]).toMatch(/^\{[0-9A-F-]{36}\}1$/);
});

test("each store of user states is where its row says", async () => {
  const rows = await ask("SELECT StorePath, StoreReleaseDate FROM v_StateMigration");
  expect(rows.filter((row) => row["StoreReleaseDate"] !== null)).toHaveLength(1);
  const folders = rows.map((row) =>
    String(row["StorePath"])
      .replace("\\\\smp01.lab\\SMPSTOREE_4F2A91C7$", "USMT1\\SMPSTOREE_4F2A91C7$")
      .replace("\\\\smp01.lab\\SMPSTOREE_B83D06E5$", "USMT2\\SMPSTOREE_B83D06E5$"),
  );
  expect(folders.filter((it) => !existsSync(join(lab.folder, "hosts/smp01/D", ...it.split("\\"))))).toEqual(
    [],
  );
});

test("each initialisation has a request that was superseded before the one that was fulfilled", async () => {
  const rows = await ask(`SELECT SiteRequesting, InitializationStatus AS s FROM RCM_DrsInitializationTracking
    WHERE ReplicationGroup = 'Alerts' ORDER BY SiteRequesting, CreatedTime`);
  expect(rows.map((row) => [row["SiteRequesting"], row["s"]])).toEqual([
    ["CAS", 7],
    ["CAS", 6],
    ["PS1", 7],
    ["PS1", 6],
  ]);
});

test("every tracked table is an article of a group", async () => {
  const rows = await ask(`SELECT OBJECT_NAME(t.object_id) AS name, d.ReplicationGroup AS belongs
    FROM sys.change_tracking_tables t LEFT JOIN ArticleData a ON a.ArticleName = OBJECT_NAME(t.object_id)
    LEFT JOIN ReplicationData d ON d.ID = a.ReplicationID ORDER BY name`);
  expect(rows).toEqual([
    { name: "CI_ConfigurationItems", belongs: "Configuration Data" },
    { name: "CollectionRules_Direct", belongs: "Configuration Data" },
    { name: "Collections", belongs: "Configuration Data" },
    { name: "System_DISC", belongs: "General_Site_Data" },
  ]);
});

describe("as time passes", () => {
  const linkAges = async () =>
    (await ask("SELECT UpdateTime FROM RCM_ReplicationLinkStatus")).map(
      (row) => labNow(lab.folder) - (row["UpdateTime"] as Date).getTime(),
    );
  const newestSent = async () => {
    const text = `SELECT MAX(LastVersionSent) AS sent, CHANGE_TRACKING_CURRENT_VERSION() AS newest,
      MAX(LastSyncProcessedTime) AS at FROM DRS_MessageActivity_Send WHERE SiteCode = 'PS1'`;
    const [row] = await ask(text, "sqlcas.lab");
    return {
      sent: Number(row!["sent"]),
      newest: Number(row!["newest"]),
      ageMs: labNow(lab.folder) - (row!["at"] as Date).getTime(),
    };
  };

  test("links are reckoned every few minutes, and the partner sends what is new", async () => {
    await ageLab(lab.folder, 3 * dayMs + 5 * hourMs);
    expect(Math.max(...(await linkAges()))).toBeLessThan(10 * minuteMs);
    const { sent, newest, ageMs } = await newestSent();
    expect([sent, newest]).toEqual([6, 6]);
    expect(ageMs).toBeLessThan(2 * minuteMs);
  });

  test("a link that is down is reckoned still, and nothing is sent until it works again", async () => {
    await incident(lab.folder, "link-down");
    await ageLab(lab.folder, 2 * dayMs);
    expect(Math.max(...(await linkAges()))).toBeLessThan(10 * minuteMs);
    const { sent, newest, ageMs } = await newestSent();
    expect([sent, newest]).toEqual([6, 10]);
    expect(ageMs).toBeGreaterThan(2 * dayMs);
    await incident(lab.folder, "link-down", { off: true });
    expect(await newestSent()).toMatchObject({ sent: 10, newest: 10 });
  });

  test("a value that somebody wrote is shown as it was written", async () => {
    const admin = readFileSync(join(lab.folder, "secrets", "labadmin-password"), "utf8").trim();
    const pool = new sql.ConnectionPool({
      server: "127.0.0.1",
      port: running.ports["sql01.lab"],
      database: "CM_PS1",
      user: "labadmin",
      password: admin,
      options: { encrypt: true, trustServerCertificate: true },
    });
    await pool.connect();
    await pool.batch(
      "UPDATE RCM_ReplicationLinkStatus SET UpdateTime = '2026-11-20 01:02:03' WHERE ReplicationID = 2",
    );
    await pool.close();
    const [row] = await ask("SELECT MIN(UpdateTime) AS at FROM RCM_ReplicationLinkStatus");
    expect((row!["at"] as Date).toISOString()).toBe("2026-11-20T01:02:03.000Z");
  });
});

describe("keys that incidents bring", () => {
  const during = async <T>(name: IncidentName, work: () => Promise<T>): Promise<T> => {
    await incident(lab.folder, name);
    await setTimeout(60);
    try {
      return await work();
    } finally {
      await incident(lab.folder, name, { off: true });
      await setTimeout(60);
    }
  };
  const certificates =
    "SELECT name, pvt_key_encryption_type AS type FROM sys.certificates ORDER BY certificate_id";

  test("are not there without them", async () => {
    expect(await ask(certificates)).toEqual([{ name: "BitLockerManagement_CERT", type: "MK" }]);
    expect(await ask("SELECT name FROM master.sys.certificates")).toEqual([]);
    expect(await ask("SELECT name FROM master.sys.symmetric_keys")).toEqual([]);
  });

  test("are a key under a password in the site's database", async () => {
    expect(await during("certificate-under-password", () => ask(certificates))).toEqual([
      { name: "BitLockerManagement_CERT", type: "MK" },
      { name: "ReportSigning_CERT", type: "PW" },
    ]);
  });

  test("are a certificate and a master key in master, by which msdb's backups are encrypted", async () => {
    const openable = `SELECT COUNT(*) AS sets, COUNT(c.name) AS openable FROM msdb.dbo.backupset b
      LEFT JOIN master.sys.certificates c ON c.thumbprint = b.encryptor_thumbprint WHERE b.encryptor_thumbprint IS NOT NULL`;
    const [found] = await during("backups-encrypted", () => ask(openable));
    expect(found).toEqual({ sets: 3, openable: 3 });
    expect(await ask(openable)).toEqual([{ sets: 3, openable: 0 }]);
  });

  test("are what an encrypted database's key is under", async () => {
    const keys = `SELECT c.name FROM sys.dm_database_encryption_keys k
      JOIN master.sys.certificates c ON c.thumbprint = k.encryptor_thumbprint WHERE k.database_id = DB_ID()`;
    expect(await during("database-encrypted", () => ask(keys))).toEqual([{ name: "SiteDatabase_CERT" }]);
  });
});

describe("a lab of the other shapes", () => {
  const other: LabVariant = {
    siteStatusColumn: "Status",
    taskTimes: "datetime",
    taskDocument: "ini",
    certificates: "hidden",
    sqlServer: "2017",
    windowsLanguage: "german",
    taskPlaces: "one",
    taskLog: "rolled",
    taskFailure: "5048",
    reportServer: "PBIRS",
  };
  let folder: string;
  let second: RunningLab;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "lab-"));
    await createLab({ folder, nowMs: labNowMs, size: "small", variant: other, onStep: () => undefined });
    second = await startLab(folder, { onLine: () => undefined });
  });
  afterAll(async () => {
    await second.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const askOther = (text: string): Promise<readonly Row[]> =>
    askAt(folder, { port: second.ports["sql01.lab"], database: "CM_PS1" }, text);

  test("has each of them", async () => {
    expect(await askOther("SELECT Status FROM ServerData WHERE SiteCode = 'PS1'")).toEqual([{ Status: 125 }]);
    const [task] = await askOther("SELECT BeginTime FROM vSMS_SC_SQL_Task WHERE TaskType = 1");
    expect((task!["BeginTime"] as Date).toISOString()).toBe("1900-01-01T22:00:00.000Z");
    const set = join(folder, "hosts", "cm01", "E", "CMBackup", "PS1Backup");
    expect([
      existsSync(join(set, "ConfigMgrBackup.ini")),
      existsSync(join(set, "BackupDocument.xml")),
    ]).toEqual([true, false]);
    expect(await askOther("SELECT name FROM sys.certificates")).toEqual([]);
    const [server] = await askOther(`SELECT SERVERPROPERTY('ProductMajorVersion') AS major,
      SERVERPROPERTY('InstanceDefaultBackupPath') AS path`);
    expect(server).toEqual({ major: "14", path: null });
    await expect(askOther("SELECT compression_algorithm FROM msdb.dbo.backupset")).rejects.toThrow(
      "Invalid column",
    );
  });

  test("runs its task again in the same shape", async () => {
    await ageLab(folder, dayMs);
    const set = join(folder, "hosts", "cm01", "E", "CMBackup", "PS1Backup");
    expect(existsSync(join(set, "ConfigMgrBackup.ini"))).toBe(true);
    expect(existsSync(join(set, "BackupDocument.xml"))).toBe(false);
  });

  test("has one place for both parts of the set, and an older log that says how the newest run ended", async () => {
    const [task] = await askOther("SELECT BackupLocation AS place FROM vSMS_SC_SQL_Task WHERE TaskType = 1");
    expect(task).toEqual({ place: "\\\\cm01.lab\\CMBackup$" });
    const set = join(folder, "hosts", "cm01", "E", "CMBackup", "PS1Backup");
    expect(existsSync(join(set, "SiteDBServer", "CM_PS1.mdf"))).toBe(true);
    expect(readFileSync(join(folder, "policies", "lab.yaml"), "utf8")).not.toContain("sql01.lab\\CMBackup$");
    expect(idsIn("smsbkup.lo_")).toEqual([500, 5055, 5056, 5035]);
    expect(idsIn("smsbkup.log")).toEqual([]);
  });

  test("tells of a failed run by another message", async () => {
    await incident(folder, "task-failed");
    expect(idsIn("smsbkup.log")).toEqual([500, 5055, 5048]);
    const newest =
      "SELECT TOP 1 MessageID AS id, Severity AS sev FROM v_StatusMessage WHERE Component = 'SMS_SITE_BACKUP' ORDER BY Time DESC";
    expect(await askOther(newest)).toEqual([{ id: 5048, sev: -1_073_741_824 }]);
  });

  function idsIn(log: string): readonly number[] {
    const text = readFileSync(inInstallFolder(folder, "Logs", log), "utf8");
    return [...text.matchAll(/STATMSG: ID=(\d+)/g)].map(([, id]) => Number(id));
  }
});

test("a seed chooses a variant, always the same, and some seed chooses each shape", () => {
  const variants = Array.from({ length: 40 }, (_, seed) => variantOf(String(seed)));
  expect(variantOf("7")).toEqual(variants[7]);
  for (const name of Object.keys(usual) as (keyof LabVariant)[]) {
    expect(new Set(variants.map((it) => it[name])).size).toBe(2);
  }
});
