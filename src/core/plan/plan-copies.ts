import { given } from "../base/given.ts";
import type { Instant } from "../base/instant.ts";
import type { Observation } from "../model/observation.ts";
import type { SitePlan } from "../model/plan.ts";
import type { ResolvedPolicy } from "../model/policy/resolved-policy.ts";
import { decideCopies } from "./decide-copy.ts";
import { judgeCopies } from "./risks/judge-copies.ts";
import { sitePlanOf } from "./site-plan.ts";
import { surveySite } from "./survey/survey.ts";

/**
 * Plans the copies of a policy's points and what the copies' own retention lets go, and nothing else:
 * `sitekeep copy`.
 */
export function planCopies(
  policy: ResolvedPolicy,
  observed: Observation,
  { now, to }: { readonly now: Instant; readonly to?: string },
): SitePlan {
  const survey = surveySite(policy, observed, now);
  const { repositoryProblem } = observed;
  if (repositoryProblem !== undefined) return sitePlanOf(survey, [], { risks: [repositoryProblem] });
  const actions = decideCopies(survey, [], given({ to }));
  return sitePlanOf(survey, actions, { risks: judgeCopies(survey) });
}
