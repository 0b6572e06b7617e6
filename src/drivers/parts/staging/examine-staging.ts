import { fails, holds, type Precondition, untold } from "../../../core/model/precondition.ts";
import type { DatabaseAddress, Staging } from "../../../core/model/policy/source.ts";
import type { Means } from "../../driver.ts";
import { withSql } from "../session/sql-session.ts";
import { probeStaging, type Trial } from "./probe-staging.ts";
import { findStaging } from "./staging.ts";

/** A database whose server passes files to this account, and the folder that its source names for it. */
export interface ExaminedStaging {
  readonly database: DatabaseAddress;
  /** Absent: SQL Server's own folder for backups. */
  readonly staging?: Staging;
  readonly siteCode: string;
  readonly where: string;
}

/** Tries the folder through which SQL Server passes files, and says of each side what it may do there. */
export async function examineStaging(
  { database, staging, siteCode, where }: ExaminedStaging,
  means: Means,
): Promise<readonly Precondition[]> {
  const task = { database, where };
  return withSql(means, { ...task, doing: "try the staging folder" }, async (sql) => {
    const folder = await findStaging(staging, task, { means, sql });
    const proof = await probeStaging({ sql, means, staging: folder, task, siteCode });
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
