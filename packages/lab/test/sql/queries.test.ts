import type sql from "mssql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reservedWords } from "../../src/sql/language/reserved-words.ts";
import { startTestInstance, type TestInstance } from "./support/lab-instance.ts";

let instance: TestInstance;
let pool: sql.ConnectionPool;
beforeAll(async () => {
  instance = await startTestInstance();
  pool = await instance.connect();
});
afterAll(() => instance.close());

async function ask(text: string): Promise<unknown> {
  const { recordset } = await pool.request().query(text);
  return JSON.parse(JSON.stringify(recordset));
}

/** Each query with its rows; a single value stands for one row with one column. */
const answers: readonly (readonly [string, unknown])[] = [
  ["SELECT N'a' + 'b'", "ab"],
  ["SELECT 7 / 2", 3],
  ["SELECT 7 / 2.0", 3.5],
  ["SELECT 7 % 4 + 2 * 3 - (1)", 8],
  ["SELECT ISNULL(NULL, N'x')", "x"],
  ["SELECT COALESCE(NULL, NULL, 3)", 3],
  ["SELECT LEN(N'abc  ')", 3],
  ["SELECT CASE WHEN 'A' = 'a' THEN 'same' ELSE 'other' END", "same"],
  ["SELECT IIF(1 > 2, 'yes', 'no')", "no"],
  ["SELECT CAST('2026-11-22' AS datetime)", "2026-11-22T00:00:00.000Z"],
  ["SELECT CAST('2026-11-22T01:02:03.4567891' AS datetime2(7))", "2026-11-22T01:02:03.456Z"],
  ["SELECT CONVERT(varchar(30), CAST('2026-11-22 01:02:03.456' AS datetime), 121)", "2026-11-22 01:02:03.457"],
  ["SELECT CONVERT(varchar(8), CAST('2026-11-22' AS date), 112)", "20261122"],
  ["SELECT CAST(CAST('2026-01-05 14:07' AS datetime) AS varchar(30))", "Jan  5 2026  2:07PM"],
  ["SELECT DATEDIFF(hour, '2026-11-22 01:59', '2026-11-22 03:00')", 2],
  ["SELECT DATEADD(month, 1, CAST('2026-01-31' AS date))", "2026-02-28T00:00:00.000Z"],
  ["SELECT DATEPART(weekday, '2026-11-22')", 1],
  ["SELECT GETDATE()", "2026-11-22T01:30:00.000Z"],
  ["SELECT SYSUTCDATETIME()", "2026-11-22T00:30:00.000Z"],
  ["SELECT DATEDIFF(minute, SYSUTCDATETIME(), SYSDATETIME())", 60],
  ["SELECT CAST(1.005 AS decimal(9,2))", 1.01],
  ["SELECT CAST(12345678901234567890123 AS varchar(40))", "12345678901234567890123"],
  ["SELECT CONVERT(varchar(40), Lsn) FROM Sites WHERE Lsn > 35000000012300001", "1234567890123456789012345"],
  ["SELECT CAST(MAX(Lsn) AS varchar(40)) FROM Sites", "1234567890123456789012345"],
  ["SELECT CONVERT(varbinary(8), 0x00FF10)", { type: "Buffer", data: [0, 255, 16] }],
  ["SELECT CONVERT(varchar(10), Body, 2) FROM Sites WHERE SiteKey = 1", "00FF10"],
  ["SELECT COUNT(*) FROM System_DISC WHERE Name0 LIKE 'pc_[13]' OR Name0 LIKE N'PC2999'", 19],
  ["SELECT COUNT(DISTINCT IsReal) FROM dbo.Sites", 2],
  ["SELECT SiteCode FROM [CM_PS1].[dbo].[Sites] WITH (NOLOCK) WHERE SiteKey IN (SELECT MIN(SiteKey) FROM CM_PS1..Sites)", "PS1"],
  ["SELECT SiteCode FROM Sites s WHERE EXISTS (SELECT 1 FROM v_Site v WHERE v.SiteCode = s.SiteCode AND v.Added < '20261110')", "PS1"],
  ["SELECT (SELECT TOP 1 SiteCode FROM Sites ORDER BY SiteCode)", "CAS"],
  ["SELECT Guid FROM Sites WHERE Guid = '6f9619ff-8b86-d011-b42d-00c04fc964ff'", "6F9619FF-8B86-D011-B42D-00C04FC964FF"],
  ["WITH a (n) AS (SELECT 1 UNION ALL SELECT 2) SELECT SUM(n) FROM a", 3],
  ["SELECT x.n FROM (VALUES (1, 'a'), (2, 'b')) AS x (n, t) WHERE t = 'B'", 2],
  ["SELECT ItemKey FROM System_DISC ORDER BY ItemKey OFFSET 10 ROWS FETCH NEXT 1 ROWS ONLY", 11],
  ["SELECT TOP (1) ROW_NUMBER() OVER (ORDER BY SiteCode DESC) AS n FROM Sites ORDER BY n DESC", "2"],
  ["SELECT CASE WHEN FILEPROPERTY(name, 'SpaceUsed') BETWEEN 1 AND size THEN 'within' END FROM sys.database_files WHERE type = 0", "within"],
  ["SELECT FILEPROPERTY(name, 'SpaceUsed') FROM sys.database_files WHERE type = 1", 8],
  ["SELECT CONCAT(FILEPROPERTY(name, 'IsLogFile'), FILEPROPERTY(name, 'IsPrimaryFile'), FILEPROPERTY(name, 'Other')) FROM sys.database_files WHERE type = 1", "10"],
  ["SELECT FILEPROPERTY('of another database', 'SpaceUsed')", null],
  ["SELECT STRING_AGG(SiteCode, ',') FROM Sites", "PS1,CAS"],
  ["SELECT COUNT(*) FROM Sites a LEFT JOIN (SELECT SiteKey FROM Sites WHERE SiteKey = 1) b ON a.SiteKey = b.SiteKey WHERE b.SiteKey IS NULL", 1],
  ["SELECT SiteCode FROM Sites GROUP BY SiteCode HAVING MAX(Size) > 10", "PS1"],
  ["SELECT COUNT(*) FROM (SELECT DISTINCT t FROM (VALUES ('a'), ('A'), ('b')) AS v (t)) AS d", 2],
  ["SELECT COUNT(*) FROM (SELECT 'a' AS t UNION SELECT N'A') AS d", 1],
  ["SELECT COUNT(DISTINCT t) FROM (VALUES ('a'), ('A')) AS v (t)", 1],
  ["SELECT SUBSTRING('abcdef', 0, 3) + LEFT('xyz', 1) + RIGHT('xyz', 9)", "abxxyz"],
  ["SELECT UPPER(N'grün') + LOWER(N'ÄB')", "GRÜNäb"],
  ["SELECT REPLACE(N'aXbx.', 'x', '-')", "a-b-."],
  ["SELECT ROUND(1250, -2)", 1300],
  ["SELECT ROUND(2.345, 2)", 2.35],
  ["SELECT NULLIF(N'A', 'a')", null],
  ["SELECT 1 AS [clustered]", 1],
  ["SELECT COALESCE(NULL, 2)", 2],
  ["SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED; SET ROWCOUNT 0; SELECT USER", "dbo"],
  ["DECLARE @d double precision = 2.5; SELECT @d", 2.5],
  ["SELECT DB_NAME()", "CM_PS1"],
  ["SELECT DB_ID(N'msdb')", 4],
  ["SELECT dbo.fnGetSiteCode()", "PS1"],
  ["SELECT CAST(SERVERPROPERTY('ServerName') AS nvarchar(128))", "SQL01"],
  ["SELECT @@SERVERNAME", "SQL01"],
  ["SELECT IS_SRVROLEMEMBER('sysadmin')", 1],
  ["SELECT HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'BACKUP DATABASE')", 1],
  ["SELECT OBJECT_ID(N'dbo.Nowhere')", null],
  ["SELECT OBJECT_NAME(OBJECT_ID('v_Site'))", "v_Site"],
  ["DECLARE @n int = 3, @t nvarchar(10); SET @t = N'x'; SELECT @t + CAST(@n AS varchar(5))", "x3"],
  ["DECLARE @s nvarchar(3); SELECT @s = SiteCode FROM Sites WHERE SiteKey = 2; SELECT @s", "CAS"],
  ["IF EXISTS (SELECT 1 FROM Sites WHERE SiteKey = 9) SELECT 1 ELSE BEGIN SELECT 2 END", 2],
  ["/* a /* nested */ comment */ SELECT 'it''s' -- the end", "it's"],
  ["EXEC (N'SELECT 5')", 5],
]; // prettier-ignore

