import type { Instant } from "../../base/instant.ts";
import type { JsonObject } from "../../base/json.ts";
import type { Problem } from "../../base/problem.ts";
import type { SourceKind } from "../policy/source.ts";

/** UTC milliseconds in nine base-32 digits, then 80 random bits: sorts by time, never collides. */
export type SnapshotId = string;

/** How a database is captured. Everything else is always `full`. */
export type CaptureMode = "full" | "differential" | "log";

/** One source as it was at one instant, in a repository: the facts of its manifest, without the tree. */
export interface Snapshot {
  readonly id: SnapshotId;
  readonly site: string;
  readonly policy: string;
  /** The source's name in its policy. */
  readonly source: string;
  readonly kind: SourceKind;
  readonly mode: CaptureMode;
  /** The due instant of the recovery point that it belongs to. */
  readonly point: Instant;
  /**
   * The sources that the policy captured when this was made: what the point needs to be complete. Without it
   * that is guessed from what other points hold.
   */
  readonly pointSources?: readonly string[];
  readonly startedAt: Instant;
  readonly finishedAt: Instant;
  /** What instant the content shows, on the conservative side: a database backup's start. */
  readonly asOf: Instant;
  /** A differential's full, or a log's predecessor. */
  readonly base?: SnapshotId;
  readonly files: number;
  readonly bytes: number;
  /** Bytes that this snapshot added to the repository. */
  readonly addedBytes: number;
  /**
   * What the driver learnt: LSNs and set GUIDs, change tracking version, site version, discovered folders.
   */
  readonly facts: JsonObject;
  /** What went wrong with single files: vanished, changed while read, damaged. The rest was captured. */
  readonly problems: readonly Problem[];
  readonly proofs: readonly Proof[];
  /**
   * A prune took content away while it was captured or unseen: until it was looked at as a whole, it may rest
   * on that.
   */
  readonly unconfirmed?: true;
}

/** A dated result about one snapshot (decisions.md 2). */
export interface Proof {
  readonly level: "written" | "read" | "restored";
  readonly result: "passed" | "failed" | "not-proven";
  readonly at: Instant;
  /** What was looked at, in words and numbers: `1,204 objects, 96 MiB re-read`. */
  readonly note: string;
  /** All that the snapshot needs was found after the prune of this number had said what goes. */
  readonly fence?: number;
}

/**
 * A site at one due instant: what it can be recovered from (decisions.md 1). Complete when nothing is
 * missing.
 */
export interface RecoveryPoint {
  readonly site: string;
  readonly due: Instant;
  readonly snapshots: readonly Snapshot[];
  /**
   * Sources of today's policy without a usable snapshot here, of those that the policy had then: a source
   * that it gained later makes no older point incomplete.
   */
  readonly missing: readonly string[];
  /** The newest usable snapshot of every source was read again and matched. */
  readonly verified: boolean;
}

/**
 * True when the snapshot's newest proof of level *read* or better passed, and nothing was taken away that it
 * may need.
 */
export function isVerified(snapshot: Snapshot): boolean {
  if (snapshot.unconfirmed) return false;
  let newest: Proof | undefined;
  for (const proof of snapshot.proofs)
    if (proof.level !== "written" && proof.result !== "not-proven" && proof.at >= (newest?.at ?? -Infinity))
      newest = proof;
  return newest?.result === "passed";
}
