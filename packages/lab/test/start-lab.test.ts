import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import sql from "mssql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { ageLab } from "../src/age-lab.ts";
import { changeLab } from "../src/change-lab.ts";
import { incident } from "../src/incidents/incident.ts";
import { denyRights, setLanguage } from "../src/lab.ts";
import { labNow } from "../src/lab-state.ts";
import { labStatus } from "../src/lab-status.ts";
import { openDatabase } from "../src/sql/database-file.ts";
import { startLab, type RunningLab } from "../src/start-lab.ts";
import { dayMs } from "../src/windows-formats.ts";
import { withLab } from "./made-lab.ts";

const lab = withLab();
const lines: string[] = [];
let running: RunningLab;

beforeAll(async () => {
  // A file that a process which died long ago left behind must not keep a lab from starting.
  writeFileSync(join(lab.folder, "running.json"), JSON.stringify({ pid: 2 ** 22 + 1, ports: {} }));
  running = await startLab(lab.folder, { onLine: (text) => lines.push(text) });
});
afterAll(() => running.close());

test("a started lab says where each server listens, and writes the same into its machine file", () => {
  expect(lines.slice(0, 3)).toEqual(
    Object.entries(running.ports).map(([host, port]) => `${host} listens on 127.0.0.1:${port}`),
  );
  const machine = parse(readFileSync(join(lab.folder, "machine.yaml"), "utf8"));
  expect(machine.servers["sql01.lab"]).toBe(`127.0.0.1:${running.ports["sql01.lab"]}`);
  expect(labStatus(lab.folder).running?.pid).toBe(process.pid);
});

test("a second start is refused with the process that runs the first", async () => {
  const second = startLab(lab.folder, { onLine: () => undefined });
  await expect(second).rejects.toThrow(`is running already, in process ${process.pid}`);
});

test("the product's login reads the site through TLS that the lab's authority vouches for", async () => {
  const [site] = await ask("sql01.lab", "CM_PS1", "SELECT * FROM v_Site WHERE SiteCode = 'PS1'");
  expect([site!["ReportingSiteCode"], site!["BuildNumber"]]).toEqual(["CAS", 9128]);
  const tracked = await ask("sqlcas.lab", "CM_CAS", "SELECT * FROM sys.change_tracking_databases");
  expect([tracked[0]!["retention_period"], tracked[0]!["retention_period_units"]]).toEqual([5, 3]);
});

test("what somebody changes while the servers run is counted by change tracking", async () => {
  const before = await trackedVersion();
  await changeLab(lab.folder, { seed: "running" });
  expect(await trackedVersion()).toBeGreaterThan(before);
  const [row] = await ask(
    "sql01.lab",
    "CM_PS1",
    "SELECT count(*) AS n FROM Collections WHERE CollectionID >= 17000000",
  );
  expect(row!["n"]).toBe(1);
});

test("servers take the time from the lab while they run", async () => {
  await ageLab(lab.folder, 2 * dayMs);
  const [row] = await ask("sql02.lab", "CM_PS2", "SELECT SYSUTCDATETIME() AS now");
  expect(Math.abs((row!["now"] as Date).getTime() - labNow(lab.folder))).toBeLessThan(5000);
  const db = openDatabase(join(lab.folder, "hosts", "sql02", "data", "CM_PS2.mdf"));
  const commits = db.prepare("SELECT DISTINCT time FROM ct_commits ORDER BY time").all();
  db.close();
  const daysAgo = commits.map((commit) => Math.round((labNow(lab.folder) - Number(commit["time"])) / dayMs));
  expect([...new Set(daysAgo.map(Math.abs))]).toEqual([1, 0]);
  await incident(lab.folder, "clock-jumps");
  await setTimeout(100);
  const [partner] = await ask("sqlcas.lab", "CM_CAS", "SELECT SYSUTCDATETIME() AS now");
  expect(Math.round(((partner!["now"] as Date).getTime() - labNow(lab.folder)) / dayMs)).toBe(3);
});

test("incidents reach the server where they happen, and no other", async () => {
  await incident(lab.folder, "no-change-tracking");
  await incident(lab.folder, "login-refused");
  await setTimeout(100);
  await expect(ask("sql01.lab", "CM_PS1", "SELECT 1 AS one")).rejects.toThrow("Login failed");
  expect(await ask("sqlcas.lab", "CM_CAS", "SELECT * FROM sys.change_tracking_databases")).toEqual([]);
  const elsewhere = await ask("sql02.lab", "CM_PS2", "SELECT * FROM sys.change_tracking_databases");
  expect(elsewhere).toHaveLength(1);
  await changeLab(lab.folder, { seed: "while the product is locked out" });
  await incident(lab.folder, "login-refused", { off: true });
  await incident(lab.folder, "no-change-tracking", { off: true });
  await setTimeout(100);
  expect(await trackedVersion()).toBeGreaterThan(0);
});

