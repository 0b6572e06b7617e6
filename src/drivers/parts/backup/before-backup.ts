import { type Problem, ProblemError } from "../../../core/base/problem.ts";
import type { DatabaseAddress } from "../../../core/model/policy/source.ts";
import {
  readChangeTrackingVersion,
  readDatabaseFacts,
  readDataFiles,
  readServerClock,
  readSiteVersion,
} from "../../access/sql/database-facts.ts";
import type { SqlRunner } from "../../access/sql/sql-runner.ts";
import type { Means } from "../../driver.ts";
import { readLocks } from "../keys/read-locks.ts";
import { readProfile } from "./database-profile.ts";
import { readBehind, readReplica, replicaRefusal, replicaWith, type WantedBackup } from "./replica.ts";

/** The database that is to be backed up, and for which site. */
interface Wanted extends WantedBackup {
  readonly siteCode: string;
}

/**
 * What must be known from before the backup, to stay on the conservative side: its age and the changes that
 * it holds.
 */
export async function readBefore(
  { database, siteCode, where, movesBase }: Wanted,
  { sql, means }: { readonly sql: SqlRunner; readonly means: Means },
) {
  const described = await readDatabaseFacts(sql, database.name);
  if (described && described.state !== "ONLINE")
    throw new ProblemError(notOnline(database, described.state, where));
  const { bytes } = await readDataFiles(sql);
  const asking = { task: { database, where }, values: { siteCode, database: database.name } };
  const profile = await readProfile(sql, asking);
  const replica = await readReplica(sql, asking);
  const refusal = replicaRefusal({ database, where, movesBase }, replica, profile);
  if (refusal !== undefined) throw new ProblemError(refusal);
  const askedAt = means.now();
  const behind = await readBehind(sql, asking, replica);
  const changeTrackingVersion = await readChangeTrackingVersion(sql);
  const siteVersion = await readSiteVersion(sql, siteCode);
  const { isEncrypted } = described ?? {};
  const locks = await readLocks(sql, asking, { isEncrypted, isOfSite: siteVersion !== undefined });
  const now = means.now();
  const serverClock = await readServerClock(sql);
  const facts = {
    database: database.name,
    dataBytes: bytes,
    ...(described && { recoveryModel: described.recoveryModel, collation: described.collation }),
    profile,
    replica: replicaWith(replica, behind),
    changeTrackingVersion,
    siteVersion,
    serverStartedAt: serverClock,
    clockOffsetMs: serverClock === undefined ? undefined : serverClock - now,
  };
  const asOf = behind.is === "known" ? askedAt - behind.value : now;
  return { asOf, facts, locks, problems: behind.is === "unknown" ? [behind.why] : [] };
}

function notOnline(database: DatabaseAddress, state: string, where: string): Problem {
  return {
    code: "sql-database-missing",
    severity: "error",
    message: `${database.name} on ${database.server} is ${state} and can't be backed up.`,
    where,
    hint: `Bring it online first: see sys.databases and the error log of ${database.server}.`,
  };
}
