import type { Instant } from "../../base/instant.ts";
import type { Coverage } from "./coverage.ts";
import type { DiskStats } from "./repository-stats.ts";
import type { SnapshotId } from "./snapshot.ts";

/** What a look at a whole repository found. */
export interface RepositoryCheck {
  readonly at: Instant;
  readonly snapshots: number;
  /** Manifests, proofs, records, index files and the like that were opened. */
  readonly objects: number;
  readonly packs: DiskStats;
  /** Packs that were read whole. */
  readonly read: DiskStats;
  readonly coverage: Coverage;
  readonly damage: readonly Damage[];
  /** Oldest first. */
  readonly hurt: readonly HurtSnapshot[];
  /**
   * Packs that snapshots need and that a prune has moved to the trash: the next prune, or a repair, stores
   * anew what is needed.
   */
  readonly putAside: DiskStats;
  /** Packs that an earlier repair gave up: nothing rests on them, and the next prune takes them away. */
  readonly setAside: DiskStats;
  /** Packs that no index names: of a capture that died, or of one that runs. */
  readonly unindexed: DiskStats;
}

export interface Damage {
  readonly object: string;
  /** `unreadable`: the disk or share refused it. `too-new`: it is whole, and this version can't judge it. */
  readonly is: "damaged" | "missing" | "unreadable" | "too-new";
  readonly what: string;
}

/** Files of a snapshot that can't be given back. */
export interface HurtSnapshot {
  readonly snapshot: SnapshotId;
  readonly site: string;
  readonly source: string;
  readonly files: number;
  /**
   * The first of them; a path with “and n after it” stands for a stretch of the tree that can't be listed.
   */
  readonly paths: readonly string[];
}

/** How far a look is. */
export interface CheckProgress {
  readonly step: "objects" | "packs" | "trees";
  readonly doneBytes: number;
  readonly totalBytes: number;
}
