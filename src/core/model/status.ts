import type { DurationMs, Instant } from "../base/instant.ts";
import type { Problem } from "../base/problem.ts";
import type { AcceptedRisk } from "./policy/acceptance.ts";
import type { QuietSpell } from "./policy/blackout.ts";
import type { SecondKey } from "./repository/key-proof.ts";
import type { PointVerdict } from "./point-verdict.ts";
import type { SourceKind } from "./policy/source.ts";
import type { WindowVerdict } from "./window.ts";

/** Promise against fact for one site: what `status` shows and monitors ask. */
export interface SiteStatus {
  readonly site: string;
  readonly policy: string;
  /** `broken` when a promise is not kept now; `at-risk` when it is kept and may soon not be. */
  readonly state: "kept" | "at-risk" | "broken";
  readonly lastPoint?: PointVerdict;
  /** What is lost if the site dies now: time since the newest complete database snapshot. */
  readonly dataAgeMs?: DurationMs;
  readonly points: number;
  readonly window: WindowVerdict;
  /** Absent where the policy has no copies. */
  readonly copies?: CopiesStatus;
  /**
   * Each encrypted repository that holds something of the site: whether it outlives the machines that write
   * to it.
   */
  readonly keys: readonly KeyStatus[];
  readonly nextDue?: Instant;
  /** Set while no capture begins: a blackout, or the site's own task. */
  readonly quietSpell?: QuietSpell;
  readonly sources: readonly SourceStatus[];
  readonly lastRun?: LastRun;
  readonly problems: readonly Problem[];
  /** What would be among the problems if the policy had not accepted it. Absent: nothing. */
  readonly accepted?: readonly AcceptedRisk[];
}

/** What is known of a repository's second key. */
export interface KeyStatus {
  readonly repository: string;
  readonly secondKey: SecondKey;
}

/** Which recovery points are held by more than one repository. */
export interface CopiesStatus {
  /** Points that lie in one repository alone, with all that they consist of there. */
  readonly onlyOnce: number;
  readonly repositories: readonly CopyStatus[];
}

/** What one repository of copies holds. */
export interface CopyStatus {
  readonly repository: string;
  readonly points: number;
  /** The newest point that is whole there. */
  readonly newest?: {
    readonly due: Instant;
    readonly ageMs: DurationMs;
    /** Time since all of it was last read there and found sound. Absent while part of it was never read. */
    readonly provenAgeMs?: DurationMs;
  };
}

/** What became of the newest run: a step can fail while its source answers every question. */
export interface LastRun {
  readonly id: string;
  readonly at: Instant;
  readonly result: string;
  /** Failed steps, but for those whose problem is among the site's. */
  readonly failed: readonly { readonly title: string; readonly problem: Problem }[];
}

export interface SourceStatus {
  readonly source: string;
  readonly kind: SourceKind;
  readonly lastAsOf?: Instant;
  readonly verified: boolean;
  readonly answers: boolean;
  readonly bytes?: number;
}
