import { hostname } from "node:os";
import { expect, test } from "vitest";
import type { ProblemCode } from "../../../../src/core/base/problem-codes.ts";
import { isSameProblem, type Problem, subjectOf } from "../../../../src/core/base/problem.ts";
import {
  createDatabase,
  exportCertificate,
  type Right,
  select,
  selectInMsdb,
  takeBackups,
  viewDefinition,
} from "../../../../src/core/outside/facts/right.ts";
import { sqlProblem } from "../../../../src/drivers/access/sql/sql-problems.ts";
import { openSqlcmd } from "../../../../src/drivers/access/sql/sqlcmd/sqlcmd-runner.ts";
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

const grants = {
  backup: "USE [CM_PS1]; ALTER ROLE db_backupoperator ADD MEMBER [sitekeep];",
  create: "USE master; GRANT CREATE ANY DATABASE TO [sitekeep];",
  peer: "USE [CM_PS1]; GRANT SELECT ON dbo.ServerData TO [sitekeep];",
  msdb: "USE msdb; CREATE USER [sitekeep] FOR LOGIN [sitekeep]; GRANT SELECT ON dbo.backupset TO [sitekeep];",
  certificate: "USE [CM_PS1]; GRANT CONTROL ON CERTIFICATE::[Mine] TO [sitekeep];",
  definition: "USE [CM_PS1]; GRANT VIEW DEFINITION TO [sitekeep];",
  user: "USE [CM_PS1]; CREATE USER [sitekeep] FOR LOGIN [sitekeep];",
};
const reading = [select("dbo.ServerData"), select("dbo.Sites")];

// What the server says in English, Spanish and Japanese.
test.each<[number, readonly Right[], string, readonly string[]]>([
  [
    229,
    reading,
    grants.peer,
    [
      "The SELECT permission was denied on the object 'ServerData', database 'CM_PS1', schema 'dbo'.",
      "Se denegó el permiso SELECT en el objeto 'ServerData', base de datos 'CM_PS1', esquema 'dbo'.",
      "オブジェクト 'ServerData' (データベース 'CM_PS1'、スキーマ 'dbo') に対する SELECT 権限が拒否されました。",
    ],
  ],
  [
    230,
    reading,
    grants.peer,
    [
      "The SELECT permission was denied on the column 'ID' of the object 'ServerData', database 'CM_PS1', schema 'dbo'.",
      "Se denegó el permiso SELECT en la columna 'ID' del objeto 'ServerData', base de datos 'CM_PS1', esquema 'dbo'.",
      "オブジェクト 'ServerData' (データベース 'CM_PS1'、スキーマ 'dbo') の列 'ID' に対する SELECT 権限が拒否されました。",
    ],
  ],
  [
    262,
    [takeBackups],
    grants.backup,
    [
      "BACKUP DATABASE permission denied in database 'CM_PS1'.",
      "Permiso BACKUP DATABASE denegado en la base de datos 'CM_PS1'.",
      "BACKUP DATABASE 権限がデータベース 'CM_PS1' で拒否されました。",
    ],
  ],
  [
    262,
    [createDatabase],
    grants.create,
    [
      "CREATE DATABASE permission denied in database 'master'.",
      "Permiso CREATE DATABASE denegado en la base de datos 'master'.",
      "CREATE DATABASE 権限がデータベース 'master' で拒否されました。",
    ],
  ],
  [
    297,
    [viewDefinition],
    grants.definition,
    [
      "The user does not have permission to perform this action.",
      "El usuario no tiene permiso para realizar esta acción.",
      "ユーザーにはこの操作を実行する権限がありません。",
    ],
  ],
  [
    300,
    [viewDefinition],
    grants.definition,
    [
      "VIEW SERVER STATE permission was denied on object 'server', database 'master'.",
      "Se denegó el permiso VIEW SERVER STATE en el objeto 'server', base de datos 'master'.",
      "VIEW SERVER STATE 権限がオブジェクト 'server'、データベース 'master' で拒否されました。",
    ],
  ],
  [
    371,
    [viewDefinition],
    grants.definition,
    [
      "The metadata is hidden from this user.",
      "Los metadatos no se muestran a este usuario.",
      "メタデータはこのユーザーに表示されません。",
    ],
  ],
  [
    916,
    reading.slice(0, 1),
    `${grants.user} ${grants.peer}`,
    [
      'The server principal "sitekeep" is not able to access the database "CM_PS1" under the current security context.',
      'La entidad de seguridad de servidor "sitekeep" no puede obtener acceso a la base de datos "CM_PS1" en el contexto de seguridad actual.',
      'サーバー プリンシパル "sitekeep" は現在のセキュリティ コンテキストではデータベース "CM_PS1" にアクセスできません。',
    ],
  ],
  [
    916,
    [selectInMsdb("dbo.backupset")],
    grants.msdb,
    [
      'The server principal "sitekeep" is not able to access the database "msdb" under the current security context.',
      'La entidad de seguridad de servidor "sitekeep" no puede obtener acceso a la base de datos "msdb" en el contexto de seguridad actual.',
      'データベース "msdb" にサーバー プリンシパル "sitekeep" はアクセスできません。',
    ],
  ],
  [
    15151,
    [exportCertificate("Other"), exportCertificate("Mine")],
    grants.certificate,
    [
      "Cannot find the certificate 'Mine', because it does not exist or you do not have permission.",
      "No se encuentra certificate 'Mine' porque no existe o no tiene permiso.",
      "certificate 'Mine' が見つかりません。存在しないか、権限がありません。",
    ],
  ],
  [
    15247,
    [takeBackups],
    grants.backup,
    [
      "User does not have permission to perform this action.",
      "El usuario no tiene permiso para realizar esta acción.",
      "ユーザーにはこの操作を実行する権限がありません。",
    ],
  ],
  [
    3110,
    [createDatabase],
    grants.create,
    [
      "User does not have permission to RESTORE database 'CM_PS1'.",
      "El usuario no tiene permiso para restaurar la base de datos 'CM_PS1'.",
      "ユーザーには、データベース 'CM_PS1' を RESTORE する権限がありません。",
    ],
  ],
])(
  "error %i is cured by the right that was needed, in whatever language: %#",
  (number, needs, grant, texts) => {
    for (const text of texts) {
      const problem = sqlProblem(refused([number, text]), { ...place, needs });
      expect(problem.code).toBe("sql-permission");
      expect(problem.hint).toBe(`Run as an administrator of sql01.lab: ${grant} (docs/permissions.md)`);
    }
  },
);

