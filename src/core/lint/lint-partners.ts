import type { PolicyRisk } from "../model/policy/policy-risk.ts";
import { databaseSource } from "../kinds/database-source.ts";
import type { ResolvedPolicy } from "../model/policy/resolved-policy.ts";
import { risk } from "./risk.ts";

/**
 * A restored site is brought up to date by its partners: where the policy names none, nobody can look at
 * them.
 */
export function lintPartners(policy: ResolvedPolicy): readonly PolicyRisk[] {
  const { site, partners, where } = policy;
  const isCentral = site.type === "central-administration";
  if (databaseSource(policy) === undefined || Object.keys(partners).length > 0) return [];
  if (!isCentral && site.parent === undefined) return [];
  const whose = isCentral ? "any primary below" : `${site.parent} above`;
  const example = isCentral ? "PS1" : site.parent!;
  const problem = risk("partner-not-named", {
    where,
    message: `The policy names no database of ${whose} ${site.code}, by which a restored site is brought up to date: what is kept there is not seen, and the site's own setting stands in for it.`,
    hint: `Name it: \`partners: { ${example}: { server: sql.contoso.com, name: CM_${example} } }\`.`,
  });
  return [{ problem, keys: ["site", isCentral ? "type" : "parent"] }];
}
