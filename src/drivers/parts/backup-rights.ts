import { given } from "../../core/base/given.ts";
import type { Problem } from "../../core/base/problem.ts";
import { ProblemError } from "../../core/base/problem.ts";
import { createDatabase, takeBackups } from "../../core/outside/facts/right.ts";
import { grantsOf } from "../access/sql/grants.ts";
import { flagCell } from "../access/sql/sql-row.ts";
import type { SqlRow, SqlRunner } from "../access/sql/sql-runner.ts";
import type { SqlTask } from "./session/sql-session.ts";
import { aboutMachine } from "../../core/base/subject.ts";

/** A session in the database itself. NULL where the server can't say. */
const rightsQuery = `SELECT HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'BACKUP DATABASE') AS backup_database,
HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'BACKUP LOG') AS backup_log,
HAS_PERMS_BY_NAME(NULL, NULL, 'CREATE ANY DATABASE') AS create_any,
HAS_PERMS_BY_NAME('master', 'DATABASE', 'CREATE DATABASE') AS create_in_master;`;

/**
 * Throws a problem when the login of a session could look at its database and not back it up: better told by
 * a look than after an hour of writing, when SQL Server refuses to read the header of what it wrote.
 */
export async function requireBackupRights(
  sql: SqlRunner,
  task: SqlTask,
  { logs }: { readonly logs: boolean },
): Promise<void> {
  const [row] = await sql.query(rightsQuery);
  const lacks = missingRights(row).filter((right) => logs || right !== "BACKUP LOG");
  if (lacks.length > 0) throw new ProblemError(rightsMissing(lacks, task));
}

type Right = "BACKUP DATABASE" | "BACKUP LOG" | "CREATE ANY DATABASE";

/** Only what the server denies is missing: what it can't say is left to the backup. */
function missingRights(row: SqlRow | undefined): readonly Right[] {
  const denied = (column: string): boolean => flagCell(row, column) === false;
  const mayCreate = !denied("create_any") || flagCell(row, "create_in_master") === true;
  return [
    ...(denied("backup_database") ? ["BACKUP DATABASE" as const] : []),
    ...(denied("backup_log") ? ["BACKUP LOG" as const] : []),
    ...(mayCreate ? [] : ["CREATE ANY DATABASE" as const]),
  ];
}

function rightsMissing(lacks: readonly Right[], { database, where }: SqlTask): Problem {
  const { server, name, auth } = database;
  const user = auth.as === "login" ? auth.user : undefined;
  const rights = lacks.map((right) => (right === "CREATE ANY DATABASE" ? createDatabase : takeBackups));
  const grants = grantsOf(rights, { server, database: name, ...given({ user }) });
  return {
    code: "sql-permission",
    severity: "error",
    message: `${user ?? "The account that runs sitekeep"} may not back up ${name} on ${server}: it lacks ${lacks.join(" and ")}.`,
    where,
    hint: `Run as an administrator of ${server}: ${grants} (docs/permissions.md)`,
    about: aboutMachine({ kind: "database", server, name }),
  };
}
