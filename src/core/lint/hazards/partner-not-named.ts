import { databaseSource } from "../../kinds/database-source.ts";
import { policyHazard } from "../parts/hazard.ts";
import { risk } from "../parts/risk.ts";

/**
 * A restored site is brought up to date by its partners: where the policy names none, nobody can look at
 * them.
 */
export const partnerNotNamed = policyHazard({
  code: "partner-not-named",
  hazard: "a site of a hierarchy whose policy names no partner",
  source: "M, recovery",
  seenIn: "policy",
  accepted: "as it is",
  asks: {},
  judge(policy) {
    const { site, partners, where } = policy;
    const isCentral = site.type === "central-administration";
    if (databaseSource(policy) === undefined || Object.keys(partners).length > 0) return [];
    if (!isCentral && site.parent === undefined) return [];
    const whose = isCentral ? "any primary below" : `${site.parent} above`;
    const example = isCentral ? "PS1" : site.parent!;
    const problem = risk("partner-not-named", {
      where,
      message: `The policy names no database of ${whose} ${site.code}, by which a restored site is brought up to date: what is kept there is not seen, and the site's own setting stands in for it.`,
      names: [site.code, example],
      hint: `Name it: \`partners: { ${example}: { server: sql.contoso.com, name: CM_${example} } }\`.`,
    });
    return [{ problem, keys: ["site", isCentral ? "type" : "parent"] }];
  },
});
