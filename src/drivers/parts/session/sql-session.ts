import { given } from "../../../core/base/given.ts";
import { ProblemError } from "../../../core/base/problem.ts";
import type { Right } from "../../../core/outside/facts/right.ts";
import type { Site } from "../../../core/model/policy/resolved-policy.ts";
import type { DatabaseAddress, Source } from "../../../core/model/policy/source.ts";
import { type SqlPlace, sqlProblem } from "../../access/sql/sql-problems.ts";
import { SqlError, type SqlRunner } from "../../access/sql/sql-runner.ts";
import type { Means } from "../../driver.ts";

/** What is done with a database, for the problem that it may end in. */
export interface SqlTask {
  readonly database: DatabaseAddress;
  readonly where: string;
  /** After "could not": `back up CM_PS1`. */
  readonly doing: string;
  /** The path in question, as SQL Server sees it. */
  readonly path?: string;
  /** What a login needs for it, for the grant that cures a refusal. */
  readonly needs?: readonly Right[];
}

/** `PS1/database`: where a problem of a source is. */
export function placeOf(site: Site, source: Source): string {
  return `${site.code}/${source.name}`;
}

/**
 * Opens a session, works with it and closes it. What the server refuses leaves as a problem with its cure.
 */
export async function withSql<Result>(
  means: Pick<Means, "sql">,
  task: SqlTask,
  work: (sql: SqlRunner) => Promise<Result>,
): Promise<Result> {
  return explained(task, async () => {
    const sql = await means.sql(task.database);
    try {
      return await work(sql);
    } finally {
      await sql.close().catch(() => undefined);
    }
  });
}

/** Does one thing within a session and names it when the server refuses. */
export async function explained<Result>(task: SqlTask, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof SqlError)) throw thrown;
    throw new ProblemError(sqlProblem(thrown, placeIn(task)), { cause: thrown });
  }
}

/** What is done, and where, for the words of a problem. */
export function placeIn(task: SqlTask): SqlPlace {
  const { auth, server, name } = task.database;
  return {
    where: task.where,
    server,
    database: name,
    doing: task.doing,
    ...(auth.as === "login" && { user: auth.user }),
    ...given({ path: task.path, needs: task.needs }),
  };
}
