import type { Instant } from "../base/instant.ts";
import type { Problem } from "../base/problem.ts";
import type { SnapshotId } from "./repository/snapshot.ts";

/** What became of one action of a plan. */
export interface Outcome {
  /** Site code. */
  readonly site: string;
  /** Position in the site's actions; absent for a hook. */
  readonly action?: number;
  /** For people: `capture PS1/database`. */
  readonly title: string;
  readonly result: OutcomeResult;
  /** When work on the action began; of a step that was never begun, when that was decided. */
  readonly startedAt: Instant;
  /** When the result was known, by this machine's clock. The brake counts forgets from here. */
  readonly finishedAt: Instant;
  /** The snapshot that a capture committed or a verify read, also when what was read was damaged. */
  readonly snapshot?: SnapshotId;
  /** The recovery point that a forget which was done took out: the brake counts them over 24 hours. */
  readonly forgot?: Instant;
  /** The recovery point that a forget took out of a repository of copies, which has a brake of its own. */
  readonly forgotCopy?: { readonly repository: string; readonly point: Instant };
  /** Size of all files of the snapshot that was captured or copied. */
  readonly bytes?: number;
  /** Bytes by which the repository grew: of packs and index files that were written. */
  readonly addedBytes?: number;
  /** Files in the captured snapshot. */
  readonly files?: number;
  /** Why the step isn't `done`. A cancelled one may have none. */
  readonly problem?: Problem;
  /** Problems with single files of a capture that was made all the same. */
  readonly remarks?: readonly Problem[];
  /**
   * Set where a capture that was made is one in part: it left out files that are there, or its source has
   * become much less. `known` when that was so before, of which nobody is told again.
   */
  readonly inPart?: "new" | "known";
}

/**
 * `held-back`: a forget that was not done because a capture before it failed, or because a second look at the
 * window forbade it. `skipped`: the plan's own skip. `cancelled`: the operator stopped the run.
 */
export type OutcomeResult = "done" | "failed" | "skipped" | "held-back" | "cancelled";
