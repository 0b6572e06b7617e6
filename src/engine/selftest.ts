import type { Problem } from "../core/base/problem.ts";
import type { AskedFact } from "../core/model/asked-fact.ts";
import type { ResolvedPolicy } from "../core/model/policy/resolved-policy.ts";
import type { DatabaseAddress } from "../core/model/policy/source.ts";
import type { Means } from "../drivers/driver.ts";
import { askFacts } from "../drivers/parts/ask-facts.ts";
import { withSql } from "../drivers/parts/session/sql-session.ts";
import { lookAt } from "./session/deadline.ts";
import { connect } from "./session/means.ts";
import type { Session } from "./session/session.ts";

/** One database of a site or of a partner, and what became of the facts that it was asked for. */
export interface TestedDatabase {
  readonly site: string;
  readonly server: string;
  readonly database: string;
  /** Empty where the server could not be asked at all. */
  readonly facts: readonly AskedFact[];
  readonly problem?: Problem;
}

/**
 * Asks the site's database and those of its partners for the facts that sitekeep relies on. Changes nothing.
 */
export async function selftest(
  session: Session,
  { site, partners }: ResolvedPolicy,
): Promise<readonly TestedDatabase[]> {
  const databases = [[site.code, site.database] as const, ...Object.entries(partners)];
  const tested: TestedDatabase[] = [];
  for (const [code, database] of databases) tested.push(await testDatabase(session, code, database));
  return tested;
}

async function testDatabase(
  session: Session,
  site: string,
  database: DatabaseAddress,
): Promise<TestedDatabase> {
  const { server, name } = database;
  const where = `${site}/${name}`;
  const task = { database, where };
  const look = (means: Means) =>
    withSql(means, { ...task, doing: `be asked for the facts of ${name}` }, async (sql) => ({
      facts: await askFacts(sql, { task, values: {} }),
    }));
  const seen = await lookAt(session, where, { sql: (it) => connect(session, it), look });
  const place = { site, server, database: name };
  return "facts" in seen ? { ...place, facts: seen.facts } : { ...place, facts: [], problem: seen.problem };
}
