import type { DurationMs, Instant } from "../base/instant.ts";
import type { JsonObject } from "../base/json.ts";
import type { Problem } from "../base/problem.ts";
import type { UndeliveredAlarm } from "./policy/alarm.ts";
import type { HandOver } from "./hand-over.ts";
import type { HoldFacts } from "./repository/hold.ts";
import type { KeyFacts } from "./repository/key-proof.ts";
import type { Run } from "./run.ts";
import type { SiteLook } from "./site-look.ts";
import type { SiteTaskFacts } from "./site-task.ts";
import type { Snapshot } from "./repository/snapshot.ts";

/** The world as it is for one policy, at one instant. Plain JSON: a plan can be made from it again. */
export interface Observation {
  /** The policy's name. */
  readonly policy: string;
  /** When the sources and servers answered. Of a recorded look that is the look's time and not now. */
  readonly at: Instant;
  /** What each source answered, by its name. */
  readonly sources: Readonly<Record<string, SourceObservation>>;
  /** Every committed snapshot of the policy's site in the policy's repository, oldest first. */
  readonly snapshots: readonly Snapshot[];
  /** Runs of this policy, newest first, bounded. */
  readonly runs: readonly Run[];
  /** What the site's own database and its partners' told of change tracking and replication. */
  readonly window: WindowFacts;
  /** The site's own backup task. Absent where nobody looked. */
  readonly siteTask?: SiteTaskFacts | { readonly problem: Problem };
  /**
   * The script that the site's own task starts. Absent where nobody looked: the policy keeps no set of the
   * task and the script is none of ours, or this machine is none of the site's.
   */
  readonly handOver?: HandOver | { readonly problem: Problem };
  /** The site as a whole, for lint. Absent where nobody looked, or the site's database could not be asked. */
  readonly site?: SiteLook;
  /** Set when the repository can't be read; `snapshots` and `runs` are then empty and mean nothing. */
  readonly repositoryProblem?: Problem;
  /** What is held of the policy's site. Absent: nothing. */
  readonly holds?: HoldFacts;
  /**
   * Names of the repository's manifests and records that are there and can't be read: nobody knows what they
   * say, or of which site. Absent: none.
   */
  readonly unread?: readonly string[];
  /**
   * What each repository of copies holds, in the order of the policy. Absent where the policy has no copies.
   */
  readonly copies?: readonly CopyObservation[];
  /** What the repository tells of its keys. Absent where nothing is encrypted, and where it can't be read. */
  readonly keys?: KeyFacts;
  /** Webhooks of the policy that lack a message of this machine. Absent: none. */
  readonly undelivered?: readonly UndeliveredAlarm[];
  /** Where this machine is not the site's active server: why this policy is only shown here. */
  readonly elsewhere?: string;
}

/** A repository of copies as it was seen. */
export interface CopyObservation {
  /** Name of the repository's document. */
  readonly repository: string;
  /** Snapshots of the policy's site there. */
  readonly snapshots: readonly Snapshot[];
  /** Points that are held there: holds are not copied. */
  readonly holds?: HoldFacts;
  /** Names of that repository's manifests that are there and can't be read. Absent: none. */
  readonly unread?: readonly string[];
  /**
   * What that repository tells of its keys. Absent where nothing is encrypted, and where it can't be read.
   */
  readonly keys?: KeyFacts;
  /** Set when it can't be read; `snapshots` is then empty and means nothing. */
  readonly problem?: Problem;
}

/** A silent source is data, not a failure. */
export type SourceObservation =
  | { readonly answers: true; readonly facts: JsonObject; readonly risks: readonly Problem[] }
  | {
      readonly answers: false;
      readonly problem: Problem;
      /** What the source told all the same. Absent: nothing. */
      readonly facts?: JsonObject;
    };

/** What was read about the change-tracking window: from the site's own database and from each partner. */
export interface WindowFacts {
  /** Change tracking of the site's own database, or why it could not be asked. */
  readonly own: DatabaseWindowFacts | { readonly problem: Problem };
  /** Change tracking of each partner's database by site code, or why it could not be asked. */
  readonly partners: Readonly<Record<string, DatabaseWindowFacts | { readonly problem: Problem }>>;
}

