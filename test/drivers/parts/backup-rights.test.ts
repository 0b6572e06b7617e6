import { expect, test } from "vitest";
import { requireBackupRights } from "../../../src/drivers/parts/backup-rights.ts";
import { address } from "../../support/build-site.ts";
import { madeUpServer } from "../../support/made-up-server.ts";

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
  await expect(require({ ...all, ...row }, true)).resolves.toBeUndefined();
});

test.each([
  ["BACKUP DATABASE", { backup_database: 0 }, backup],
  ["BACKUP LOG", { backup_log: 0 }, backup],
  ["BACKUP DATABASE and BACKUP LOG", { backup_database: 0, backup_log: 0 }, backup],
  ["CREATE ANY DATABASE", { create_any: 0 }, create],
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

test("nobody who takes no log backups needs the right to", async () => {
  await expect(require({ ...all, backup_log: 0 }, false)).resolves.toBeUndefined();
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
  return requireBackupRights(madeUpServer({ rights: [row] }), task, { logs });
}
