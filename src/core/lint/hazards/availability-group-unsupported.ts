import type { Source } from "../../model/policy/source.ts";
import { siteHazard } from "../parts/hazard.ts";
import { risk } from "../parts/risk.ts";
import type { JsonObject } from "../../base/json.ts";
import { reportingServerLook } from "../../model/facts/reporting-server.ts";
import { sqlDatabaseLook } from "../../model/facts/sql-database.ts";

/**
 * Databases of ConfigMgr's helpers that their own sources found in an availability group, which it does not
 * support.
 */
export const availabilityGroupUnsupported = siteHazard({
  code: "availability-group-unsupported",
  hazard: "reporting or WSUS database in an availability group",
  source: "M, SQL Server Always On",
  seenIn: "site",
  readIn: "`sys.databases`",
  accepted: "as it is",
  asks: {},
  judge: ({ policy, factsOf, placeOf }) =>
    policy.sources.flatMap((source) => {
      const members = membersOf(source, factsOf(source.name));
      if (members.length === 0) return [];
      return risk("availability-group-unsupported", {
        where: placeOf(source.name),
        message: `${members.join(", ")} ${members.length === 1 ? "is" : "are"} in an availability group: ConfigMgr supports that for the site database alone.`,
        names: [source.name, ...members],
        hint: "Take the database out of the group, and name its server to the role again.",
      });
    }),
});

function membersOf(source: Source, facts: JsonObject): readonly string[] {
  if (source.kind === "reporting-server") return reportingServerLook.get(facts, "availabilityGroup") ?? [];
  const isHelper = source.kind === "sql-database" && /^SUSDB$/i.test(source.database.name);
  return isHelper ? (sqlDatabaseLook.get(facts, "availabilityGroup") ?? []) : [];
}
