import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sql from "mssql";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { denyRights } from "../../src/server-switches.ts";
import { createLab } from "../../src/create-lab.ts";
import { incident } from "../../src/incidents/incident.ts";
import { startLab, type RunningLab } from "../../src/start-lab.ts";
import { setTimeout } from "node:timers/promises";
import { usualVariant } from "../../src/lab-variant.ts";
import { labNowMs } from "../made-lab.ts";

const folder = mkdtempSync(join(tmpdir(), "lab-"));
let running: RunningLab;
let pool: sql.ConnectionPool;
beforeAll(async () => {
  await createLab({
    folder,
    nowMs: labNowMs,
    size: "small",
    variant: { ...usualVariant, reportServer: "PBIRS" },
    onStep: () => undefined,
  });
  running = await startLab(folder, { onLine: () => undefined });
  pool = await new sql.ConnectionPool({
    server: "127.0.0.1",
    port: running.ports["sql01.lab"],
    database: "CM_PS1",
    user: "sitekeep",
    password: readFileSync(join(folder, "secrets", "sql-password"), "utf8").trim(),
    options: { encrypt: true, trustServerCertificate: true },
  }).connect();
});
afterAll(async () => {
  await pool.close();
  await running.close();
  rmSync(folder, { recursive: true, force: true });
});

async function ask(text: string): Promise<readonly Record<string, unknown>[]> {
  return [...(await pool.request().query(text)).recordset];
}

const own = `SELECT o.name, RTRIM(o.type) AS type FROM sys.objects o JOIN sys.sql_modules m ON m.object_id = o.object_id
  WHERE m.definition LIKE N'%Contoso%' ORDER BY o.name`;

test("what administrators made in the site's database is listed with the text that made it", async () => {
  expect(await ask(own)).toEqual([
    { name: "Contoso_StaleComputers", type: "V" },
    { name: "fn_Contoso_Building", type: "FN" },
    { name: "usp_Contoso_FreeSpace", type: "P" },
    { name: "v_Contoso_LicenceOverview", type: "V" },
  ]);
  const [text] = await ask("SELECT OBJECT_DEFINITION(OBJECT_ID('dbo.usp_Contoso_FreeSpace')) AS it");
  expect(text!["it"]).toMatch(/^CREATE PROCEDURE dbo\.usp_Contoso_FreeSpace/);
  expect(await ask("SELECT name FROM sys.procedures")).toEqual([{ name: "usp_Contoso_FreeSpace" }]);
});

test("it is younger than the site's own objects, and its views give rows", async () => {
  const [age] = await ask("SELECT MAX(create_date) AS site FROM sys.objects WHERE name NOT LIKE '%Contoso%'");
  const [custom] = await ask("SELECT MIN(create_date) AS first FROM sys.objects WHERE name LIKE '%Contoso%'");
  expect((custom!["first"] as Date).getTime()).toBeGreaterThan((age!["site"] as Date).getTime());
  const found = await ask("SELECT Product0, Installed0 FROM v_Contoso_LicenceOverview");
  expect(found.reduce((sum, it) => sum + Number(it["Installed0"]), 0)).toBe(150);
  expect(await ask("SELECT COUNT(*) AS n FROM v_R_System")).toEqual([{ n: 150 }]);
});

test("each view has a text; a login without VIEW DEFINITION is shown none, and no procedure", async () => {
  const untold = `SELECT v.name FROM sys.views v LEFT JOIN sys.sql_modules m ON m.object_id = v.object_id
    WHERE m.definition IS NULL`;
  expect(await ask(untold)).toEqual([]);
  denyRights(folder, "sitekeep", ["VIEW DEFINITION", "VIEW ANY DEFINITION"]);
  await setTimeout(120);
  expect(await ask("SELECT definition FROM sys.sql_modules WHERE definition IS NOT NULL")).toEqual([]);
  expect(await ask("SELECT name FROM sys.procedures")).toEqual([]);
  expect((await ask(untold)).length).toBeGreaterThan(3);
  expect(await ask("SELECT OBJECT_ID('dbo.usp_Contoso_FreeSpace') AS it")).toEqual([{ it: null }]);
  denyRights(folder, "sitekeep", []);
  await setTimeout(120);
});

