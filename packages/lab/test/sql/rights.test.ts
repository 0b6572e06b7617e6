import type sql from "mssql";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { ServerLanguage } from "../../src/sql/server-settings.ts";
import { startTestInstance, type TestInstance } from "./support/lab-instance.ts";

let instance: TestInstance;
let pool: sql.ConnectionPool;
beforeAll(async () => {
  instance = await startTestInstance();
  pool = await instance.connect({ user: "sitekeep", password: "Kee p'§☃" });
});
afterEach(() => {
  instance.settings.language = "english";
  instance.settings.denied = {};
});
afterAll(() => instance.close());

function deny(...rights: readonly string[]): void {
  instance.settings.denied = { sitekeep: rights };
}

async function rows(text: string): Promise<readonly Record<string, unknown>[]> {
  return [...(await pool.request().query(text)).recordset];
}

async function value(text: string): Promise<unknown> {
  const [row] = await rows(text);
  return Object.values(row!)[0];
}

async function refusal(text: string): Promise<readonly [number | undefined, string]> {
  try {
    await pool.request().query(text);
  } catch (thrown) {
    // BACKUP says why it was refused, and then that it has ended.
    const [first = thrown] = (thrown as { precedingErrors?: readonly unknown[] }).precedingErrors ?? [];
    const error = first as sql.RequestError;
    return [error.number, error.message];
  }
  return [undefined, "answered"];
}

/** A right, a statement that needs it, and the number with which it is refused without it. */
const refused: readonly (readonly [string, string, number])[] = [
  ["SELECT ON dbo.Sites", "SELECT SiteCode FROM Sites", 229],
  ["SELECT ON CM_PS1.dbo.v_Site", "SELECT SiteCode FROM dbo.v_Site", 229],
  ["SELECT ON msdb.dbo.backupset", "SELECT name FROM msdb.dbo.backupset", 229],
  ["CONNECT msdb", "SELECT name FROM msdb.dbo.backupset", 916],
  ["CREATE ANY DATABASE", "CREATE DATABASE Never", 262],
  ["BACKUP DATABASE", "BACKUP DATABASE CM_PS1 TO DISK = N'E:\\stage\\never.bak'", 262],
  ["BACKUP DATABASE ON DATABASE::CM_PS1", "BACKUP DATABASE CM_PS1 TO DISK = N'E:\\stage\\never.bak'", 262],
  ["VIEW SERVER STATE", "SELECT cpu_count FROM sys.dm_os_sys_info", 300],
];

test.each(refused)("without %s, %s is refused with %i", async (right, statement, number) => {
  deny(right);
  expect((await refusal(statement))[0]).toBe(number);
  deny();
  if (statement.startsWith("SELECT")) expect((await refusal(statement))[0]).toBe(undefined);
});

test.each<[ServerLanguage, string, string]>([
  [
    "english",
    "The SELECT permission was denied on the object 'Sites', database 'CM_PS1', schema 'dbo'.",
    "Invalid column name 'nope'.",
  ],
  [
    "spanish",
    "Se denegó el permiso SELECT en el objeto 'Sites', base de datos 'CM_PS1', esquema 'dbo'.",
    "El nombre de columna 'nope' no es válido.",
  ],
  [
    "japanese",
    "SELECT 権限がオブジェクト 'Sites'、データベース 'CM_PS1'、スキーマ 'dbo' で拒否されました。",
    "列名 'nope' が無効です。",
  ],
])("a server that speaks %s says it so", async (language, denied, missing) => {
  instance.settings.language = language;
  deny("SELECT ON dbo.Sites");
  expect(await refusal("SELECT SiteCode FROM Sites")).toEqual([229, denied]);
  expect(await refusal("SELECT nope FROM v_Site")).toEqual([207, missing]);
});

test.each<[ServerLanguage, string]>([
  ["english", "Login failed for user 'sitekeep'."],
  ["spanish", "Error de inicio de sesión del usuario 'sitekeep'."],
  ["japanese", "ユーザー 'sitekeep' はログインできませんでした。"],
])("a login is refused in %s too", async (language, text) => {
  instance.settings.language = language;
  await expect(instance.connect({ user: "sitekeep", password: "wrong" })).rejects.toThrow(text);
});

/** Rows that are hidden without an error: a right, a query, and how many rows with and without it. */
const hidden: readonly (readonly [string, string, number, number])[] = [
  ["VIEW DEFINITION", "SELECT name FROM sys.certificates", 1, 0],
  ["VIEW DEFINITION ON CERTIFICATE::BitLockerManagement_CERT", "SELECT name FROM sys.certificates", 1, 0],
  ["VIEW DEFINITION ON CERTIFICATE::Other", "SELECT name FROM sys.certificates", 1, 1],
  ["VIEW DEFINITION", "SELECT name FROM sys.symmetric_keys", 1, 0],
  ["VIEW ANY DEFINITION", "SELECT port FROM sys.tcp_endpoints", 1, 0],
  ["VIEW ANY DEFINITION", "SELECT name FROM sys.service_broker_endpoints", 1, 0],
];

test.each(hidden)("without %s, %s gives fewer rows", async (right, query, all, left) => {
  expect(await rows(query)).toHaveLength(all);
  deny(right);
  expect(await rows(query)).toHaveLength(left);
});

test("databases are shown by two rights, and one's own without any", async () => {
  const query = "SELECT name FROM sys.databases ORDER BY database_id";
  deny("VIEW ANY DATABASE");
  expect(await rows(query)).toHaveLength(6);
  expect(await rows("SELECT * FROM sys.change_tracking_databases")).toHaveLength(1);
  deny("VIEW ANY DATABASE", "CREATE ANY DATABASE");
  expect((await rows(query)).map((row) => row["name"])).toEqual(["master", "tempdb", "CM_PS1"]);
  expect(await rows("SELECT * FROM sys.change_tracking_databases")).toEqual([]);
});

