import type { Instant } from "../base/instant.ts";
import type { JsonObject } from "../base/json.ts";
import { factsOf } from "../model/observation.ts";
import type { Observation, WindowFacts } from "../model/observation.ts";
import type { ResolvedPolicy } from "../model/policy/resolved-policy.ts";
import type { SiteLook } from "../model/site-look.ts";

/** A site as lint sees it: its policy, what was read of it, and the words for both. */
export interface LintedSite {
  readonly policy: ResolvedPolicy;
  readonly look: SiteLook;
  readonly window: WindowFacts;
  readonly now: Instant;
  /** Where a problem of the site as a whole is: `PS1/CM_PS1`. */
  readonly where: string;
  readonly databaseName: string;
  /** Where a problem of a source is. */
  placeOf(source: string): string;
  /** What a source told of itself; nothing where it is silent. */
  factsOf(source: string): JsonObject;
}

/** Puts together what lint judges; `undefined` where nobody could look at the site. */
export function lintedSite(
  policy: ResolvedPolicy,
  observed: Observation,
  now: Instant,
): LintedSite | undefined {
  const { site: look, window } = observed;
  if (look === undefined) return undefined;
  const { code, database } = policy.site;
  return {
    policy,
    look,
    window,
    now,
    where: `${code}/${database.name}`,
    databaseName: database.name,
    placeOf: (source) => `${code}/${source}`,
    factsOf: (source) => factsOf(observed, source),
  };
}
