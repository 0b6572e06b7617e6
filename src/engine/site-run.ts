import type { DurationMs } from "../core/base/instant.ts";
import type { Outcome } from "../core/model/outcome.ts";
import type { SitePlan } from "../core/model/plan.ts";
import type { Repository } from "../store/repository.ts";

/** One site's share of a run, while it runs: outcomes are added as steps end. */
export interface SiteRun {
  readonly plan: SitePlan;
  readonly repository: Repository;
  readonly outcomes: Outcome[];
  /** How often progress may be shown. */
  readonly showEveryMs: DurationMs;
}
