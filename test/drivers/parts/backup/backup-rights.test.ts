import { expect, test } from "vitest";
import { judgeBackupRights, requireWitness } from "../../../../src/drivers/parts/backup/backup-rights.ts";
import { address } from "../../../support/build-site.ts";
import { type Answer, madeUpServer, refusal } from "../../../support/made-up-server.ts";

const all = { backup_database: 1, backup_log: 1, create_any: 1, create_in_master: 0 };
const backup = "USE [CM_PS1]; ALTER ROLE db_backupoperator ADD MEMBER [DOMAIN\\account$];";
const create = "USE master; GRANT CREATE ANY DATABASE TO [DOMAIN\\account$];";

test.each([
  ["all of them", {}],
  ["the right to make a database in master alone", { create_any: 0, create_in_master: 1 }],
  [
    "what the server can't say",
    { backup_database: null, backup_log: null, create_any: null, create_in_master: null },
  ],
])("%s is enough", async (_, row) => {
  await expect(require({ ...all, ...row }, true)).resolves.toEqual([]);
});

test.each([
  ["BACKUP DATABASE", { backup_database: 0 }, backup],
  ["BACKUP LOG", { backup_log: 0 }, backup],
  ["BACKUP DATABASE and BACKUP LOG", { backup_database: 0, backup_log: 0 }, backup],
  [
    "BACKUP LOG and CREATE ANY DATABASE",
    { backup_log: 0, create_any: 0, create_in_master: null },
    `${backup} ${create}`,
  ],
])("a login that lacks %s hears the grants for it", async (lacks, row, grants) => {
  await expect(require({ ...all, ...row }, true)).rejects.toMatchObject({
    problem: {
      code: "sql-permission",
      severity: "error",
      message: `The account that runs sitekeep may not back up CM_PS1 on sql01.contoso.com: it lacks ${lacks}.`,
      where: "PS1/database",
      hint: `Run as an administrator of sql01.contoso.com: ${grants} (docs/permissions.md)`,
      about: { kind: "database", server: "sql01.contoso.com", name: "CM_PS1" },
    },
  });
});

test("a login that may not have its backups read again is a risk, with the grant", async () => {
  expect(await require({ ...all, create_any: 0 }, true)).toEqual([
    {
      code: "backup-not-verified",
      severity: "risk",
      message: expect.stringMatching(/nothing proves that they can be restored\.$/),
      where: "PS1/database",
      hint: `Run as an administrator of sql01.contoso.com: ${create} (docs/permissions.md)`,
      about: { kind: "database", server: "sql01.contoso.com", name: "CM_PS1" },
    },
  ]);
});

test.each<[string, number, Answer, boolean]>([
  ["may read headers", 1, refusal([229, "No."]), true],
  ["may read msdb alone", 0, [], true],
  ["may read neither", 0, refusal([229, "No."]), false],
])("a login that %s: what it writes can be told", async (_, create_any, history, canTell) => {
  const sql = madeUpServer({ rights: [{ ...all, create_any }], history });
  const asked = requireWitness({ database: address, where: "PS1/database" }, sql);
  if (canTell) await expect(asked).resolves.toBeUndefined();
  else
    await expect(asked).rejects.toMatchObject({
      problem: { code: "sql-permission", message: expect.stringMatching(/lacks CREATE ANY DATABASE\.$/) },
    });
});

test("nobody who takes no log backups needs the right to", async () => {
  await expect(require({ ...all, backup_log: 0 }, false)).resolves.toEqual([]);
});

test("a login of SQL Server is told by its name", async () => {
  const auth = { as: "login", user: "backup]er", password: { env: "X" } } as const;
  await expect(require({ ...all, backup_database: 0 }, false, { ...address, auth })).rejects.toMatchObject({
    problem: {
      message: "backup]er may not back up CM_PS1 on sql01.contoso.com: it lacks BACKUP DATABASE.",
      hint: expect.stringContaining("ADD MEMBER [backup]]er];"),
    },
  });
});

function require(row: Record<string, number | null>, logs: boolean, database: typeof address = address) {
  const task = { database, where: "PS1/database", doing: "look" };
  return judgeBackupRights(madeUpServer({ rights: [row] }), task, { logs });
}
