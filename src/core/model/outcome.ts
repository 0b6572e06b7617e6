import type { Instant } from "../base/instant.ts";
import type { Problem } from "../base/problem.ts";
import type { SnapshotId } from "./repository/snapshot.ts";

/** What became of one action of a plan. */
export interface Outcome {
  readonly site: string;
  /** Position in the site's actions; absent for a hook. */
  readonly action?: number;
  /** For people: `capture PS1/database`. */
  readonly title: string;
  readonly result: OutcomeResult;
  readonly startedAt: Instant;
  readonly finishedAt: Instant;
  readonly snapshot?: SnapshotId;
  /** The recovery point that a forget which was done took out: the brake counts them over 24 hours. */
  readonly forgot?: Instant;
  /** The same of a repository of copies, which has a brake of its own. */
  readonly forgotCopy?: { readonly repository: string; readonly point: Instant };
  readonly bytes?: number;
  readonly addedBytes?: number;
  readonly files?: number;
  readonly problem?: Problem;
  /** Problems with single files of a capture that was made all the same. */
  readonly remarks?: readonly Problem[];
}

/**
 * `held-back`: a forget that was not done because a capture before it failed, or because a second look at the
 * window forbade it. `skipped`: the plan's own skip. `cancelled`: the operator stopped the run.
 */
export type OutcomeResult = "done" | "failed" | "skipped" | "held-back" | "cancelled";
