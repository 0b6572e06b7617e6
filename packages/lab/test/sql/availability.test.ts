import { mkdirSync, readdirSync } from "node:fs";
import type sql from "mssql";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { SqlIncident } from "../../src/sql/incidents.ts";
import { startTestInstance, type TestInstance } from "./support/lab-instance.ts";

let instance: TestInstance;
let admin: sql.ConnectionPool;
let sitekeep: sql.ConnectionPool;
beforeAll(async () => {
  instance = await startTestInstance();
  mkdirSync(instance.stage, { recursive: true });
  admin = await instance.connect();
  sitekeep = await instance.connect({ user: "sitekeep", password: "Kee p'§☃" });
});
afterEach(() => {
  instance.incidents.length = 0;
  instance.settings.denied = {};
});
afterAll(() => instance.close());

function suffer(incident: SqlIncident): void {
  instance.incidents.push(incident);
}

async function rows(text: string): Promise<readonly Record<string, unknown>[]> {
  return [...(await sitekeep.request().query(text)).recordset];
}

async function row(text: string): Promise<Record<string, unknown>> {
  return (await rows(text))[0]!;
}

async function refusal(statement: string, pool = admin): Promise<number | undefined> {
  try {
    await pool.request().batch(statement);
  } catch (thrown) {
    const [first = thrown] = (thrown as { precedingErrors?: readonly unknown[] }).precedingErrors ?? [];
    return (first as sql.RequestError).number;
  }
  return undefined;
}

const preferred = "SELECT sys.fn_hadr_backup_is_preferred_replica(N'CM_PS1') AS it";
const server = "SELECT SERVERPROPERTY('IsHadrEnabled') AS hadr, SERVERPROPERTY('EngineEdition') AS edition";
const group = "SELECT name, automated_backup_preference_desc AS wanted FROM sys.availability_groups";
const roles = `SELECT r.replica_server_name AS server, s.is_local AS here, s.role AS role FROM sys.availability_replicas r
  LEFT JOIN sys.dm_hadr_availability_replica_states s ON s.replica_id = r.replica_id ORDER BY r.replica_server_name`;
const member = `SELECT d.recovery_model_desc AS model, c.database_name AS name FROM sys.databases d
  LEFT JOIN sys.availability_databases_cluster c ON c.group_database_id = d.group_database_id WHERE d.name = N'CM_PS1'`;

test("without a group everything says so, and this server is the one to back up on", async () => {
  expect(await row(server)).toEqual({ hadr: 0, edition: 2 });
  expect([await rows(group), await rows(roles)]).toEqual([[], []]);
  expect(await row(member)).toEqual({ model: "SIMPLE", name: null });
  expect(await row(preferred)).toEqual({ it: true });
});

test("the primary of a group knows of both replicas, and its database has the full recovery model", async () => {
  suffer("availability-group");
  expect(await row(server)).toEqual({ hadr: 1, edition: 3 });
  expect(await rows(group)).toEqual([{ name: "CMAG", wanted: "PRIMARY" }]);
  expect(await rows(roles)).toEqual([
    { server: "SQL01", here: true, role: 1 },
    { server: "SQL01B", here: false, role: 2 },
  ]);
  expect(await row(member)).toEqual({ model: "FULL", name: "CM_PS1" });
  expect(await row(preferred)).toEqual({ it: true });
  expect(await refusal("BACKUP LOG CM_PS1 TO DISK = N'E:\\stage\\log.trn'")).toBe(4214);
});

test("where backups are wanted on the other replica, the primary is not the preferred one and may all the same", async () => {
  suffer("replica-not-preferred");
  expect(await rows(group)).toEqual([{ name: "CMAG", wanted: "SECONDARY" }]);
  expect(await row(preferred)).toEqual({ it: false });
  expect(await row("SELECT sys.fn_hadr_backup_is_preferred_replica(N'ReportServer') AS it")).toEqual({
    it: true,
  });
  expect(await refusal("BACKUP DATABASE CM_PS1 TO DISK = N'E:\\stage\\primary.bak'")).toBe(undefined);
});

test.each([
  ["BACKUP DATABASE CM_PS1 TO DISK = N'E:\\stage\\refused.bak'", 3059],
  ["BACKUP DATABASE CM_PS1 TO DISK = N'E:\\stage\\refused.bak' WITH DIFFERENTIAL", 3059],
  ["BACKUP LOG CM_PS1 TO DISK = N'E:\\stage\\refused.trn' WITH COPY_ONLY", 3059],
  ["BACKUP DATABASE CM_PS1 TO DISK = N'E:\\stage\\copy.bak' WITH COPY_ONLY", undefined],
  ["BACKUP LOG CM_PS1 TO DISK = N'E:\\stage\\log.trn'", undefined],
  ["UPDATE Sites SET SiteServer = N'x' WHERE SiteKey = 1", 3906],
])("on a secondary %s is answered by %s", async (statement, number) => {
  suffer("replica-secondary");
  expect(await refusal(statement)).toBe(number);
  if (number === 3059)
    expect(readdirSync(instance.stage).filter((it) => it.startsWith("refused"))).toEqual([]);
});

