import { given } from "../../../core/base/given.ts";
import type { Problem } from "../../../core/base/problem.ts";
import { ProblemError } from "../../../core/base/problem.ts";
import { createDatabase, takeBackups } from "../../../core/outside/facts/right.ts";
import { readHistory } from "../../access/sql/backup-history.ts";
import { grantsOf } from "../../access/sql/grants.ts";
import { flagCell } from "../../access/sql/sql-row.ts";
import type { SqlRow, SqlRunner } from "../../access/sql/sql-runner.ts";
import type { SqlTask } from "../session/sql-session.ts";
import { aboutMachine } from "../../../core/base/subject.ts";

/** A session in the database itself. NULL where the server can't say. */
const rightsQuery = `SELECT HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'BACKUP DATABASE') AS backup_database,
HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'BACKUP LOG') AS backup_log,
HAS_PERMS_BY_NAME(NULL, NULL, 'CREATE ANY DATABASE') AS create_any,
HAS_PERMS_BY_NAME('master', 'DATABASE', 'CREATE DATABASE') AS create_in_master;`;

/**
 * What the login of a session may not do for a backup of its database. Rejects with a problem where it may
 * not take one: better told by a look than by a capture. Where it may take one and not have it read again,
 * that is a risk: the backup counts as one that nobody has verified.
 */
export async function judgeBackupRights(
  sql: SqlRunner,
  task: SqlTask,
  { logs }: { readonly logs: boolean },
): Promise<readonly Problem[]> {
  const [row] = await sql.query(rightsQuery);
  const lacks = missingRights(row).filter((right) => logs || right !== "BACKUP LOG");
  if (lacks.length === 0) return [];
  if (lacks.some((right) => right !== "CREATE ANY DATABASE"))
    throw new ProblemError(rightsMissing(lacks, task));
  return [unverifiedProblem(task, grantHint(lacks, task))];
}

/**
 * Rejects where a login may neither read the header of what it has written nor the server's history: nobody
 * could say what the file is, after an hour of writing.
 */
export async function requireWitness(
  task: Pick<SqlTask, "database" | "where">,
  sql: SqlRunner,
): Promise<void> {
  const lacks = missingRights((await sql.query(rightsQuery))[0]);
  if (!lacks.includes("CREATE ANY DATABASE")) return;
  if ((await readHistory(sql, task.database.name, "none")) !== undefined) return;
  throw new ProblemError(rightsMissing(["CREATE ANY DATABASE"], task));
}

/** Says that a backup is taken and not read again by SQL Server, as the login may not ask for it. */
export function unverifiedProblem(
  { database, where }: Pick<SqlTask, "database" | "where">,
  hint: string,
): Problem {
  const { server, name } = database;
  return {
    code: "backup-not-verified",
    severity: "risk",
    message: `This login may not have ${server} read backups of ${name} again (CREATE ANY DATABASE): they are kept, and nothing proves that they can be restored.`,
    where,
    hint,
    about: aboutMachine({ kind: "database", server, name }),
  };
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

function rightsMissing(lacks: readonly Right[], task: Pick<SqlTask, "database" | "where">): Problem {
  const { database, where } = task;
  const { server, name } = database;
  const user = userOf(database);
  return {
    code: "sql-permission",
    severity: "error",
    message: `${user ?? "The account that runs sitekeep"} may not back up ${name} on ${server}: it lacks ${lacks.join(" and ")}.`,
    where,
    hint: grantHint(lacks, task),
    about: aboutMachine({ kind: "database", server, name }),
  };
}

function grantHint(lacks: readonly Right[], { database }: Pick<SqlTask, "database">): string {
  const { server, name } = database;
  const rights = lacks.map((right) => (right === "CREATE ANY DATABASE" ? createDatabase : takeBackups));
  const grants = grantsOf(rights, { server, database: name, ...given({ user: userOf(database) }) });
  return `Run as an administrator of ${server}: ${grants} (docs/permissions.md)`;
}

function userOf({ auth }: SqlTask["database"]): string | undefined {
  return auth.as === "login" ? auth.user : undefined;
}
