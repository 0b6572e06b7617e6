import { absent, known, match } from "../../base/fact.ts";
import type { Question } from "../../model/question.ts";
import { databases } from "../../outside/sql/sql-server.ts";
import { firstFlag } from "../parts/answers.ts";
import { notJudged, nothing, siteHazard } from "../parts/hazard.ts";
import { siteDatabaseOf } from "../parts/site-database-of.ts";
import { risk } from "../parts/risk.ts";

/** Whether the group wants backups on this replica. Absent: the database is in no group. */
const isPreferred: Question<boolean> = {
  name: "preferred-replica",
  doing: "see whether the availability group wants backups of the site database on this replica",
  query: `SELECT CAST(sys.fn_hadr_backup_is_preferred_replica(name) AS int) AS is_preferred
FROM sys.databases WHERE name = @database AND group_database_id IS NOT NULL;`,
  parameters: ["database"],
  reads: [databases],
  answers: { is_preferred: "bit" },
  read(rows) {
    const flag = firstFlag(rows, "is_preferred");
    return flag === undefined ? absent : known(flag);
  },
};

/** Maintenance products end without an error there: what looks like a backup may be none anywhere. */
export const replicaNotPreferred = siteHazard({
  code: "replica-not-preferred",
  hazard: "backups on a replica that the group does not prefer",
  source: "M, sys.fn_hadr_backup_is_preferred_replica; C",
  seenIn: "site",
  readIn: "`sys.databases`, `sys.fn_hadr_backup_is_preferred_replica`",
  accepted: "as it is",
  asks: { isPreferred },
  judge({ policy, databaseName, placeOf }, answers) {
    const source = siteDatabaseOf(policy);
    if (source === undefined) return [];
    const { server } = policy.site.database;
    const but =
      source.method === "external"
        ? `other tools skip ${server} without a word`
        : `the copies of ${server} are what that replica has, which may be behind, and no other tool's differential follows them`;
    const told = risk("replica-not-preferred", {
      where: placeOf(source.name),
      message: `The availability group of ${databaseName} wants its backups on another replica than ${server}: ${but}.`,
      names: [databaseName, source.name, server],
      hint: "Name the replica that the group prefers (AUTOMATED_BACKUP_PREFERENCE, BACKUP_PRIORITY) or the listener as the server of `site.database`, or have the group prefer this one: ALTER AVAILABILITY GROUP [name] SET (AUTOMATED_BACKUP_PREFERENCE = PRIMARY);",
    });
    return match(answers.isPreferred, {
      known: (is) => (is ? [] : [told]),
      unknown: notJudged,
      absent: nothing,
    });
  },
});
