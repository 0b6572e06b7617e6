import { canonicalJson } from "../base/json.ts";
import type { Problem } from "../base/problem.ts";
import type { ResolvedPolicy } from "../model/policy/resolved-policy.ts";
import { risk } from "./parts/risk.ts";
import type { JointRisk } from "./parts/risk.ts";

/** A hazard that could not be judged, and why. */
export interface Unjudged {
  readonly code: string;
  readonly why: Problem;
}

/** One risk for each cause, however many hazards it keeps from being judged. */
export function tellUnjudged(policy: ResolvedPolicy, unjudged: readonly Unjudged[]): readonly JointRisk[] {
  const causes = Map.groupBy(unjudged, ({ why }) => canonicalJson(why));
  return [...causes.values()].map((members): JointRisk => {
    const [{ why }] = members as [Unjudged];
    const codes = [...new Set(members.map(({ code }) => code))];
    return { things: codes, tell: (some) => notJudged(policy, some, why) };
  });
}

function notJudged({ site }: ResolvedPolicy, codes: readonly string[], why: Problem): Problem {
  return risk("hazard-not-judged", {
    where: `${site.code}/${site.database.name}`,
    message: `${site.code} was not judged for ${codes.join(", ")}: ${why.message}`,
    names: [site.code, ...codes],
    hint: why.hint,
  });
}