test.each(answers)("%s", async (query, expected) => {
  const rows = (await ask(query)) as readonly object[];
  expect(rows.map((row) => Object.values(row))).toEqual([[expected]]);
});

/** Each statement with the number and the beginning of the error that answers it. */
const errors: readonly (readonly [string, number, string])[] = [
  ["SELEC 1", 102, "Incorrect syntax near 'SELEC'"],
  ["SELECT FROM Sites", 156, "Incorrect syntax near the keyword 'FROM'"],
  ["SELECT 1 AS clustered", 156, "Incorrect syntax near the keyword 'clustered'"],
  ["SELECT SiteKey AS key FROM Sites", 156, "Incorrect syntax near the keyword 'key'"],
  ["SELECT s.Public FROM Sites s", 156, "Incorrect syntax near the keyword 'Public'"],
  ["SELECT * FROM Sites AS file", 156, "Incorrect syntax near the keyword 'file'"],
  ["SELECT 'open", 105, "Unclosed quotation mark"],
  ["SELECT nope FROM Sites", 207, "Invalid column name 'nope'"],
  ["SELECT s.x FROM Sites", 4104, 'The multi-part identifier "s.x" could not be bound.'],
  ["SELECT * FROM Nowhere", 208, "Invalid object name 'Nowhere'"],
  ["SELECT * FROM lab_ct_settings", 208, "Invalid object name"],
  ["SELECT * FROM Gone.dbo.Sites", 911, "Database 'Gone' does not exist."],
  [
    "SELECT SiteKey FROM Sites a JOIN Sites b ON a.SiteKey = b.SiteKey",
    209,
    "Ambiguous column name 'SiteKey'",
  ],
  ["SELECT SiteCode, COUNT(*) FROM Sites", 8120, "Column 'SiteCode' is invalid in the select list"],
  ["SELECT (SELECT SiteKey FROM Sites)", 512, "Subquery returned more than 1 value"],
  ["SELECT 1 / 0", 8134, "Divide by zero"],
  ["SELECT CAST('x' AS int)", 245, "Conversion failed when converting"],
  ["SELECT CAST('2026-02-30' AS datetime)", 241, "Conversion failed when converting date"],
  ["SELECT CAST(300 AS tinyint)", 8115, "Arithmetic overflow"],
  ["SELECT 2147483647 + 1", 8115, "Arithmetic overflow"],
  ["SELECT 1 FROM Sites WHERE SiteKey", 4145, "An expression of non-boolean type"],
  ["SELECT (1 = 1)", 102, "a condition stands where a value is expected"],
  ["SELECT @missing", 137, "Must declare the scalar variable"],
  ["SELECT SOUNDEX('x')", 195, "'SOUNDEX' is not a recognized"],
  ["EXEC dbo.NoSuch", 2812, "Could not find stored procedure"],
  ["MERGE INTO Sites USING Sites ON 1 = 1", 102, "Incorrect syntax: the lab does not serve MERGE"],
  ["SELECT * FROM Sites FOR JSON PATH", 102, "Incorrect syntax: the lab does not serve FOR"],
  ["INSERT INTO System_DISC VALUES (1, 'again')", 2627, "Violation of PRIMARY KEY"],
  ["RAISERROR('Disk %s at %d', 16, 2, 'E', 9)", 50_000, "Disk E at 9"],
  ["COMMIT", 3902, "The COMMIT TRANSACTION request has no corresponding"],
];

