import { expect, test } from "vitest";
import { connectSql } from "../../../src/cli/world/connect-sql.ts";
import { sqlProblem } from "../../../src/drivers/access/sql/sql-problems.ts";
import type { SqlError } from "../../../src/drivers/access/sql/sql-runner.ts";

test("a certificate that is to be compared and can't be read is a problem with its file, not a way around it", async () => {
  const machine = {
    identity: "cm01.lab",
    allow: [],
    tools: {},
    paths: {},
    servers: { "sql01.lab": "127.0.0.1:1" },
    serverCertificates: { "sql01.lab": "/nowhere/sql01.cer" },
  };
  const password = { file: "/nowhere/password" };
  const database = {
    server: "sql01.lab",
    name: "CM_PS1",
    auth: { as: "login", user: "sitekeep", password },
    encrypt: true,
    trustServerCertificate: true,
  } as const;
  const fault = await connectSql(machine, database, "x").catch((error: unknown) => error as SqlError);
  const place = { where: "PS1/database", server: "sql01.lab", database: "CM_PS1", doing: "look", user: "x" };
  expect(sqlProblem(fault as SqlError, place)).toMatchObject({
    code: "sql-certificate",
    message: expect.stringContaining("The certificate in /nowhere/sql01.cer can't be read"),
  });
});
