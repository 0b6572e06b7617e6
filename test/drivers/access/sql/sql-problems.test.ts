import { expect, test } from "vitest";
import { isSameProblem, subjectOf } from "../../../../src/core/base/problem.ts";
import { sqlProblem } from "../../../../src/drivers/access/sql/sql-problems.ts";
import { openSqlcmd } from "../../../../src/drivers/access/sql/sqlcmd-runner.ts";
import { SqlError, type SqlMessage } from "../../../../src/drivers/access/sql/sql-runner.ts";

const place = {
  where: "PS1/database",
  server: "sql01.lab",
  database: "CM_PS1",
  doing: "back up CM_PS1",
  user: "sitekeep",
  path: "E:\\stage",
};

test("the cause is told and the sentence that only closes is not", () => {
  const problem = sqlProblem(
    refused(
      [3201, "Cannot open backup device 'E:\\x'. Operating system error 5(Access is denied.)."],
      [3013, "BACKUP DATABASE is terminating abnormally."],
    ),
    place,
  );
  expect(problem).toMatchObject({ code: "staging-unusable", severity: "error", where: "PS1/database" });
  expect(problem.message).toBe(
    "sql01.lab could not back up CM_PS1: Cannot open backup device 'E:\\x'. Operating system error 5(Access is denied.). (error 3201)",
  );
  expect(problem.hint).toContain("E:\\stage");
});

test.each([
  [
    262,
    "BACKUP DATABASE permission denied in database 'CM_PS1'.",
    "USE [CM_PS1]; ALTER ROLE db_backupoperator ADD MEMBER [sitekeep];",
  ],
  [
    262,
    "CREATE DATABASE permission denied in database 'master'.",
    "GRANT CREATE ANY DATABASE TO [sitekeep];",
  ],
  [
    300,
    "VIEW SERVER STATE permission was denied on object 'server', database 'master'.",
    "GRANT VIEW SERVER STATE TO [sitekeep];",
  ],
  [
    229,
    "The SELECT permission was denied on the object 'backupset', database 'msdb', schema 'dbo'.",
    "USE [msdb]; GRANT SELECT ON [dbo].[backupset] TO [sitekeep];",
  ],
])("error %i is cured by the least grant: %s", (number, text, grant) => {
  const problem = sqlProblem(refused([number, text]), place);
  expect(problem.code).toBe("sql-permission");
  expect(problem.hint).toContain(grant);
});

test("a grant quotes names that would end it", () => {
  const problem = sqlProblem(refused([262, "BACKUP DATABASE permission denied"]), {
    ...place,
    database: "a]; DROP",
    user: "x]y",
  });
  expect(problem.hint).toContain("USE [a]]; DROP]; ALTER ROLE db_backupoperator ADD MEMBER [x]]y];");
});

test.each([
  [3023, "backup-in-progress"],
  [911, "sql-database-missing"],
  [4208, "log-backup-refused"],
  [3136, "restore-chain-broken"],
  [4305, "restore-chain-broken"],
  [3154, "restore-would-overwrite"],
  [3101, "restore-database-in-use"],
  [3169, "restore-too-new"],
  [1827, "sql-edition-limit"],
  [33111, "sql-key-missing"],
  [824, "database-damaged"],
  [3189, "backup-unreadable"],
  [99999, "sql-failed"],
])("error %i before the closing 3013 is %s", (number, code) => {
  const error = refused([number, "The cause."], [3013, "RESTORE DATABASE is terminating abnormally."]);
  expect(sqlProblem(error, place).code).toBe(code);
});

test.each([
  [
    3202,
    "Write on 'E:\\\\x' failed: 112(There is not enough space on the disk.)",
    "staging-full",
    "Free space",
  ],
  [
    3202,
    "Write on 'E:\\\\x' failed: 1117(I/O device error.)",
    "staging-unusable",
    "Look at the disk behind E:\\stage",
  ],
  [
    15240,
    "Cannot write into file 'E:\\\\x.cer'.",
    "staging-unusable",
    "Let the account of the SQL Server service",
  ],
])("error %i is told apart by what it says: %s", (number, text, code, hint) => {
  const problem = sqlProblem(refused([number, text]), place);
  expect(problem.code).toBe(code);
  expect(problem.hint).toContain(hint);
});

test("a refused login, an unknown certificate and a silent server are told apart", () => {
  const codeOf = (stage: SqlError["stage"], text: string): string =>
    sqlProblem(new SqlError(stage, [{ number: 0, severity: 16, text }]), place).code;
  expect(codeOf("login", "Login failed for user 'sitekeep'.")).toBe("sql-login-refused");
  expect(codeOf("connection", "self-signed certificate in certificate chain")).toBe("sql-certificate");
  expect(codeOf("connection", "connect ECONNREFUSED 10.0.0.1:1433")).toBe("sql-unreachable");
});

function refused(...messages: readonly [number: number, text: string][]): SqlError {
  return new SqlError(
    "statement",
    messages.map(([number, text]): SqlMessage => ({ number, severity: 16, text })),
  );
}

test("a sqlcmd that is not there is no server that is down", async () => {
  const open = openSqlcmd({
    command: ["nowhere-is-sqlcmd"],
    server: "sql01",
    database: "CM_PS1",
    encrypt: true,
    trustServerCertificate: false,
  });
  const fault = await open.catch((error: unknown) => error);
  const problem = sqlProblem(fault as SqlError, place);
  expect(problem.code).toBe("command-failed");
  expect(problem.message).toContain("nowhere-is-sqlcmd is not on this machine.");
});

test("a login that is refused because its database is gone is told of the database, not of the password", () => {
  const problem = sqlProblem(
    refused(
      [4060, 'Cannot open database "CM_PS1" requested by the login. The login failed.'],
      [18456, "Login failed for user 'sitekeep'."],
    ),
    place,
  );
  expect(problem.code).toBe("sql-database-missing");
  expect(problem.hint).toContain("CM_PS1 is on sql01.lab");
});

test.each([
  [4060, "database:CM_PS1|sql01.lab"],
  [18456, "server:sql01.lab"],
  [3201, "database:CM_PS1|sql01.lab"],
  [99999, "place:PS1/database"],
])(
  "error %i is one problem for everybody who has to wait for the same thing to be mended",
  (number, line) => {
    const other = { ...place, doing: "list the keys of CM_PS1" };
    const [one, two] = [place, other].map((it) => sqlProblem(refused([number, "No."]), it));
    expect(subjectOf(one!)).toBe(line);
    expect(isSameProblem(one!, two!)).toBe(true);
  },
);
