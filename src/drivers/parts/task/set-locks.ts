import { type Problem, ProblemError } from "../../../core/base/problem.ts";
import type { Site } from "../../../core/model/policy/resolved-policy.ts";
import { databaseRow, describe } from "../../access/sql/database-facts.ts";
import type { SqlRunner } from "../../access/sql/sql-runner.ts";
import type { Means } from "../../driver.ts";
import { type Locks, readLocks } from "../keys/read-locks.ts";
import { ask, type Asking } from "../session/ask.ts";
import { withSql } from "../session/sql-session.ts";

/** What is known of the locks of a set: no facts where its server could not be asked. */
export interface SetLocks {
  readonly facts?: Locks["facts"];
  readonly problems: readonly Problem[];
}

/**
 * Reads what the database files of the task's set are locked by: the same as the site database is now. The
 * set of a site whose server is gone is what that site is recovered from: it is adopted without a word on its
 * locks, and a risk tells that nobody could ask. All problems are risks.
 */
export async function readSetLocks(site: Site, where: string, means: Means): Promise<SetLocks> {
  const locks = await askServer(site, where, means);
  return { ...locks, problems: locks.problems.map((it): Problem => ({ ...it, severity: "risk" })) };
}

async function askServer({ code, database }: Site, where: string, means: Means): Promise<SetLocks> {
  const task = { database, where, doing: `see what locks ${database.name}` };
  const asking = { task, values: { siteCode: code, database: database.name } };
  try {
    return await withSql(means, task, (sql) => readSiteLocks(sql, asking));
  } catch (thrown) {
    if (thrown instanceof ProblemError) return { problems: [thrown.problem] };
    throw thrown;
  }
}

async function readSiteLocks(sql: SqlRunner, asking: Asking): Promise<Locks> {
  const described = await ask(sql, databaseRow, asking);
  const isEncrypted = described.is === "known" ? describe(described.value[0]!).isEncrypted : undefined;
  const locks = await readLocks(sql, asking, { isEncrypted, isOfSite: true });
  if (described.is !== "unknown") return locks;
  return { ...locks, problems: [described.why, ...locks.problems] };
}