/** One database's change tracking, read at one moment (sys.change_tracking_databases; docs/window.md). */
export interface DatabaseWindowFacts {
  /** When the server's clock was read, by our clock; the other facts were read right after. */
  readonly readAt: Instant;
  /** The server's clock minus ours. */
  readonly clockOffsetMs: DurationMs;
  /**
   * `unknown`: no row came, and the login may not see such rows. Off and unknown are never five days.
   */
  readonly changeTracking: "on" | "off" | "unknown";
  /** How long change tracking keeps changes (`retention_period`). Absent while it is off or hidden. */
  readonly retentionMs?: DurationMs;
  /**
   * Whether SQL Server clears older changes away by itself (`is_auto_cleanup_on`). Absent while change
   * tracking is off or hidden.
   */
  readonly autoCleanup?: boolean;
  /** `CHANGE_TRACKING_CURRENT_VERSION()` as text; absent when it may not be read. */
  readonly currentVersion?: string;
  /** The highest minimum valid version over the replicated tables: what cleanup has purged up to. */
  readonly minValidVersion?: string;
  /**
   * How far cleanup has come, in the table that it has come furthest in. A table that is tracked anew, or was
   * emptied, raises the minimum valid version above this, and hides there what is purged of others.
   */
  readonly cleanedVersion?: string;
  /**
   * The database's recovery fork: another GUID when it was restored since, and then its versions are counted
   * anew. Absent where it may not be read.
   */
  readonly recoveryFork?: string;
  /**
   * Replication links that this database knows between itself and others, by partner. Empty where they could
   * not be read, which `unread` tells.
   */
  readonly links: readonly ReplicationLink[];
  /** What could not be read or understood. Absent: nothing. */
  readonly unread?: readonly UnreadWitness[];
}

/** What of a database the window is judged by. */
export type WindowWitness =
  | "clock"
  | "setting"
  | "versions"
  | "recovery fork"
  | "links"
  | "initialisations"
  | "site states"
  | "sends"
  | "group versions";

/** One of them that could not be had, with the cause and its cure. */
export interface UnreadWitness {
  readonly witness: WindowWitness;
  readonly why: Problem;
}

/** The state of replication towards one partner, the worst over its groups. */
export interface ReplicationLink {
  /** Site code of the other end. */
  readonly partner: string;
  /**
   * The worst state of any replication group. `initialising`: a group is being copied as a whole.
   * `initialisation-failed`: that came to no good end. `recovering`, `maintenance`: one of the two sites is
   * in that mode. `stale`: the site has not looked at it for a while. `unknown`: a number that stands for no
   * sound link. `gone`: the link was taken away.
   */
  readonly state:
    | "active"
    | "degraded"
    | "failed"
    | "initialising"
    | "initialisation-failed"
    | "maintenance"
    | "recovering"
    | "stale"
    | "unknown"
    | "gone";
  /** The worst groups by name, at most a handful. */
  readonly groups: readonly string[];
  /** What more is known of the state, for people: `site CAS is detaching (130)`. */
  readonly detail?: string;
  /**
   * When the group that is farthest behind was last sent to the partner and processed there, by the clock of
   * the server that was asked. Absent where that is not known of every group.
   */
  readonly lastSyncAt?: Instant;
  /** When a group was last begun to be copied as a whole, by the clock of the server that was asked. */
  readonly initialisedAt?: Instant;
  /** All such beginnings as one text: another one after each, whatever that clock says. */
  readonly initialisations?: string;
  /** The groups that this database sends to the partner, by name. Absent where that could not be read. */
  readonly sends?: readonly GroupSend[];
}

/** How far one group was sent to a partner, and what of it is purged, both at the sender. */
export interface GroupSend {
  readonly group: string;
  /** The version up to which the partner has processed changes. Absent where that is not known. */
  readonly sentVersion?: string;
  /** When the partner had processed that, by the sender's clock. */
  readonly processedAt?: Instant;
  /** The highest minimum valid version of the group's tables. Absent where it is not known. */
  readonly minValidVersion?: string;
}

/** What a source's look at itself learnt, where it answered. */
export function factsOf(observed: Observation, source: string): JsonObject {
  const seen = observed.sources[source];
  return seen?.answers ? seen.facts : {};
}
