import type { DurationMs } from "../../core/base/instant.ts";
import type { Outcome } from "../../core/model/outcome.ts";
import type { SitePlan } from "../../core/model/plan.ts";
import type { Repository } from "../../store/repository.ts";

/**
 * How a run is shown while it runs. The engine itself prints nothing: listr2 draws, or the listener is told.
 */
export interface Show {
  /** `default` draws a live tree on a terminal; `silent` draws nothing. */
  readonly renderer: "default" | "silent";
  /** How often the progress of one step is told. */
  readonly everyMs: DurationMs;
  onProgress?(title: string, text: string): void;
  onOutcome?(outcome: Outcome): void;
}

/** One site's share of a run, while it runs: outcomes are added as steps end. */
export interface SiteRun {
  readonly plan: SitePlan;
  readonly repository: Repository;
  readonly outcomes: Outcome[];
  readonly show: Show;
}