test("who may not come into a database is let in, where nothing else is known to be needed", () => {
  const text = 'The server principal "A\\b" is not able to access the database "CM_CAS".';
  expect(sqlProblem(refused([916, text]), place).hint).toContain(
    ": USE [CM_CAS]; CREATE USER [sitekeep] FOR LOGIN [sitekeep]; (",
  );
  expect(sqlProblem(refused([916, "No."]), place).hint).toContain(`: ${grants.user} (`);
});

test("a grant quotes names that would end it", () => {
  const problem = sqlProblem(refused([262, "BACKUP DATABASE permission denied"]), {
    ...place,
    database: "a]; DROP",
    user: "x]y",
    needs: [takeBackups, exportCertificate("c]; DROP")],
  });
  expect(problem.hint).toContain(
    "USE [a]]; DROP]; ALTER ROLE db_backupoperator ADD MEMBER [x]]y]; GRANT CONTROL ON CERTIFICATE::[c]]; DROP] TO [x]]y];",
  );
});

const database = { kind: "database", server: "sql01.lab", name: "CM_PS1" };

test.each<[ProblemCode, readonly number[], string]>([
  [
    "sql-database-missing",
    [911, 4060],
    "Check that CM_PS1 is on sql01.lab and online, and let the login in: USE [CM_PS1]; CREATE USER [sitekeep] FOR LOGIN [sitekeep];",
  ],
  [
    "sql-permission",
    [229, 230, 262, 297, 300, 371, 15247, 15151, 15406, 3110],
    "Give the login on sql01.lab what docs/permissions.md lists for CM_PS1.",
  ],
  [
    "staging-unusable",
    [3202],
    "Look at the disk behind E:\\stage and at the event log of sql01.lab; the next run takes a new copy.",
  ],
  [
    "staging-unusable",
    [3201, 3634, 3206, 15240],
    "Let the account of the SQL Server service on sql01.lab read and change files in E:\\stage, and check that the folder exists there: the service opens the file, not sitekeep.",
  ],
  ["disk-full", [3257], "Free space on that disk of sql01.lab, or restore to a server with larger disks."],
  [
    "backup-in-progress",
    [3023],
    "Wait until the other backup or file operation of CM_PS1 has ended; keep the times of the two apart.",
  ],
  [
    "log-backup-refused",
    [4208, 4214],
    "Take a full backup first, and remove `log` from the policy where the recovery model is SIMPLE.",
  ],
  [
    "backup-unreadable",
    [3183, 3189, 3203, 3231, 3234, 3239, 3241, 3242, 3243, 3254, 3256, 3266, 3271],
    "Take another backup, verify the snapshot, and check the disk that holds the file.",
  ],
  [
    "restore-chain-broken",
    [3136, 3117, 3116, 4305, 4326, 4330, 3035],
    "Restore the full backup that this one was made on, then everything after it in order.",
  ],
  [
    "restore-would-overwrite",
    [3154, 3159, 1834, 3156, 5133],
    "Restore under another name, or ask for the replacement of CM_PS1.",
  ],
  ["restore-database-in-use", [3101, 3702], "Stop what is connected to CM_PS1, then try again."],
  [
    "restore-too-new",
    [3169, 3255],
    "Restore to a SQL Server of the same or a newer version than the one that made the backup.",
  ],
  [
    "sql-edition-limit",
    [1827, 1844, 909],
    "Use the edition that the backup comes from: this one limits the size or lacks a feature.",
  ],
  [
    "sql-key-missing",
    [33111, 15581, 15315],
    "Restore the certificate to sql01.lab, or open the master key there first (source kind sql-keys), then try again.",
  ],
  [
    "database-damaged",
    [823, 824, 825, 2533, 8909, 8928, 8939, 8946, 8948, 8951, 8964, 8965, 8966, 8976, 8977, 8978, 8989],
    "Run DBCC CHECKDB on CM_PS1 and look at the disk; keep the older backups.",
  ],
])("%s is told by each of its numbers, and how it is mended", (code, numbers, hint) => {
  for (const number of numbers) {
    const error = refused([number, "The cause."], [3013, "The statement is terminating abnormally."]);
    expect(sqlProblem(error, place)).toEqual({
      code,
      severity: "error",
      message: `sql01.lab could not back up CM_PS1: The cause. (error ${number})`,
      where: "PS1/database",
      hint,
      about: database,
    });
  }
});

