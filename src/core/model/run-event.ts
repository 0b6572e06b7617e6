import type { Instant } from "../base/instant.ts";
import type { Outcome } from "./outcome.ts";
import type { Stage, Step } from "./stage.ts";

/**
 * What happens in a run, as it happens. Whoever draws, logs or serves a run listens to these and asks for
 * nothing else.
 */
export type RunEvent = RunBegan | StepBegan | StepProgressed | StepNoted | StepEnded;

/** The run is about to begin: what it will go through, of the sites whose repository can be used. */
export interface RunBegan {
  readonly what: "run-began";
  /** By this machine's clock. */
  readonly at: Instant;
  /** The sites one after the other, as they are gone through. */
  readonly sites: readonly SiteStages[];
}

/** The order of one site's run. */
export interface SiteStages {
  /** Code of the site. */
  readonly site: string;
  /** What is gone through, first to last. */
  readonly stages: readonly Stage[];
}

/** A step begins. What a cancelled run does not come to begins and ends at once. */
export interface StepBegan {
  readonly what: "step-began";
  /** By this machine's clock. */
  readonly at: Instant;
  /** The step, as the stages of the run name it. */
  readonly step: Step;
}

/** How far a step is. Told as often as the step itself knows: a listener shows as much of it as it wants. */
export interface StepProgressed {
  readonly what: "step-progressed";
  /** By this machine's clock. */
  readonly at: Instant;
  /** The step, as the stages of the run name it. */
  readonly step: Step;
  /** How far the step is now; what was told before is past. */
  readonly progress: StepProgress;
}

/** How far a step is: what it is at, and of what is counted in bytes, how much is done. */
export interface StepProgress {
  /** What is being done: a file, a count of files, `reading back what was written`. */
  readonly text: string;
  /** Bytes done so far; absent where nothing is counted in bytes. */
  readonly doneBytes?: number;
  /** Bytes there are to do; absent where that is not known. */
  readonly totalBytes?: number;
}

/** Something of a step that is worth a line whatever else is shown: a wait before another try. */
export interface StepNoted {
  readonly what: "step-noted";
  /** By this machine's clock. */
  readonly at: Instant;
  /** The step, as the stages of the run name it. */
  readonly step: Step;
  /** A sentence for people. */
  readonly text: string;
}

/** A step is over. Every step of a run ends once, also what a cancelled run never began. */
export interface StepEnded {
  readonly what: "step-ended";
  /** By this machine's clock. */
  readonly at: Instant;
  /** The step, as the stages of the run name it; one of a refused site was in no stage. */
  readonly step: Step;
  /** What became of the step, as the record of the run keeps it. */
  readonly outcome: Outcome;
}

/** Somebody who is told of a run while it runs. */
export type RunListener = (event: RunEvent) => void;