test("recovery forks and files of databases are shown by the same rights, the current one's fork too", async () => {
  const [forks, files] = ["database_recovery_status", "master_files"].map(
    (view) => `SELECT DISTINCT DB_NAME(database_id) AS name FROM sys.${view} ORDER BY name`,
  );
  expect(await rows(forks!)).toHaveLength(6);
  deny("VIEW ANY DATABASE", "CREATE ANY DATABASE");
  expect((await rows(forks!)).map((row) => row["name"])).toEqual(["master", "tempdb"]);
  expect(await rows(files!)).toHaveLength(6);
  deny("VIEW ANY DEFINITION", "CREATE ANY DATABASE");
  expect(await rows(files!)).toEqual([]);
});

test("other sessions are shown to who may see the server's state, one's own to everybody", async () => {
  const other = await instance.connect();
  await other.query("SELECT 1 AS one");
  const query = "SELECT session_id FROM sys.dm_exec_sessions";
  expect(await rows(query)).toHaveLength(2);
  deny("VIEW SERVER STATE");
  expect(await rows(query)).toEqual([{ session_id: await value("SELECT @@SPID") }]);
});

test("a database is checked by the login that made it, and by no other", async () => {
  expect(await refusal("DBCC CHECKDB (N'CM_PS1') WITH NO_INFOMSGS")).toEqual([
    7983,
    "User 'sitekeep' does not have permission to run DBCC CHECKDB for database 'CM_PS1'.",
  ]);
  await pool.request().batch("CREATE DATABASE Own");
  expect(await refusal("DBCC CHECKDB (N'Own') WITH NO_INFOMSGS")).toEqual([undefined, "answered"]);
  await pool.request().batch("DROP DATABASE Own");
});

test("tracked tables are shown one by one to who may read them, and all to who sees definitions", async () => {
  const query = `SELECT o.name FROM sys.change_tracking_tables t JOIN sys.objects o ON o.object_id = t.object_id
    ORDER BY o.name`;
  const names = async () => (await rows(query)).map((row) => row["name"]);
  deny("SELECT ON dbo.Sites");
  expect(await names()).toEqual(["Sites", "System_DISC"]);
  deny("SELECT ON dbo.Sites", "VIEW DEFINITION");
  expect(await names()).toEqual(["System_DISC"]);
  expect(await value("SELECT HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'VIEW DEFINITION')")).toBe(0);
});

describe("HAS_PERMS_BY_NAME", () => {
  const has = (args: string) => value(`SELECT HAS_PERMS_BY_NAME(${args})`);

  test("says of a table that it may be read, may not, or is not there", async () => {
    deny("SELECT ON dbo.Sites");
    expect(await has("'dbo.v_Site', 'OBJECT', 'SELECT'")).toBe(1);
    expect(await has("'[dbo].[Sites]', 'OBJECT', 'SELECT'")).toBe(0);
    expect(await has("'dbo.Nowhere', 'OBJECT', 'SELECT'")).toBe(null);
    expect(await has("'dbo.Sites', 'OBJECT', 'NO SUCH RIGHT'")).toBe(null);
  });

  test("follows what a login was denied, on the server and in a database", async () => {
    expect(await has("NULL, NULL, 'VIEW ANY DEFINITION'")).toBe(1);
    deny("VIEW ANY DEFINITION", "BACKUP DATABASE", "CONNECT msdb");
    expect(await has("NULL, NULL, 'VIEW ANY DEFINITION'")).toBe(0);
    expect(await has("NULL, NULL, 'NO SUCH RIGHT'")).toBe(null);
    expect(await has("'CM_PS1', 'DATABASE', 'BACKUP DATABASE'")).toBe(0);
    expect(await has("'msdb', 'DATABASE', 'SELECT'")).toBe(null);
    expect(await value("SELECT HAS_DBACCESS('msdb')")).toBe(0);
  });
});

test("columns are listed with their types, of tables that the login is shown", async () => {
  const query = `SELECT c.name, t.name AS type, c.max_length AS bytes, c.is_nullable AS empty FROM sys.columns c
    JOIN sys.types t ON t.user_type_id = c.user_type_id WHERE c.object_id = OBJECT_ID('dbo.Sites')
    AND c.column_id IN (1, 2, 4, 9) ORDER BY c.column_id`;
  expect(await rows(query)).toEqual([
    { name: "SiteKey", type: "int", bytes: 4, empty: true },
    { name: "SiteCode", type: "nvarchar", bytes: 6, empty: true },
    { name: "Added", type: "datetime", bytes: 8, empty: true },
    { name: "Body", type: "varbinary", bytes: -1, empty: true },
  ]);
  deny("SELECT ON dbo.Sites");
  expect(await rows(query)).toHaveLength(4);
  deny("SELECT ON dbo.Sites", "VIEW DEFINITION");
  expect(await rows(query)).toEqual([]);
  expect(await value("SELECT OBJECT_ID('dbo.Sites')")).toBe(null);
});

test("the broker's endpoint and its port are joined by their number", async () => {
  const [row] = await rows(`SELECT b.name, b.state_desc AS state, t.port FROM sys.service_broker_endpoints b
    JOIN sys.tcp_endpoints t ON t.endpoint_id = b.endpoint_id`);
  expect(row).toEqual({ name: "ConfigMgrEndpoint", state: "STARTED", port: 4022 });
});
