import type { Instant } from "../base/instant.ts";
import type { Observation } from "../model/observation.ts";
import type { ResolvedPolicy } from "../model/policy/resolved-policy.ts";
import { lintCoverage } from "./lint-coverage.ts";
import { lintDatabase } from "./lint-database.ts";
import { lintFiles } from "./lint-files.ts";
import { lintGroups } from "./lint-groups.ts";
import { lintKeys } from "./lint-keys.ts";
import { lintLibraryInUse } from "./lint-library.ts";
import { lintedSite } from "./linted-site.ts";
import type { Finding } from "./risk.ts";

/** Hazards that a look at the site shows (docs/lint.md). What could not be read is not judged. */
export function lintSite(policy: ResolvedPolicy, observed: Observation, now: Instant): readonly Finding[] {
  const site = lintedSite(policy, observed, now);
  if (site === undefined) return [];
  return [
    ...lintDatabase(site),
    ...lintKeys(site),
    ...lintGroups(site),
    ...lintFiles(site),
    ...lintLibraryInUse(policy, site.factsOf),
    ...lintCoverage(site),
  ];
}