test.each(errors)("%s is refused with %i", async (query, number, text) => {
  const error = await pool
    .request()
    .query(query)
    .then(
      () => undefined,
      (it: unknown) => it as sql.RequestError,
    );
  expect(error?.number).toBe(number);
  expect(error?.message).toContain(text);
});

describe("change tracking", () => {
  const version = async (): Promise<number> => {
    const rows = (await ask("SELECT CHANGE_TRACKING_CURRENT_VERSION() AS v")) as { v: string }[];
    return Number(rows[0]!.v);
  };

  test("each committed write to a tracked table counts once", async () => {
    const before = await version();
    await pool.batch("INSERT INTO System_DISC VALUES (9001, N'a'), (9002, N'b')");
    await pool.batch(
      "UPDATE System_DISC SET Name0 = N'c' WHERE ItemKey > 9000; DELETE FROM System_DISC WHERE ItemKey = 9002",
    );
    expect(await version()).toBe(before + 3);
  });

  test("a transaction counts once, and not at all when it is rolled back", async () => {
    const before = await version();
    await pool.batch(
      "BEGIN TRAN; DELETE FROM System_DISC WHERE ItemKey = 1; UPDATE Sites SET Size = 8 WHERE SiteKey = 2; COMMIT",
    );
    await pool.batch("BEGIN TRAN; DELETE FROM System_DISC; ROLLBACK");
    expect(await version()).toBe(before + 1);
    expect(await ask("SELECT COUNT(*) AS n FROM System_DISC WHERE ItemKey < 9000")).toEqual([{ n: 2999 }]);
  });

  test("incidents turn it off, or shorten its retention", async () => {
    const text = "SELECT retention_period AS r, is_auto_cleanup_on AS a FROM sys.change_tracking_databases";
    expect(await ask(text)).toEqual([{ r: 5, a: true }]);
    instance.incidents.push("retention-three-days", "cleanup-off:sql01.lab");
    expect(await ask(text)).toEqual([{ r: 3, a: false }]);
    instance.incidents.splice(0, 2, "no-change-tracking");
    expect(await ask(text)).toEqual([]);
    instance.incidents.length = 0;
  });
});