test("what a backup brings back has its texts too", async () => {
  await pool.request().batch("BACKUP DATABASE CM_PS1 TO DISK = N'E:\\stage\\modules.bak' WITH COPY_ONLY");
  await pool
    .request()
    .batch(
      "RESTORE DATABASE Again FROM DISK = N'E:\\stage\\modules.bak' WITH MOVE 'CM_PS1' TO 'D:\\SQLData\\Again.mdf', MOVE 'CM_PS1_log' TO 'D:\\SQLData\\Again.ldf'",
    );
  expect(
    await ask(
      own.replace("sys.objects", "Again.sys.objects").replace("sys.sql_modules", "Again.sys.sql_modules"),
    ),
  ).toHaveLength(4);
});

test("definitions of reports lie in the catalogue as bytes, and name what others made, and an assembly", async () => {
  const items = await ask("SELECT Name, Type, Content FROM ReportServer.dbo.Catalog WHERE Type <> 1");
  const byType = Map.groupBy(items, (it) => Number(it["Type"]));
  expect([...byType].map(([type, of]) => [type, of.length]).toSorted((a, b) => a[0]! - b[0]!)).toEqual([
    [2, 48],
    [3, 1],
    [4, 1],
    [5, 1],
    [8, 1],
    [13, 1],
  ]);
  const texts = byType.get(2)!.map((it) => (it["Content"] as Buffer).toString("utf8"));
  const named = (pattern: RegExp): number => texts.filter((it) => pattern.test(it)).length;
  expect(named(/<CommandType>StoredProcedure<\/CommandType>\s+<CommandText>usp_Contoso_FreeSpace</)).toBe(8);
  expect(named(/FROM v_Contoso_LicenceOverview/)).toBe(8);
  expect(named(/<CodeModule>Contoso\.Reporting, Version=/)).toBe(8);
  const [source] = await ask("SELECT ConnectionString AS it FROM ReportServer.dbo.DataSource");
  expect(source!["it"]).toBeInstanceOf(Buffer);
});

test("a Power BI Report Server has its folders, its configuration and its instance", async () => {
  const program = join(folder, "hosts", "ssrs01", "C", "Program Files", "Microsoft Power BI Report Server");
  const config = readFileSync(join(program, "PBIRS", "ReportServer", "rsreportserver.config"), "utf8");
  expect(config).toContain("<InstanceId>PBIRS</InstanceId>");
  expect(readFileSync(join(program, "PBIRS", "ReportServer", "rssrvpolicy.config"), "utf8")).toContain(
    "Contoso.Reporting.dll",
  );
  expect(readFileSync(join(folder, "policies", "lab.yaml"), "utf8")).toContain("instance: PBIRS");
  expect(await ask("SELECT InstanceName FROM ReportServer.dbo.Keys")).toEqual([{ InstanceName: "PBIRS" }]);
});

const coming = "SELECT State FROM CM_UpdatePackages WHERE FullVersion = '5.00.9132.1000'";
const atSite = `SELECT s.State FROM CM_UpdatePackageSiteStatus s JOIN CM_UpdatePackages p ON p.PackageGuid = s.PackageGuid
  JOIN ServerData d ON d.ID = s.SiteNumber WHERE d.SiteCode = 'PS1' ORDER BY p.FullVersion`;

test("an update is applicable, waits to be installed, or is being installed", async () => {
  expect(await ask(coming)).toEqual([{ State: 327_682 }]);
  expect(await ask(atSite)).toEqual([{ State: 196_612 }, { State: 196_612 }]);
  await incident(folder, "update-ready");
  expect(await ask(coming)).toEqual([{ State: 262_146 }]);
  await incident(folder, "update-ready", { off: true });
  await incident(folder, "update-installing");
  expect(await ask(coming)).toEqual([{ State: 196_609 }]);
  expect(await ask(atSite)).toEqual([{ State: 196_612 }, { State: 196_612 }, { State: 196_609 }]);
  await incident(folder, "update-installing", { off: true });
  expect(await ask(atSite)).toHaveLength(2);
});