test.each([102, 156, 40510])(
  "what answers %i has no such statement: which product it is has to be seen, for all of its sources at once",
  (number) => {
    expect(sqlProblem(refused([number, "The cause."]), place)).toEqual({
      code: "sql-statement-unknown",
      severity: "error",
      message: `sql01.lab could not back up CM_PS1: The cause. (error ${number})`,
      where: "PS1/database",
      hint: "See by `sitekeep selftest` what product answers as sql01.lab: the policy has to name the instance of SQL Server itself, and no gateway before it. Where another tool takes the backups of the site database, write `method: external`.",
      about: { kind: "server", name: "sql01.lab" },
    });
  },
);

test.each([
  "Cannot find server certificate with thumbprint '0x3B2E7CE4F37BD98A6B3BB0EB68D0A4D0B7D5B4A1'.",
  "Das Serverzertifikat mit dem Fingerabdruck '0x3B2E7CE4F37BD98A6B3BB0EB68D0A4D0B7D5B4A1' wurde nicht gefunden.",
])("a certificate that a server lacks is told by its thumbprint, with what brings it: %s", (text) => {
  const { code, hint } = sqlProblem(refused([33111, text]), place);
  expect(code).toBe("sql-key-missing");
  expect(hint).toContain(
    "Create the certificate with the thumbprint 0x3B2E7CE4F37BD98A6B3BB0EB68D0A4D0B7D5B4A1 in master of sql01.lab first",
  );
});

test.each([18456, 18452, 18470, 18487, 18488])("error %i is a login that the server refuses", (number) => {
  const problem = sqlProblem(refused([number, "Login failed."]), place);
  expect(problem).toEqual({
    code: "sql-login-refused",
    severity: "error",
    message: `sql01.lab could not back up CM_PS1: Login failed. (error ${number})`,
    where: "PS1/database",
    hint: "Check the password of sitekeep on sql01.lab, and that it allows SQL Server logins (mixed mode).",
    about: { kind: "server", name: "sql01.lab" },
  });
});

test("an account of Windows that is refused, or lacks a right, needs a login of its own", () => {
  const { user: _, ...windows } = place;
  expect(sqlProblem(refused([18456, "Login failed."]), windows).hint).toBe(
    "Give the Windows account that runs sitekeep a login on sql01.lab: CREATE LOGIN [DOMAIN\\account$] FROM WINDOWS;",
  );
  expect(sqlProblem(refused([229, "No."]), { ...windows, needs: [takeBackups] }).hint).toContain(
    "ADD MEMBER [DOMAIN\\account$];",
  );
});