describe("a login without rights", () => {
  let limited: sql.ConnectionPool;
  beforeAll(async () => {
    limited = await instance.connect({ user: "limited", password: "limited" });
  });
  const numberOf = async (text: string): Promise<number | undefined> =>
    limited.batch(text).then(
      () => undefined,
      (error: unknown) => (error as sql.RequestError).number,
    );

  test("sees no change tracking, without an error", async () => {
    const rows = await limited.query("SELECT * FROM sys.change_tracking_databases");
    expect(rows.recordset).toEqual([]);
    const tables = await limited.query("SELECT * FROM sys.change_tracking_tables");
    expect(tables.recordset).toEqual([]);
  });

  test.each([
    ["SELECT * FROM sys.dm_os_sys_info", 300],
    ["SELECT * FROM msdb.dbo.backupset", 229],
    ["DELETE FROM Sites", 229],
    ["CREATE DATABASE x", 262],
    ["DROP DATABASE ReportServer", 3701],
    ["ALTER DATABASE CM_PS1 SET RECOVERY FULL", 5011],
  ])("%s is refused with %i", async (text, number) => {
    expect(await numberOf(text)).toBe(number);
  });
});

test("every reserved word is refused as the name of a column", async () => {
  const accepted: string[] = [];
  for (const word of reservedWords) {
    const number = await ask(`SELECT 1 AS ${word}`).then(
      () => 0,
      (thrown: unknown) => (thrown as sql.RequestError).number,
    );
    if (number !== 156) accepted.push(word);
  }
  expect(reservedWords.size).toBe(185);
  expect(accepted).toEqual([]);
});

test("parameters keep their types", async () => {
  const { recordset } = await pool
    .request()
    .input("n", 5)
    .input("big", "12345678901234")
    .input("text", "☃'")
    .input("day", new Date("2026-11-22T01:02:03.000Z"))
    .input("bytes", Buffer.from([1, 2]))
    .input("nothing", null)
    .query(
      "SELECT @n + 1 AS n, CAST(@big AS bigint) + 1 AS big, @text AS text, @day AS day, @bytes AS bytes, @nothing AS nothing",
    );
  expect(recordset[0]).toEqual({
    n: 6,
    big: "12345678901235",
    text: "☃'",
    day: new Date("2026-11-22T01:02:03.000Z"),
    bytes: Buffer.from([1, 2]),
    nothing: null,
  });
});

test("a batch gives all its result sets and counts", async () => {
  const result = await pool.batch("SELECT 1 AS a; UPDATE Sites SET Ratio = 2; SELECT 2 AS b WHERE 1 = 0");
  expect(result.recordsets).toEqual([[{ a: 1 }], []]);
  expect(result.rowsAffected).toEqual([1, 2, 0]);
});

test("a database can be made, altered, checked and dropped", async () => {
  await pool.batch("CREATE DATABASE Drill");
  await pool.batch(
    "ALTER DATABASE [Drill] SET RECOVERY SIMPLE, CHANGE_TRACKING = ON (CHANGE_RETENTION = 2 HOURS, AUTO_CLEANUP = OFF)",
  );
  expect(
    await ask(`SELECT d.recovery_model_desc AS m, c.retention_period_units_desc AS u, c.is_auto_cleanup_on AS a FROM sys.databases d
      JOIN sys.change_tracking_databases c ON c.database_id = d.database_id WHERE d.name = 'Drill'`),
  ).toEqual([{ m: "SIMPLE", u: "HOURS", a: false }]);
  await pool.batch("CREATE TABLE Drill.dbo.t (id int IDENTITY(1,1) PRIMARY KEY, at datetime2(3) NULL)");
  await pool.batch("INSERT INTO Drill.dbo.t (at) VALUES ('2026-11-22 01:02:03.456')");
  expect(await ask("SELECT * FROM Drill..t")).toEqual([{ id: 1, at: "2026-11-22T01:02:03.456Z" }]);
  const infos: number[] = [];
  const request = pool.request();
  request.on("info", (info) => infos.push(info.number));
  await request.batch("DBCC CHECKDB (N'Drill')");
  expect(infos).toEqual([8989, 2528]);
  await pool.batch("DROP DATABASE Drill");
  expect(await ask("SELECT DB_ID('Drill') AS id")).toEqual([{ id: null }]);
});
