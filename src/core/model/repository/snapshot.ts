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
  /** Site code. */
  readonly site: string;
  /** Name of the policy that captured it. */
  readonly policy: string;
  /** The source's name in its policy. */
  readonly source: string;
  readonly kind: SourceKind;
  /** What the content is in truth: a differential whose base had moved was taken as a full. */
  readonly mode: CaptureMode;
  /** The due instant of the recovery point that it belongs to. */
  readonly point: Instant;
  /**
   * The sources that the policy captured when this was made: what the point needs to be complete. Without it
   * that is guessed from what other points hold.
   */
  readonly pointSources?: readonly string[];
  /** When the capture began, by the clock of the machine that made it. */
  readonly startedAt: Instant;
  /** When the manifest was written. */
  readonly finishedAt: Instant;
  /** What instant the content shows, on the conservative side: a database backup's start. */
  readonly asOf: Instant;
  /** A differential's full, or a log's predecessor. */
  readonly base?: SnapshotId;
  /** Files in its tree; folders don't count. */
  readonly files: number;
  /** Size of all its files: what a copy of it would take. */
  readonly bytes: number;
  /** Bytes that this snapshot added to the repository. */
  readonly addedBytes: number;
  /**
   * What the driver learnt: LSNs and set GUIDs, change tracking version, site version, discovered folders.
   */
  readonly facts: JsonObject;
  /** What went wrong with single files: vanished, changed while read, damaged. The rest was captured. */
  readonly problems: readonly Problem[];
  /**
   * Results of later looks at the snapshot, oldest first. A proof is an object of its own: the manifest is
   * never edited.
   */
  readonly proofs: readonly Proof[];
  /**
   * A prune took content away while it was captured or unseen: until it was looked at as a whole, it may rest
   * on that.
   */
  readonly unconfirmed?: true;
}

/**
 * A dated result about one snapshot: what was looked at again after it was committed, and what came of it.
 */
export interface Proof {
  /**
   * `written`: the capture found no fault. `read`: content was read again and matched its digests.
   * `restored`: files were written back and matched.
   */
  readonly level: "written" | "read" | "restored";
  readonly result: "passed" | "failed" | "not-proven";
  /** When the result was known, by the clock of the machine that looked. */
  readonly at: Instant;
  /** What was looked at, in words and numbers: `1,204 objects, 96 MiB re-read`. */
  readonly note: string;
  /** All that the snapshot needs was found after the prune of this number had said what goes. */
  readonly fence?: number;
}

/**
 * A site at one due instant: what it can be recovered from. Complete when nothing is
 * missing.
 */
export interface RecoveryPoint {
  /** Site code. */
  readonly site: string;
  /** The instant for which its captures were due, whenever they were made. */
  readonly due: Instant;
  /** The point's snapshots in the order of their start: a full before what is laid on it. */
  readonly snapshots: readonly Snapshot[];
  /**
   * Sources of today's policy without a usable snapshot here, of those that the policy had then: a source
   * that it gained later makes no older point incomplete.
   */
  readonly missing: readonly string[];
  /**
   * Sources whose snapshot holds much less than the one before, which nobody has accepted: the point can be
   * recovered from and fills no rule of retention. Absent: none.
   */
  readonly doubted?: readonly string[];
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