test("a login that sees nothing reads the site's tables and gets empty or refused answers for the rest", async () => {
  await incident(lab.folder, "login-sees-nothing");
  await setTimeout(100);
  expect(await ask("sql01.lab", "CM_PS1", "SELECT SiteCode FROM v_Site")).toHaveLength(3);
  expect(await ask("sql01.lab", "CM_PS1", "SELECT * FROM sys.change_tracking_databases")).toEqual([]);
  await expect(ask("sql01.lab", "CM_PS1", "SELECT * FROM sys.dm_os_sys_info")).rejects.toThrow();
  await incident(lab.folder, "login-sees-nothing", { off: true });
  await setTimeout(100);
  expect(await ask("sql01.lab", "CM_PS1", "SELECT * FROM sys.change_tracking_databases")).toHaveLength(1);
});

test("a login that was stripped of a right is refused while the servers run, in the language that was set", async () => {
  await expect(denyRights(lab.folder, "sitekeep", ["FLY"])).rejects.toThrow("The lab knows no right FLY.");
  await denyRights(lab.folder, "sitekeep", ["SELECT ON dbo.ServerData"]);
  await setLanguage(lab.folder, "spanish");
  await setTimeout(100);
  await expect(ask("sql01.lab", "CM_PS1", "SELECT ID FROM ServerData")).rejects.toThrow(
    "Se denegó el permiso SELECT en el objeto 'ServerData', base de datos 'CM_PS1', esquema 'dbo'.",
  );
  await denyRights(lab.folder, "sitekeep", []);
  await setLanguage(lab.folder, "english");
  await setTimeout(100);
  expect(await ask("sql01.lab", "CM_PS1", "SELECT ID FROM ServerData")).toHaveLength(5);
});

test("a server that is down takes no connection, and what happens to its site meanwhile is kept", async () => {
  await incident(lab.folder, "sql-down");
  await setTimeout(250);
  await expect(ask("sql01.lab", "CM_PS1", "SELECT 1 AS one")).rejects.toThrow();
  const said = await changeLab(lab.folder, { seed: "while down" });
  await incident(lab.folder, "sql-down", { off: true });
  await setTimeout(250);
  const name = /new collection, (Pilot group \w+)/.exec(said[1]!)![1]!;
  const found = await ask(
    "sql01.lab",
    "CM_PS1",
    `SELECT * FROM Collections WHERE CollectionName = '${name}'`,
  );
  expect(found).toHaveLength(1);
});

test("who does not know the lab's authority does not get in", async () => {
  const pool = new sql.ConnectionPool({
    server: "127.0.0.1",
    port: running.ports["sql01.lab"],
    user: "sitekeep",
    password: "x",
    options: { encrypt: true },
  });
  await expect(pool.connect()).rejects.toThrow(/certificate/);
});

test("a lab that was closed has no ports, and starts again", async () => {
  await running.close();
  expect(existsSync(join(lab.folder, "running.json"))).toBe(false);
  expect(labStatus(lab.folder).running).toBe(undefined);
  await expect(ask("sql02.lab", "CM_PS2", "SELECT 1 AS one")).rejects.toThrow();
  running = await startLab(lab.folder, { onLine: () => undefined });
  expect(await ask("sql02.lab", "CM_PS2", "SELECT 1 AS one")).toEqual([{ one: 1 }]);
});

async function trackedVersion(): Promise<number> {
  const [row] = await ask("sql01.lab", "CM_PS1", "SELECT CHANGE_TRACKING_CURRENT_VERSION() AS v");
  return Number(row!["v"]);
}

/** Asks as the product does: with its login, through the lab's certificate authority. */
async function ask(
  host: keyof RunningLab["ports"],
  database: string,
  statement: string,
): Promise<readonly Record<string, unknown>[]> {
  const secret = (name: string): string => readFileSync(join(lab.folder, "secrets", name), "utf8");
  const pool = new sql.ConnectionPool({
    server: "127.0.0.1",
    port: running.ports[host],
    database,
    user: "sitekeep",
    password: secret("sql-password").trim(),
    options: { encrypt: true, cryptoCredentialsDetails: { ca: secret("ca.pem") } },
  });
  try {
    await pool.connect();
    return [...(await pool.request().query(statement)).recordset];
  } finally {
    await pool.close();
  }
}
