import type sql from "mssql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestInstance, type TestInstance } from "./support/lab-instance.ts";

let instance: TestInstance;
let pool: sql.ConnectionPool;
beforeAll(async () => {
  instance = await startTestInstance();
  pool = await instance.connect({ database: "master" });
});
afterAll(() => instance.close());

const refusal = async (text: string): Promise<number | undefined> =>
  pool
    .request()
    .batch(text)
    .then(
      () => undefined,
      (thrown: sql.RequestError) => thrown.number,
    );

async function states(): Promise<Record<string, unknown>> {
  const { recordset } = await pool
    .request()
    .query("SELECT name, state, state_desc FROM sys.databases WHERE database_id > 4");
  return Object.fromEntries(recordset.map((row) => [row["name"], `${row["state"]} ${row["state_desc"]}`]));
}

test("a database that is offline is listed as such, and takes neither logins, questions nor backups", async () => {
  expect(await states()).toEqual({ CM_PS1: "0 ONLINE", ReportServer: "0 ONLINE" });
  expect(await refusal("ALTER DATABASE ReportServer SET OFFLINE WITH ROLLBACK IMMEDIATE")).toBe(undefined);
  expect(await states()).toEqual({ CM_PS1: "0 ONLINE", ReportServer: "6 OFFLINE" });
  await expect(instance.connect({ database: "ReportServer" })).rejects.toThrow("Login failed");
  expect(await refusal("SELECT Name FROM ReportServer.dbo.Catalog")).toBe(942);
  expect(await refusal("ALTER DATABASE ReportServer SET RECOVERY SIMPLE")).toBe(942);
  expect(await refusal("ALTER DATABASE ReportServer SET ONLINE")).toBe(undefined);
  expect(await refusal("SELECT Name FROM ReportServer.dbo.Catalog")).toBe(undefined);
  expect(await states()).toEqual({ CM_PS1: "0 ONLINE", ReportServer: "0 ONLINE" });
});

test("a database that was renamed is found by its new name alone, and takes no name that is given", async () => {
  expect(await refusal("ALTER DATABASE ReportServer MODIFY NAME = Reports")).toBe(undefined);
  expect(await refusal("SELECT Name FROM ReportServer.dbo.Catalog")).toBe(911);
  expect(await refusal("SELECT Name FROM Reports.dbo.Catalog")).toBe(undefined);
  expect(await refusal("ALTER DATABASE Reports MODIFY NAME = CM_PS1")).toBe(1801);
  expect(await refusal("ALTER DATABASE Reports MODIFY NAME = ReportServer")).toBe(undefined);
  expect(Object.keys(await states())).toEqual(["CM_PS1", "ReportServer"]);
});
