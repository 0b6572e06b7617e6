import type { Problem } from "../base/problem.ts";
import type { Observation } from "../model/observation.ts";
import type { PolicyRisk } from "../model/policy/policy-risk.ts";
import { databaseSource } from "../kinds/database-source.ts";
import type { ResolvedPolicy } from "../model/policy/resolved-policy.ts";
import { lintDestinations } from "./lint-destination.ts";
import { lintLibraryPlace } from "./lint-library.ts";
import { lintPartners } from "./lint-partners.ts";
import { lintRepository } from "./lint-repository.ts";
import { risk } from "./risk.ts";

/**
 * Hazards that a policy shows by itself (docs/lint.md), and better with a look at its site. Risks, never
 * errors.
 */
export function lintPolicy(policy: ResolvedPolicy, observed?: Observation): readonly Problem[] {
  return lintWritten(policy, observed).map((it) => it.problem);
}

/** The risks of a policy, each with the keys of the policy that it is about, for whoever has its text. */
export function lintWritten(policy: ResolvedPolicy, observed?: Observation): readonly PolicyRisk[] {
  return [
    ...lintRepository(policy),
    ...lintPartners(policy),
    ...lintDestinations(policy, observed),
    ...lintLibraryPlace(policy),
    ...lintUserState(policy),
  ];
}

/** The key of every migration store is in the site database. */
function lintUserState(policy: ResolvedPolicy): readonly PolicyRisk[] {
  const { site, sources, where } = policy;
  const userState = sources.find((it) => it.kind === "user-state");
  if (databaseSource(policy) !== undefined || userState === undefined) return [];
  const problem = risk("user-state-without-database", {
    where,
    message: `The policy keeps user states of ${site.code} and not its database, which holds the keys that open them.`,
    hint: "Add the source `database: { kind: site-database }`.",
  });
  return [{ problem, keys: ["sources", userState.name, "kind"] }];
}
