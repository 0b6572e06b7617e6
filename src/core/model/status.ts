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
  /** Site code. */
  readonly site: string;
  /** The policy's name. */
  readonly policy: string;
  /** `broken` when a promise is not kept now; `at-risk` when it is kept and may soon not be. */
  readonly state: "kept" | "at-risk" | "broken";
  /** The newest recovery point. Absent where there is none. */
  readonly lastPoint?: PointVerdict;
  /** What is lost if the site dies now: time since the newest complete database snapshot. */
  readonly dataAgeMs?: DurationMs;
  /** Recovery points in the policy's repository. */
  readonly points: number;
  readonly window: WindowVerdict;
  /** Absent where the policy has no copies. */
  readonly copies?: CopiesStatus;
  /**
   * Each encrypted repository that holds something of the site: whether it outlives the machines that write
   * to it.
   */
  readonly keys: readonly KeyStatus[];
  /** When the next captures start: the due instant plus the site's own jitter. */
  readonly nextDue?: Instant;
  /** Set while no capture begins: a blackout, or the site's own task. */
  readonly quietSpell?: QuietSpell;
  /** What is known of each source, in the order of the policy. */
  readonly sources: readonly SourceStatus[];
  /** The newest run that had to do with this site. Absent where there is none. */
  readonly lastRun?: LastRun;
  /** What is red: promises that are not kept, silent sources, damage of the newest copies. */
  readonly problems: readonly Problem[];
  /** What would be among the problems if the policy had not accepted it. Absent: nothing. */
  readonly accepted?: readonly AcceptedRisk[];
}

/** What is known of a repository's second key. */
export interface KeyStatus {
  /** Name of the repository's document. */
  readonly repository: string;
  readonly secondKey: SecondKey;
}

/** Which recovery points are held by more than one repository. */
export interface CopiesStatus {
  /** Points that lie in one repository alone, with all that they consist of there. */
  readonly onlyOnce: number;
  /** What each repository of copies holds, in the order of the policy. */
  readonly repositories: readonly CopyStatus[];
}

/** What one repository of copies holds. */
export interface CopyStatus {
  /** Name of the repository's document. */
  readonly repository: string;
  /** Recovery points of this site that it holds anything of. */
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
  /** `<machine>-<sequence>`. */
  readonly id: string;
  /** When the run began. */
  readonly at: Instant;
  /** The result that the run recorded, or `interrupted` where it never ended or still goes on. */
  readonly result: string;
  /** Failed steps, but for those whose problem is among the site's. */
  readonly failed: readonly { readonly title: string; readonly problem: Problem }[];
}

/** What is known of one source of a policy. */
export interface SourceStatus {
  /** The source's name in its policy. */
  readonly source: string;
  readonly kind: SourceKind;
  /** What instant the source's newest usable snapshot shows. Absent where there is none. */
  readonly lastAsOf?: Instant;
  /** Whether that snapshot, and all that it is laid on, was read again and matched. */
  readonly verified: boolean;
  /** Whether the source answered when it was last looked at; false too where nobody looked. */
  readonly answers: boolean;
  /** Size of all files of that snapshot. */
  readonly bytes?: number;
}
