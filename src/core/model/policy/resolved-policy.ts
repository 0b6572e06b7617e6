import type { DurationMs } from "../../base/instant.ts";
import type { Acceptance } from "./acceptance.ts";
import type { Blackout } from "./blackout.ts";
import type { DatabaseAddress, SecretRef, Source } from "./source.ts";

export type SiteType = "primary" | "central-administration";

/** A policy with every default filled in: what the rest of the program works with. Plain JSON. */
export interface ResolvedPolicy {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly site: Site;
  /** Databases of replication partners by site code: where the window really lives (window.md). */
  readonly partners: Readonly<Record<string, DatabaseAddress>>;
  readonly repository: RepositoryAddress;
  readonly schedule: Schedule;
  readonly objectives: Objectives;
  readonly retention: Retention;
  readonly brakes: Brakes;
  readonly throttle: Throttle;
  readonly sources: readonly Source[];
  readonly hooks: Hooks;
  readonly notify: readonly NotifyRule[];
  /** Risks that are shown and no longer red. Absent: none. */
  readonly accepts?: readonly Acceptance[];
  /** What the policy is to hold in the long run: tests of itself, run by `sitekeep simulate`. */
  readonly expect: readonly Expectation[];
  /** A window shorter than the site's own; never a longer one. */
  readonly windowAtMostMs?: DurationMs;
  /** Where the document stands: `policies/ps1.yaml:2`. */
  readonly where: string;
}

export interface Site {
  readonly code: string;
  readonly type: SiteType;
  /** Site code of the parent; absent for a stand-alone primary and for a central administration site. */
  readonly parent?: string;
  /**
   * The site servers. The active one applies the policy; elsewhere it is shown. Empty: whichever machine
   * reads it.
   */
  readonly servers: readonly string[];
  readonly installFolder: string;
  readonly database: DatabaseAddress;
}

/** A repository and where copies of its points go. */
export interface RepositoryAddress extends RepositoryPlace {
  /** Absent: none. */
  readonly copies?: readonly RepositoryCopy[];
}

export interface RepositoryCopy {
  readonly repository: RepositoryPlace;
  /** Absent: the retention of the policy whose points are copied. */
  readonly retention?: Retention;
}

/** How to reach and open one repository. */
export interface RepositoryPlace {
  readonly name: string;
  readonly location: { readonly folder: string };
  /** Each opens the repository. Empty together with `encrypt: false` only. */
  readonly keys: readonly RepositoryKey[];
  readonly encrypt: boolean;
}

export type RepositoryKey =
  | { readonly as: "key-file"; readonly file: string }
  | { readonly as: "password"; readonly password: SecretRef };

export interface Schedule {
  /** Five fields, read in `timeZone`. */
  readonly cron: string;
  /** IANA name: `Europe/Madrid`. */
  readonly timeZone: string;
  readonly jitterMs: DurationMs;
  readonly notDuring: readonly "site-backup-task"[];
  /** When no capture begins. Absent: none. */
  readonly blackouts?: readonly Blackout[];
}

/** What the policy promises, and the parts of the window's sum (window.md, "When to be alarmed"). */
export interface Objectives {
  readonly maxDataAgeMs: DurationMs;
  readonly missedRuns: number;
  readonly noticeMs: DurationMs;
  readonly rebuildMs: DurationMs;
  readonly marginMs: DurationMs;
  readonly proofEveryMs: DurationMs;
  /** How long the proof of a second key on another machine counts. */
  readonly keyProofEveryMs: DurationMs;
  /** How far apart in time a point's database and what must fit it may be captured. */
  readonly maxSkewMs: DurationMs;
}

/**
 * Rules over recovery points, joined by *or* (docs/plan.md, "What is kept"), and the calendar that they count
 * by. An absent rule keeps nothing by itself.
 */
export interface Retention {
  readonly last?: number | "all";
  readonly hourly?: number | "all";
  readonly daily?: number | "all";
  readonly weekly?: number | "all";
  readonly monthly?: number | "all";
  readonly yearly?: number | "all";
  /** Whole months of the span; the zone's calendar says how long they were. */
  readonly withinMonths?: number;
  readonly withinMs?: DurationMs;
  /** Absent: Monday. */
  readonly weekStartsOn?: "monday" | "sunday";
  /** How long after midnight days begin, by the clocks. Absent: not at all. */
  readonly dayStartsAtMs?: DurationMs;
}

export interface Brakes {
  /** Never fewer points than this. */
  readonly minPoints: number;
  /** At most this share of a site's points goes within 24 hours, in per mille, and always at least one. */
  readonly maxForgetPerMille: number;
}

export interface Throttle {
  /** Captures at the same time. */
  readonly concurrency: number;
  readonly bytesPerSecond?: number;
}

export interface Hooks {
  readonly before: readonly Hook[];
  readonly after: readonly Hook[];
}

export interface Hook {
  /** Executable and arguments. The executable must be on this machine's allow-list. */
  readonly run: readonly string[];
  readonly timeoutMs: DurationMs;
  readonly onFailure: "warn" | "fail";
}

export interface NotifyRule {
  readonly webhook: SecretRef;
  readonly on: readonly ("failed" | "succeeded" | "windowAtRisk")[];
}

/** What is to be true from an instant on, counted from a simulation's beginning, to its end. */
export interface Expectation {
  readonly afterMs: DurationMs;
  /** The data of the newest copy is never older. */
  readonly newestAtMostMs?: DurationMs;
  /** There is a point of the calendar month that lies so many months back. */
  readonly pointFromMonthsAgo?: number;
  readonly pointsAtLeast?: number;
  readonly pointsAtMost?: number;
}
