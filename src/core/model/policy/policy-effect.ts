import type { DurationMs, Instant } from "../../base/instant.ts";
import type { Problem } from "../../base/problem.ts";
import type { AcceptedRisk } from "./acceptance.ts";

/** What a change of policy does to a site within ninety days. Plain JSON. */
export interface PolicyEffect {
  /** Site code. */
  readonly site: string;
  readonly policy: string;
  /** Whether the resolved policies differ; where one only moved to another line they don't. */
  readonly change: "none" | "changed" | "added" | "removed";
  /** Points of today that the plan as it would be now lets go, and the one as it was does not. */
  readonly forgetsNow: readonly Instant[];
  /** Points of today that are gone after ninety days, and would not be without the change. */
  readonly forgetsLater: readonly Instant[];
  /** Points of today that stay through the change. */
  readonly spares: readonly Instant[];
  /** What is red with the change and not without it. No step of a plan mends it. */
  readonly reddens: readonly Problem[];
  /** What is red without the change and no longer with it, accepted neither. */
  readonly mends: readonly Problem[];
  /** What would be red and is accepted with the change only. */
  readonly accepts: readonly AcceptedRisk[];
  /** Figures of the policy as it was. Absent for one that is new. */
  readonly before?: EffectFigures;
  /** Figures of the policy as it is to be. Absent for one that goes. */
  readonly after?: EffectFigures;
}

/** What ninety simulated days with one of the two policies come to. */
export interface EffectFigures {
  /** Points at the end. */
  readonly points: number;
  /** Captures that were made in all. */
  readonly captures: number;
  /** Longest time without a newer copy of the data. Absent where none was ever there. */
  readonly worstGapMs?: DurationMs;
  /** How long the newest copy was closing, outside or not there. */
  readonly atRiskMs: DurationMs;
}
