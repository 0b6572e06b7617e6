import { fails, holds, type Precondition, untold } from "../../../core/model/precondition.ts";
import type { DatabaseAddress, Source, Staging } from "../../../core/model/policy/source.ts";
import type { Means, ObserveRequest } from "../../driver.ts";
import { placeOf, withSql } from "../session/sql-session.ts";
import { probeStaging, type Trial } from "./probe-staging.ts";
import { findStaging } from "./staging.ts";

/** Tries the folder through which SQL Server passes files, and says of each side what it may do there. */
export async function examineStaging(
  { source, site }: ObserveRequest<Source & { readonly staging?: Staging }>,
  database: DatabaseAddress,
  means: Means,
): Promise<readonly Precondition[]> {
  const task = { database, where: placeOf(site, source) };
  return withSql(means, { ...task, doing: "try the staging folder" }, async (sql) => {
    const folder = await findStaging(source.staging, task, { means, sql });
    const proof = await probeStaging({ sql, means, staging: folder, task, siteCode: site.code });
    const { server } = database;
    return [
      precondition(`this account can make, read and delete files in ${folder.read}`, proof.ours),
      precondition(`${server} sees the same folder as ${folder.sql}`, proof.seen),
      precondition(`${server} may write there`, proof.written),
      precondition(`this account can read and delete what ${server} makes there`, proof.taken),
    ];
  });
}

function precondition(says: string, trial: Trial): Precondition {
  switch (trial.is) {
    case "proven":
      return holds(says);
    case "refuted":
      return fails(says, trial.why);
    case "not-asked":
      return untold(says, trial.why);
  }
}
