import { unknown } from "../base/fact.ts";
import type { Instant } from "../base/instant.ts";
import type { Problem } from "../base/problem.ts";
import { databaseSource } from "../kinds/database-source.ts";
import type { Observation } from "../model/observation.ts";
import type { PolicyRisk } from "../model/policy/policy-risk.ts";
import type { ResolvedPolicy } from "../model/policy/resolved-policy.ts";
import type { SiteLook } from "../model/site-look.ts";
import type { NotJudged, PolicyHazard, SiteHazard } from "./parts/hazard.ts";
import { hazards } from "./hazards/catalogue.ts";
import { tellUnjudged } from "./not-judged.ts";
import type { Unjudged } from "./not-judged.ts";
import type { Answers, Questions } from "./parts/answers.ts";
import type { Finding } from "./parts/risk.ts";
import { seenSite } from "./parts/seen-site.ts";

/**
 * The hazards that a policy shows by itself, each with the keys that it is about, for whoever has its text.
 */
export function lintWritten(policy: ResolvedPolicy): readonly PolicyRisk[] {
  return hazards.flatMap((hazard) =>
    hazard.seenIn === "site" ? [] : hazard.judge(policy).flatMap((it) => ("problem" in it ? [it] : [])),
  );
}

/**
 * The hazards of a policy and of its site (docs/lint.md), and which of them could not be judged, a risk for
 * each cause. Where nobody looked at the site as a whole, what the policy shows is all there is.
 */
export function lintSite(policy: ResolvedPolicy, observed: Observation, now: Instant): readonly Finding[] {
  const judged = hazards
    .filter((hazard) => hazard.seenIn !== "validation")
    .flatMap((hazard) => judge(hazard, policy, observed, now).map((found) => ({ code: hazard.code, found })));
  const unjudged = judged.flatMap(({ code, found }): readonly Unjudged[] =>
    "notJudged" in found ? [{ code, why: found.notJudged }] : [],
  );
  return [
    ...judged.flatMap(({ found }) => ("notJudged" in found ? [] : [found])),
    ...tellUnjudged(policy, unjudged),
  ];
}

function judge(
  hazard: PolicyHazard | SiteHazard,
  policy: ResolvedPolicy,
  observed: Observation,
  now: Instant,
): readonly (Finding | NotJudged)[] {
  const look = lookAt(policy, observed);
  const answers = look && answersTo(hazard.asks, look);
  if (hazard.seenIn === "site")
    return answers === undefined ? [] : hazard.judge(seenSite(policy, observed, now), answers);
  return hazard
    .judge(policy, { observed, ...(answers && { answers }) })
    .map((it) => ("problem" in it ? it.problem : it));
}

/**
 * The look at the site that is judged. A policy without the site database promises nothing of it: a database
 * that answers no question at all is none of its business, as its window is not.
 */
function lookAt(policy: ResolvedPolicy, { site }: Observation): SiteLook | undefined {
  const isSilent = site !== undefined && Object.values(site).every((it) => it.is === "unknown");
  return isSilent && databaseSource(policy) === undefined ? undefined : site;
}

function answersTo(asked: Questions, look: SiteLook): Answers<Questions> {
  return Object.fromEntries(
    Object.entries(asked).map(([as, { name }]) => [as, look[name] ?? unknown(notAsked)]),
  );
}

const notAsked: Problem = {
  code: "nothing-recorded",
  severity: "risk",
  message: "The look that is recorded on this machine is of another version of sitekeep, which did not ask.",
  where: "recorded look",
  hint: "Run `sitekeep plan` once without --recorded.",
};
