import type { Problem } from "../base/problem.ts";
import type { LintedSite } from "./linted-site.ts";
import { risk } from "./risk.ts";

/**
 * Databases of ConfigMgr's helpers that their own sources found in an availability group, which it does not
 * support.
 */
export function lintGroups(site: LintedSite): readonly Problem[] {
  return site.policy.sources.flatMap((source) => {
    const isHelper =
      source.kind === "reporting-server" ||
      (source.kind === "sql-database" && /^SUSDB$/i.test(source.database.name));
    const members = isHelper ? site.factsOf(source.name)["availabilityGroup"] : undefined;
    if (!Array.isArray(members) || members.length === 0) return [];
    return risk("availability-group-unsupported", {
      where: site.placeOf(source.name),
      message: `${members.join(", ")} ${members.length === 1 ? "is" : "are"} in an availability group: ConfigMgr supports that for the site database alone.`,
      hint: "Take the database out of the group, and name its server to the role again.",
    });
  });
}
