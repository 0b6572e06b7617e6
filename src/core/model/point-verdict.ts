import type { DurationMs, Instant } from "../base/instant.ts";

/**
 * What a recovery point is worth, told from its snapshots together. Lists, status and risks tell it from
 * here.
 */
export interface PointVerdict {
  /** Site code. */
  readonly site: string;
  /** The policy that made the point, by name: one that is gone from the folder too. */
  readonly policy: string;
  /** The point's due instant. */
  readonly due: Instant;
  /** Whether the point lacks no source that the policy had when it was made. */
  readonly complete: boolean;
  /** Sources that it lacks. */
  readonly missing: readonly string[];
  /** The newest usable snapshot of every source was read again and matched. */
  readonly verified: boolean;
  /** Absent where the point does not hold two that a recovery puts together. */
  readonly skew?: PointSkew;
  /** Whether the site can be recovered from it. `unknown`: what would answer was not written down. */
  readonly restorable: "yes" | "no" | "unknown";
  /** Why it can't, or why nobody knows. */
  readonly because: readonly PointFlaw[];
  /** Parts of single sources that it lacks, and that a site is recovered without. Absent: none. */
  readonly lacks?: readonly { readonly source: string; readonly parts: readonly string[] }[];
}

/** How far apart the database and what must fit it were captured. */
export interface PointSkew {
  /** How far apart the two are; of all that must fit the database the source counts that fits worst. */
  readonly ms: DurationMs;
  /** Names of the two sources: the database first. */
  readonly between: readonly [string, string];
  /** More than the policy's `maxSkew`. */
  readonly tooFar: boolean;
}

/** One thing that a recovery from a point would lack. */
export interface PointFlaw {
  /** What a recovery would fail on. */
  readonly of: "database" | "media" | "keys";
  /** Which key or certificate of several, as lint names it too. */
  readonly thing?: string;
  /** A sentence without its subject and full stop: `it holds no copy of the site database`. */
  readonly words: string;
}
