import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import sql from "mssql";
import type { ServerLanguage } from "../../../src/sql/server-settings.ts";
import {
  createInstance,
  type InstanceDefinition,
  type RunningInstance,
  startInstance,
} from "../../../src/sql/instance.ts";

/** An instance on a folder of its own, with a clock and incidents that a test can set. */
export interface TestInstance {
  readonly folder: string;
  readonly running: RunningInstance;
  readonly incidents: string[];
  /** In which language it speaks, and what its logins are denied. */
  readonly settings: { language: ServerLanguage; denied: Record<string, readonly string[]> };
  /** Where `E:\stage` of the instance lies. */
  readonly stage: string;
  /** Moves the instance's clock. */
  setClock(ms: number): void;
  connect(options?: Partial<sql.config>): Promise<sql.ConnectionPool>;
  close(): Promise<void>;
}

export const startOfClock = Date.UTC(2026, 10, 22, 0, 30);

function seed(db: DatabaseSync): void {
  db.exec(`
    CREATE TABLE Sites (SiteKey int PRIMARY KEY, SiteCode nvarchar(3), SiteServer nvarchar(255), Added datetime,
      Size bigint, Ratio float, IsReal bit, Guid uniqueidentifier, Body "varbinary(max)", Note "nvarchar(max)",
      Lsn text_numeric(25,0), Price decimal(9,2));
    CREATE VIEW v_Site AS SELECT SiteCode, SiteServer AS ServerName, Added FROM Sites;
    CREATE TABLE System_DISC (ItemKey int PRIMARY KEY, Name0 nvarchar(100));
    INSERT INTO Sites VALUES
      (1, 'PS1', 'cm01.lab', '2026-11-01 10:00:00.000', 5000000000, 0.5, 1, '6F9619FF-8B86-D011-B42D-00C04FC964FF', x'00ff10', 'Größe ☃',
       '1234567890123456789012345', 12.5),
      (2, 'CAS', 'cas01.lab', '2026-11-20 23:15:30.123', 7, 1.25, 0, NULL, NULL, NULL, '35000000012300001', NULL);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
    INSERT INTO System_DISC SELECT i, 'PC' || i FROM n;
    CREATE TABLE Bulky (id int PRIMARY KEY, body "varbinary(max)");
    INSERT INTO Bulky SELECT ItemKey, CAST(hex(randomblob(20)) || printf('%.*c', 1900, 'x') AS BLOB) FROM System_DISC WHERE ItemKey <= 600;`);
}

export const definition: InstanceDefinition = {
  host: "sql01.lab",
  serviceAccount: "LAB\\sql01$",
  drives: { "E:": "E" },
  shares: { "\\\\sql01.lab\\stage$": "E/stage" },
  databases: [
    {
      name: "CM_PS1",
      recoveryModel: "SIMPLE",
      siteCode: "PS1",
      changeTracking: { retention: 5, units: 3, autoCleanup: true, tables: ["System_DISC", "Sites"] },
      seed,
    },
    {
      name: "ReportServer",
      recoveryModel: "FULL",
      seed: (db) => db.exec("CREATE TABLE Catalog (ItemID int, Name nvarchar(50))"),
    },
  ],
  logins: [
    { user: "labadmin", password: "admin", can: ["sysadmin"] },
    {
      user: "sitekeep",
      password: "Kee p'§☃",
      can: [
        "backup",
        "view-change-tracking",
        "view-server-state",
        "view-definition",
        "view-any-definition",
        "view-any-database",
        "msdb",
        "create-database",
        "control",
      ],
    },
    {
      user: "limited",
      password: "limited",
      can: [],
      denied: ["SELECT ON dbo.System_DISC", "SELECT ON CM_PS1.dbo.Sites"],
    },
  ],
  certificates: [
    {
      database: "CM_PS1",
      name: "BitLockerManagement_CERT",
      subject: "BitLocker",
      pvtKeyEncryptedBy: "MASTER KEY",
    },
    {
      database: "ReportServer",
      name: "Signing_CERT",
      subject: "Signing",
      pvtKeyEncryptedBy: "PASSWORD",
      password: "Of the 1 key",
    },
  ],
  masterKeys: ["CM_PS1"],
};

/** Starts an instance for one test file. */
export async function startTestInstance(
  tls?: { key: string; cert: string },
  host = definition.host,
): Promise<TestInstance> {
  const folder = mkdtempSync(join(tmpdir(), "lab-instance-"));
  const incidents: string[] = [];
  const settings: TestInstance["settings"] = { language: "english", denied: {} };
  let now = startOfClock;
  createInstance(folder, { ...definition, host }, now);
  const running = await startInstance(folder, {
    port: 0,
    clock: () => now,
    incidents: () => incidents,
    settings: () => settings,
    ...(tls && { tls }),
  });
  const pools: sql.ConnectionPool[] = [];
  return {
    folder,
    running,
    incidents,
    settings,
    stage: join(folder, "E", "stage"),
    setClock: (ms) => void (now = ms),
    async connect(options = {}) {
      const pool = new sql.ConnectionPool({ ...connectionTo(running.port), ...options });
      pool.on("error", () => undefined);
      pools.push(pool);
      return pool.connect();
    },
    async close() {
      await Promise.all(pools.map((pool) => pool.close()));
      await running.close();
      rmSync(folder, { recursive: true });
    },
  };
}

function connectionTo(port: number): sql.config {
  return {
    server: "127.0.0.1",
    port,
    user: "labadmin",
    password: "admin",
    database: "CM_PS1",
    options: { encrypt: false, trustServerCertificate: true },
    pool: { max: 4, min: 0 },
  };
}
