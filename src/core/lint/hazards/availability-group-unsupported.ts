import type { Source } from "../../model/policy/source.ts";
import { siteHazard } from "../parts/hazard.ts";
import { risk } from "../parts/risk.ts";

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
    policy.sources.filter(isHelper).flatMap((source) => {
      const members = factsOf(source.name)["availabilityGroup"];
      if (!Array.isArray(members) || members.length === 0) return [];
      return risk("availability-group-unsupported", {
        where: placeOf(source.name),
        message: `${members.join(", ")} ${members.length === 1 ? "is" : "are"} in an availability group: ConfigMgr supports that for the site database alone.`,
        names: [source.name, ...members.map(String)],
        hint: "Take the database out of the group, and name its server to the role again.",
      });
    }),
});

function isHelper(source: Source): boolean {
  if (source.kind === "reporting-server") return true;
  return source.kind === "sql-database" && /^SUSDB$/i.test(source.database.name);
}
