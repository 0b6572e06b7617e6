import { absent, known, match } from "../../base/fact.ts";
import { given } from "../../base/given.ts";
import type { JsonObject } from "../../base/json.ts";
import { siteDatabaseOf } from "../parts/site-database-of.ts";
import { notJudged, nothing, siteHazard } from "../parts/hazard.ts";
import { firstFlag } from "../parts/answers.ts";
import type { Question } from "../../model/question.ts";
import { risk } from "../parts/risk.ts";
import { siteDatabaseLook } from "../../model/facts/site-database.ts";

/** The SQL Server instance that holds the site database. */
type Instance = {
  readonly isClustered: boolean;
  /** Absent for the default instance. */
  readonly name?: string;
};

const instance: Question<Instance> = {
  name: "sql-instance",
  doing: "see whether the site database's server is a named instance of a cluster",
  query: `SELECT CAST(SERVERPROPERTY('IsClustered') AS int) AS is_clustered,
CAST(SERVERPROPERTY('InstanceName') AS nvarchar(128)) AS instance;`,
  parameters: [],
  reads: [],
  answers: { is_clustered: "bit", instance: "text or NULL" },
  always: true,
  read(rows) {
    const isClustered = firstFlag(rows, "is_clustered");
    const name = rows[0]?.["instance"];
    return isClustered === undefined ? absent : known({ isClustered, ...given({ name: name || undefined }) });
  },
};

export const clusteredExternalBackup = siteHazard({
  code: "clustered-external-backup",
  hazard: "DPM or another VSS backup in a cluster's named instance",
  source: "M, backup",
  seenIn: "site",
  readIn: "`SERVERPROPERTY`, `msdb`",
  accepted: "as it is",
  asks: { instance },
  judge({ policy, databaseName, placeOf, factsOf }, answers) {
    const source = siteDatabaseOf(policy);
    if (source === undefined) return [];
    if (source.method === "native" && !hasVss(factsOf(source.name))) return [];
    const tell = (name: string) =>
      risk("clustered-external-backup", {
        where: placeOf(source.name),
        message: `Another product backs ${databaseName} up through VSS, and it is in the named instance ${name} of a cluster: for DPM only the default instance is supported.`,
        names: [databaseName, source.name, name],
        hint: "Say `method: native`, so that SQL Server itself takes the backups, or test a restore of the other product's.",
      });
    return match(answers.instance, {
      known: ({ isClustered, name }) => (isClustered && name !== undefined ? [tell(name)] : []),
      unknown: notJudged,
      absent: nothing,
    });
  },
});

function hasVss(facts: JsonObject): boolean {
  return (siteDatabaseLook.get(facts, "lastFulls") ?? []).some(({ vss }) => vss === true);
}
