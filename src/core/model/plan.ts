import type { Instant } from "../base/instant.ts";
import type { Json } from "../base/json.ts";
import type { Problem } from "../base/problem.ts";
import type { AcceptedRisk } from "./policy/acceptance.ts";
import type { Blackout, WaitingCaptures } from "./policy/blackout.ts";
import type { ForeignFull } from "./foreign-full.ts";
import type { ResolvedPolicy } from "./policy/resolved-policy.ts";
import type { CaptureMode, SnapshotId } from "./repository/snapshot.ts";
import type { SourceKind } from "./policy/source.ts";
import type { WindowVerdict } from "./window.ts";

/** What must be done, in order, and why, for every policy. Making a plan changes nothing. Plain JSON. */
export interface Plan {
  readonly apiVersion: "sitekeep/plan/v1";
  /** The instant for which everything was decided. */
  readonly madeAt: Instant;
  /** Set by `--at`: the plan shows another time than now and can't be applied. */
  readonly hypothetical?: true;
  /**
   * From this instant on a saved plan is not applied, whatever the facts: what was reviewed has become a
   * thing of the past.
   */
  readonly expiresAt: Instant;
  /** A plan for each policy, in the order of site codes. */
  readonly sites: readonly SitePlan[];
  /** Errors of the policy folder: what they concern is not in this plan. Absent: there are none. */
  readonly leftOut?: readonly Problem[];
}

/**
 * A plan as it is printed and saved. `digest` is the SHA-256 of the canonical JSON of everything else: it
 * shows an edit, and is the plan's name in the records of runs.
 */
export interface SavedPlan extends Plan {
  readonly digest: string;
}

/** The part of a plan that one policy asks for. */
export interface SitePlan {
  /** Site code. */
  readonly site: string;
  /** The policy as it was understood: a saved plan is applied as it was reviewed, not as the file is now. */
  readonly policy: ResolvedPolicy;
  /** Where the site's newest copy of the database stood in the window when the plan was made. */
  readonly window: WindowVerdict;
  /** When the next captures start: the due instant plus the site's own jitter. */
  readonly nextDue?: Instant;
  /**
   * Set in quiet hours in which something is wanted: what waits for their end. Waiting is no step, and no
   * failure.
   */
  readonly quiet?: WaitingCaptures;
  /** When the site's own backup task may be at work, as it was read: no capture begins then. */
  readonly taskHours?: readonly Blackout[];
  /**
   * Steps in the order in which they are to be done: captures, verifies, copies, forgets. Skips stand where
   * their captures would.
   */
  readonly actions: readonly Action[];
  /**
   * Every fact that a step rests on, by name, as it was observed: `PS1/database newest snapshot`, `PS1
   * complete points`. Held once, since a hundred forgets rest on the same list of points.
   */
  readonly facts: Readonly<Record<string, Json>>;
  /** Red things that no step mends. */
  readonly risks: readonly Problem[];
  /** What would be among the risks if the policy had not accepted it. Absent: nothing. */
  readonly accepted?: readonly AcceptedRisk[];
  /** Set where another machine is to apply this policy; the actions are shown and not run. */
  readonly elsewhere?: string;
}

/** One step. Every step says why it is there, because operators approve reasons, not steps. */
export type Action = CaptureAction | VerifyAction | CopyAction | ForgetAction | ForgetCopyAction | SkipAction;

/** Captures one source into a snapshot of its own. */
export interface CaptureAction {
  readonly do: "capture";
  /** The source's name in its policy. */
  readonly source: string;
  readonly kind: SourceKind;
  readonly mode: CaptureMode;
  /** The recovery point that the snapshot will join. */
  readonly point: Instant;
  /**
   * The snapshot that a differential or log is laid on: the full, or the log's predecessor. Absent for a
   * full.
   */
  readonly base?: SnapshotId;
  readonly because: CaptureReason;
  /** Names of the facts this step rests on. The plan is stale when one of them has changed. */
  readonly restsOn: readonly string[];
}

