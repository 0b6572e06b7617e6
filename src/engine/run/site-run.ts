import type { RunEvent, StepProgress } from "../../core/model/run-event.ts";
import type { Outcome } from "../../core/model/outcome.ts";
import type { SitePlan } from "../../core/model/plan.ts";
import type { CopyableRepository } from "../../store/copyable-repository.ts";

/** One site's share of a run. */
export interface SiteRun {
  readonly plan: SitePlan;
  readonly repository: CopyableRepository;
}

/** What became of one site's share of a run. */
export interface SiteOutcomes {
  readonly plan: SitePlan;
  readonly outcomes: readonly Outcome[];
}

/** What a step is done with, beside the session. */
export interface StepSetting extends SiteRun {
  /** What became of the site's steps before this one: what failed holds back what would rest on it. */
  readonly outcomes: readonly Outcome[];
  /** Tells how far the step is. */
  report(progress: StepProgress): void;
  /** Tells something that is worth a line of its own. */
  note(text: string): void;
}

/** Tells whoever listens to a run. Never throws: a run does not fail since it can't be shown. */
export type Tell = (event: RunEvent) => void;
