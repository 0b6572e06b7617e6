import type { DurationMs, Instant } from "../../base/instant.ts";
import type { Problem } from "../../base/problem.ts";
import type { AcceptedRisk } from "./acceptance.ts";

/** What a change of policy does to a site within ninety days. Plain JSON. */
export interface PolicyEffect {
  readonly site: string;
  readonly policy: string;
  readonly change: "none" | "changed" | "added" | "removed";
  /** Points of today that the plan as it would be now lets go, and the one as it was does not. */
  readonly forgetsNow: readonly Instant[];
  /** Points of today that are gone after ninety days, and would not be without the change. */
  readonly forgetsLater: readonly Instant[];
  /** Points of today that stay through the change. */
  readonly spares: readonly Instant[];
  /** What is red with the change only, and what is red without it only: no step mends it. */
  readonly reddens: readonly Problem[];
  readonly mends: readonly Problem[];
  /** What would be red and is accepted with the change only. */
  readonly accepts: readonly AcceptedRisk[];
  readonly before?: EffectFigures;
  readonly after?: EffectFigures;
}

export interface EffectFigures {
  /** Points at the end. */
  readonly points: number;
  readonly captures: number;
  readonly worstGapMs?: DurationMs;
  /** How long the newest copy was closing, outside or not there. */
  readonly atRiskMs: DurationMs;
}