/**
 * Reads a snapshot back that was committed and never read, or that a prune has left unconfirmed: whatever
 * stopped that, it needs no second capture.
 */
export interface VerifyAction {
  readonly do: "verify";
  /** Name of the repository of copies whose copy is read; absent for the repository of the policy. */
  readonly in?: string;
  readonly source: string;
  readonly kind: SourceKind;
  /** The snapshot that is read, the whole of it. */
  readonly snapshot: SnapshotId;
  /** What instant the snapshot shows. */
  readonly asOf: Instant;
  /** Names of the facts that the step rests on. */
  readonly restsOn: readonly string[];
}

/** Copies what a repository of copies lacks of a recovery point, and what that is laid on. */
export interface CopyAction {
  readonly do: "copy";
  /** Name of the repository that it is copied to. */
  readonly to: string;
  /** Due instant of the recovery point that is copied. */
  readonly point: Instant;
  /** The snapshots that are there to be copied now, each behind what it is laid on. */
  readonly snapshots: readonly SnapshotId[];
  /** How many more the captures of this plan add to the point before it is copied. */
  readonly expected: number;
  /** Names of the facts that the step rests on. */
  readonly restsOn: readonly string[];
}

/** Takes a whole recovery point out of a repository of copies, by the retention that copies have there. */
export interface ForgetCopyAction {
  readonly do: "forget-copy";
  /** Name of the repository of copies. */
  readonly from: string;
  /** Due instant of the recovery point that goes there. */
  readonly point: Instant;
  /** The point's snapshots, but for those that a kept point's differentials are laid on. */
  readonly snapshots: readonly SnapshotId[];
  readonly because: ForgetReason;
  /** Names of the facts that the step rests on. */
  readonly restsOn: readonly string[];
}

/** Takes a whole recovery point out of the repository. */
export interface ForgetAction {
  readonly do: "forget";
  /** Due instant of the recovery point that goes. */
  readonly point: Instant;
  /** The point's snapshots, but for those that a kept point's differentials are laid on. */
  readonly snapshots: readonly SnapshotId[];
  readonly because: ForgetReason;
  /** Names of the facts that the step rests on. */
  readonly restsOn: readonly string[];
}

/**
 * A source that can't be captured, or not the rest of it, though it is due. Skips are steps: an empty plan
 * means that all is well.
 */
export interface SkipAction {
  readonly do: "skip";
  readonly source: string;
  readonly kind: SourceKind;
  /** Why the source can't be captured now, with the cure. */
  readonly because: Problem;
}

/** Why a source is captured now. */
export type CaptureReason =
  | { readonly why: "never-captured" }
  /** `missed`: so many starts before this one came to nothing, and are made good by it. */
  | { readonly why: "due"; readonly due: Instant; readonly lastAsOf: Instant; readonly missed?: number }
  | { readonly why: "incomplete-point"; readonly due: Instant }
  | { readonly why: "window-closing"; readonly expiresAt: Instant }
  | { readonly why: "window-outside"; readonly expiredAt: Instant }
  | { readonly why: "window-not-proven"; readonly detail: string }
  | { readonly why: "site-version-changed"; readonly from: string; readonly to: string }
  | { readonly why: "increment-due"; readonly due: Instant; readonly lastAsOf: Instant }
  | { readonly why: "chain-broken"; readonly full: SnapshotId; readonly by?: ForeignFull }
  | { readonly why: "proof-failed"; readonly snapshot: SnapshotId }
  /** Something of the source could not be had then, and can now. */
  | { readonly why: "partly-captured"; readonly snapshot: SnapshotId }
  | { readonly why: "asked"; readonly note: string };

/** Why a recovery point goes. */
export interface ForgetReason {
  /** `incomplete`: the point lacks a source, and its grace is over. */
  readonly why: "beyond-retention" | "incomplete";
  /** Why no rule holds the point, in words: `daily 2026-11-03 is held by the point of 2026-11-03 22:00Z`. */
  readonly detail: string;
}
