import type { Problem } from "../core/base/problem.ts";
import type { AskedFact } from "../core/model/asked-fact.ts";
import type { ResolvedPolicy } from "../core/model/policy/resolved-policy.ts";
import type { DatabaseAddress } from "../core/model/policy/source.ts";
import type { Means } from "../drivers/driver.ts";
import { askSite } from "../drivers/selftest/ask-site.ts";
import { askFacts } from "../drivers/selftest/ask-facts.ts";
import { withSql } from "../drivers/parts/session/sql-session.ts";
import { lookAt } from "./session/deadline.ts";
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

/** What a site has beside its databases, as this machine reaches it. */
export interface TestedMachine {
  readonly site: string;
  /** Empty where nothing could be looked at. */
  readonly facts: readonly AskedFact[];
  readonly problem?: Problem;
}

/** What became of every fact of the register at one site. */
export interface TestedSite {
  readonly databases: readonly TestedDatabase[];
  readonly machine: TestedMachine;
}

/**
 * Asks the site's database and those of its partners for the facts that sitekeep relies on, and looks at the
 * files and the registry of the site. Changes nothing.
 */
export async function selftest(session: Session, policy: ResolvedPolicy): Promise<TestedSite> {
  const { site, partners } = policy;
  const databases: TestedDatabase[] = [];
  for (const [code, database] of [[site.code, site.database] as const, ...Object.entries(partners)])
    databases.push(await testDatabase(session, code, database));
  return { databases, machine: await testMachine(session, policy) };
}

async function testMachine(session: Session, policy: ResolvedPolicy): Promise<TestedMachine> {
  const site = policy.site.code;
  const look = async (means: Means) => ({ facts: await askSite(policy, means) });
  const seen = await lookAt(session, `${site}/files`, { look });
  return "facts" in seen ? { site, facts: seen.facts } : { site, facts: [], problem: seen.problem };
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
  const seen = await lookAt(session, where, { look });
  const place = { site, server, database: name };
  return "facts" in seen ? { ...place, facts: seen.facts } : { ...place, facts: [], problem: seen.problem };
}
