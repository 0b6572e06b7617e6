import type { DurationMs } from "../../base/instant.ts";
import type { Acceptance } from "./acceptance.ts";
import type { Blackout } from "./blackout.ts";
import type { Location } from "./location.ts";
import type { DatabaseAddress, SecretRef, Source } from "./source.ts";

/** Sort of site. Secondary sites have no backup task, and no policy. */
export type SiteType = "primary" | "central-administration";

/** A policy with every default filled in: what the rest of the program works with. Plain JSON. */
export interface ResolvedPolicy {
  /** `metadata.name`: unique in the policy folder. */
  readonly name: string;
  /** Free text by free keys. The program shows it and rests nothing on it. */
  readonly labels: Readonly<Record<string, string>>;
  readonly site: Site;
  /** Databases of replication partners by site code: where the window really lives (docs/window.md). */
  readonly partners: Readonly<Record<string, DatabaseAddress>>;
  /** Where the snapshots go, with copies. */
  readonly repository: RepositoryAddress;
  readonly schedule: Schedule;
  readonly objectives: Objectives;
  /** Which points stay in the policy's own repository; what of copies stays, `RepositoryCopy` says. */
  readonly retention: Retention;
  readonly brakes: Brakes;
  readonly throttle: Throttle;
  /** What is protected, in the order of the kinds; default sources among them. */
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

/** A Configuration Manager site, as far as its backups need to know it. */
export interface Site {
  /** Three capital letters or digits. */
  readonly code: string;
  readonly type: SiteType;
  /** Site code of the parent; absent for a stand-alone primary and for a central administration site. */
  readonly parent?: string;
  /**
   * The site servers. The active one applies the policy; elsewhere it is shown. Empty: whichever machine
   * reads it.
   */
  readonly servers: readonly string[];
  /** Where Configuration Manager is installed on the site server: an absolute Windows path. */
  readonly installFolder: string;
  /** The site database. */
  readonly database: DatabaseAddress;
}

/** A repository and where copies of its points go. */
export interface RepositoryAddress extends RepositoryPlace {
  /** Absent: none. */
  readonly copies?: readonly RepositoryCopy[];
}

/** A second place for a policy's recovery points, and what stays there. */
export interface RepositoryCopy {
  /** Where the copies go. */
  readonly repository: RepositoryPlace;
  /** Absent: the retention of the policy whose points are copied. */
  readonly retention?: Retention;
}

/** How to reach and open one repository. */
export interface RepositoryPlace {
  /** Name of its Repository document; two names may not stand for one folder. */
  readonly name: string;
  /** A place that holds nothing else. */
  readonly location: Location;
  /** Each opens the repository. Empty together with `encrypt: false` only. */
  readonly keys: readonly RepositoryKey[];
  /** False keeps everything readable by whoever reads the folder, and is a risk. */
  readonly encrypt: boolean;
}

/** One of the keys that open a repository: a reference to it, never the key itself. */
export type RepositoryKey =
  | { readonly as: "key-file"; readonly file: string }
  | { readonly as: "password"; readonly password: SecretRef };

/** When captures are due, and when they may not begin. */
export interface Schedule {
  /** Five fields, read in `timeZone`. */
  readonly cron: string;
  /** IANA name: `Europe/Madrid`. */
  readonly timeZone: string;
  /**
   * A start comes up to this much after its due instant: always the same for one site, so that sites that
   * share a repository don't begin together.
   */
  readonly jitterMs: DurationMs;
  /** What of the site holds captures back while it may be at work. */
  readonly notDuring: readonly "site-backup-task"[];
  /** When no capture begins. Absent: none. */
  readonly blackouts?: readonly Blackout[];
}

/** What the policy promises, and the parts of the window's sum (docs/window.md, "The sum"). */
export interface Objectives {
  /** The newest copy of the database never shows an older state. */
  readonly maxDataAgeMs: DurationMs;
  /** How many starts in a row may come to nothing without the window closing. */
  readonly missedRuns: number;
  /** How long it takes until somebody sees that the site is gone. */
  readonly noticeMs: DurationMs;
  /** How long a server, Windows and SQL Server take to be set up again. */
  readonly rebuildMs: DurationMs;
  /** What must be left of the window on top of all that. */
  readonly marginMs: DurationMs;
  /** Each snapshot is read again at least this often. */
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
  /** The newest points, each a period of its own. Counts are from 1 on; `all` has no end. */
  readonly last?: number | "all";
  /** The newest point of each of so many hours that have one, by the clocks of the schedule's zone. */
  readonly hourly?: number | "all";
  /** The newest point of each of so many days. */
  readonly daily?: number | "all";
  /** The newest point of each of so many weeks, which begin as `weekStartsOn` says. */
  readonly weekly?: number | "all";
  /** The newest point of each of so many calendar months. */
  readonly monthly?: number | "all";
  /** The newest point of each of so many calendar years. */
  readonly yearly?: number | "all";
  /** Whole months of the span; the zone's calendar says how long they were. */
  readonly withinMonths?: number;
  /** What the span has beside whole months; together they reach back from the newest complete point. */
  readonly withinMs?: DurationMs;
  /** Absent: Monday. */
  readonly weekStartsOn?: "monday" | "sunday";
  /** How long after midnight days begin, by the clocks. Absent: not at all. */
  readonly dayStartsAtMs?: DurationMs;
}

/** What holds forgets back whatever the rules say. */
export interface Brakes {
  /** Never fewer points than this. */
  readonly minPoints: number;
  /** At most this share of a site's points goes within 24 hours, in per mille, and always at least one. */
  readonly maxForgetPerMille: number;
  /**
   * By how much a source may become less, in files or bytes, from one capture to the next before its point
   * counts for no rule, in per mille. Absent in plans that were saved before there was such a bound.
   */
  readonly maxShrinkPerMille?: number;
}

/** How hard a run may work on the site server, its disks and its network. */
export interface Throttle {
  /** Captures at the same time. */
  readonly concurrency: number;
  /** What a capture or copy reads at most, each by itself. Absent: no limit. */
  readonly bytesPerSecond?: number;
}

/** Programs that a run starts before its captures and after its forgets. */
export interface Hooks {
  /** Programs that are run before the first capture. */
  readonly before: readonly Hook[];
  /** Programs that are run at the end, and told the result. */
  readonly after: readonly Hook[];
}

/** A program that is run with the site, the moment and the result in its environment (docs/policy.md). */
export interface Hook {
  /** Executable and arguments. The executable must be on this machine's allow-list. */
  readonly run: readonly string[];
  /** When the program is ended, and counts as failed. */
  readonly timeoutMs: DurationMs;
  /** Whether a failure is an error or a risk. */
  readonly onFailure: "warn" | "fail";
}

/** A webhook, and what it is told. */
export interface NotifyRule {
  /** The address that is called: a secret, since whoever knows it may write there. */
  readonly webhook: SecretRef;
  /**
   * `windowAtRisk`: the database is not safely inside the window. `failed`: anything else that is red.
   * `succeeded`: each run that ended well.
   */
  readonly on: readonly ("failed" | "succeeded" | "windowAtRisk")[];
}

/** What is to be true from an instant on, counted from a simulation's beginning, to its end. */
export interface Expectation {
  /** When the clause begins to be asked, counted from the simulation's beginning. */
  readonly afterMs: DurationMs;
  /** The data of the newest copy is never older. */
  readonly newestAtMostMs?: DurationMs;
  /** There is a point of the calendar month that lies so many months back. */
  readonly pointFromMonthsAgo?: number;
  /** There are never fewer points. */
  readonly pointsAtLeast?: number;
  /** There are never more points. */
  readonly pointsAtMost?: number;
}