test.each([".", "(local)", ".\\SMS", "localhost", hostname().toUpperCase()])(
  "SQL Server on this machine, %s, knows the local system by another name than others do",
  (server) => {
    const { user: _, ...windows } = { ...place, server };
    const system = "[NT AUTHORITY\\SYSTEM]";
    expect(sqlProblem(refused([18456, "No."]), windows).hint).toContain(
      `CREATE LOGIN ${system} FROM WINDOWS;`,
    );
    expect(sqlProblem(refused([4060, "No."]), windows).hint).toContain(
      `CREATE USER ${system} FOR LOGIN ${system};`,
    );
    expect(sqlProblem(refused([229, "No."]), { ...windows, needs: [takeBackups] }).hint).toContain(
      `ADD MEMBER ${system};`,
    );
    expect(sqlProblem(refused([229, "No."]), { ...place, server, needs: [takeBackups] }).hint).toContain(
      "ADD MEMBER [sitekeep];",
    );
  },
);

test.each([
  [
    3202,
    "112(There is not)",
    "Free space where the staging folder is, or name a larger folder under staging.",
  ],
  [3202, "1117(I/O)", "Look at the disk behind the staging folder and at"],
  [3201, "No.", "read and change files in the staging folder, and check"],
])("a folder that is not known is told in words: error %i %s", (number, text, hint) => {
  const { path: _, ...placeless } = place;
  expect(sqlProblem(refused([number, text]), placeless).hint).toContain(hint);
});

test("an error that is not known is told with its number, and may be another one each time", () => {
  expect(sqlProblem(refused([99999, "Something."]), place)).toEqual({
    code: "sql-failed",
    severity: "error",
    message: "sql01.lab could not back up CM_PS1: Something. (error 99999)",
    where: "PS1/database",
    hint: "Look the error number up in SQL Server's log and documentation.",
  });
});

test("a sentence that only closes is told where there is no other", () => {
  expect(sqlProblem(refused([3013, "BACKUP DATABASE is terminating abnormally."]), place).message).toBe(
    "sql01.lab could not back up CM_PS1: BACKUP DATABASE is terminating abnormally. (error 3013)",
  );
});

test("several sentences are told one after another", () => {
  expect(sqlProblem(refused([1, "One."], [2, "Two."]), place).message).toBe(
    "sql01.lab could not back up CM_PS1: One. (error 1) Two. (error 2)",
  );
});

test.each([
  [
    3202,
    "Write on 'E:\\\\x' failed: 112(There is not enough space on the disk.)",
    "staging-full",
    "Free space",
  ],
  [3202, "Write failed: 39(The disk is full.)", "staging-full", "Free space"],
  [3202, "There is not enough free space.", "staging-full", "Free space"],
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

const server = { kind: "server", name: "sql01.lab" };

test.each<[SqlError["stage"], string, Partial<Problem>]>([
  [
    "login",
    "Login failed for user 'sitekeep'.",
    {
      code: "sql-login-refused",
      hint: "Check the password of sitekeep on sql01.lab, and that it allows SQL Server logins (mixed mode).",
    },
  ],
  [
    "connection",
    "connect ECONNREFUSED 10.0.0.1:1433",
    {
      code: "sql-unreachable",
      hint: "Check that SQL Server on sql01.lab runs, its port, and the firewall between.",
    },
  ],
  ...[
    "self-signed certificate in certificate chain",
    "self signed chain",
    "Hostname/IP does not match certificate's altnames",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "CERT_HAS_EXPIRED",
    "EENCRYPT",
    "Server did not negotiate encryption.",
  ].map((text): [SqlError["stage"], string, Partial<Problem>] => [
    "connection",
    text,
    {
      code: "sql-certificate",
      hint: "Give SQL Server on sql01.lab a certificate with that name, and name its authority in the machine file (certificateAuthority); or name there the certificate that it has (serverCertificates).",
    },
  ]),
])("what ends at the %s with %j is of the server", (stage, text, problem) => {
  const error = new SqlError(stage, [{ number: 0, severity: 16, text }]);
  expect(sqlProblem(error, place)).toEqual({
    severity: "error",
    message: `sql01.lab could not back up CM_PS1: ${text}`,
    where: "PS1/database",
    about: server,
    ...problem,
  });
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
  expect(problem).toEqual({
    code: "command-failed",
    severity: "error",
    message: "sql01.lab could not back up CM_PS1: nowhere-is-sqlcmd is not on this machine.",
    where: "PS1/database",
    hint: "Install Microsoft's sqlcmd, which Windows authentication needs, or name it under `tools:` of the machine file; or use a SQL Server login.",
    about: { kind: "tool", name: "sqlcmd" },
  });
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