test("a secondary knows its own role alone, can be read, and is where backups are wanted", async () => {
  suffer("replica-secondary");
  expect(await rows(roles)).toEqual([
    { server: "SQL01", here: true, role: 2 },
    { server: "SQL01B", here: null, role: null },
  ]);
  expect(await row("SELECT primary_replica AS it FROM sys.dm_hadr_availability_group_states")).toEqual({
    it: "SQL01B",
  });
  expect(await row(preferred)).toEqual({ it: true });
  expect(await row("SELECT DATABASEPROPERTYEX('CM_PS1', 'Updateability') AS it")).toEqual({
    it: "READ_ONLY",
  });
  expect(await rows("SELECT SiteCode FROM Sites WHERE SiteKey = 1")).toHaveLength(1);
});

test("a secondary that can't be read is entered by nobody; its copy is backed up from elsewhere all the same", async () => {
  const elsewhere = await instance.connect({ database: "master" });
  suffer("replica-unreadable");
  expect(await refusal("SELECT SiteCode FROM Sites")).toBe(976);
  expect(await refusal("SELECT name FROM sys.certificates")).toBe(976);
  expect(await refusal("USE CM_PS1", elsewhere)).toBe(976);
  expect(await refusal("SELECT SiteCode FROM CM_PS1.dbo.Sites", elsewhere)).toBe(976);
  await expect(instance.connect()).rejects.toThrow("is currently not accessible for queries");
  const read = "SELECT secondary_role_allow_connections_desc AS it FROM sys.availability_replicas";
  expect((await elsewhere.request().query(read)).recordset).toEqual([{ it: "NO" }, { it: "NO" }]);
  const copy = "BACKUP DATABASE CM_PS1 TO DISK = N'E:\\stage\\unreadable.bak' WITH COPY_ONLY";
  expect(await refusal(copy, elsewhere)).toBe(undefined);
});

test("groups and replicas are shown to who sees definitions, roles to who sees the server's state", async () => {
  suffer("availability-group");
  instance.settings.denied = { sitekeep: ["VIEW ANY DEFINITION", "VIEW SERVER STATE"] };
  expect(await rows(group)).toEqual([]);
  expect(await refusal(roles, sitekeep)).toBe(300);
});

const settings = `SELECT owner_sid AS owner, is_trustworthy_on AS trusted, is_broker_enabled AS broker,
  is_honor_broker_priority_on AS honors, is_master_key_encrypted_by_server AS opened FROM sys.databases WHERE name = N'CM_PS1'`;
const instanceSettings =
  "SELECT name, value_in_use AS it FROM sys.configurations WHERE configuration_id IN (1536, 1562) ORDER BY name";

test("a site's database and instance have the settings of a site, and lose them", async () => {
  const sa = Buffer.from([1]);
  expect(await row(settings)).toEqual({ owner: sa, trusted: true, broker: true, honors: true, opened: true });
  expect(await rows(instanceSettings)).toEqual([
    { name: "clr enabled", it: 1 },
    { name: "max text repl size (B)", it: 2_147_483_647 },
  ]);
  suffer("site-settings-lost");
  const lost = await row(settings);
  expect(lost).toMatchObject({ trusted: false, broker: false, honors: false });
  expect((lost["owner"] as Buffer).length).toBe(16);
  expect((await rows(instanceSettings)).map((it) => it["it"])).toEqual([0, 65_536]);
});

test("who restores a database owns it, until it is made sa's", async () => {
  await sitekeep.request().batch("BACKUP DATABASE ReportServer TO DISK = N'E:\\stage\\rs.bak' WITH INIT");
  await sitekeep
    .request()
    .batch(
      "RESTORE DATABASE Copy FROM DISK = N'E:\\stage\\rs.bak' WITH MOVE 'ReportServer' TO 'D:\\SQLData\\Copy.mdf', MOVE 'ReportServer_log' TO 'D:\\SQLData\\Copy.ldf'",
    );
  const owner = "SELECT SUSER_SNAME(owner_sid) AS it FROM sys.databases WHERE name = N'Copy'";
  expect(await row(owner)).toEqual({ it: "sitekeep" });
  expect(await refusal("ALTER AUTHORIZATION ON DATABASE::[Copy] TO [sa]", sitekeep)).toBe(15_151);
  expect(await refusal("ALTER AUTHORIZATION ON DATABASE::[Copy] TO [nobody]")).toBe(15_151);
  expect(await refusal("ALTER AUTHORIZATION ON DATABASE::[Copy] TO [sa]")).toBe(undefined);
  expect(await row(owner)).toEqual({ it: "sa" });
});

test("the server's principals are its logins, sa and the disabled ones by which sites replicate", async () => {
  const listed = "SELECT name, is_disabled AS idle FROM sys.server_principals ORDER BY principal_id";
  expect((await rows(listed)).map((it) => it["name"])).toEqual([
    "sa", "labadmin", "sitekeep", "limited", "ConfigMgrEndpointLoginCAS", "ConfigMgrEndpointLoginPS1", "ConfigMgrEndpointLoginPS2",
  ]); // prettier-ignore
  instance.settings.denied = { sitekeep: ["VIEW ANY DEFINITION"] };
  expect(await rows(listed)).toEqual([
    { name: "sa", idle: false },
    { name: "sitekeep", idle: false },
  ]);
});
