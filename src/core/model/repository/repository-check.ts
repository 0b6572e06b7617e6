import type { Instant } from "../../base/instant.ts";
import type { Coverage } from "./coverage.ts";
import type { DiskStats } from "./repository-stats.ts";
import type { SnapshotId } from "./snapshot.ts";

/** What a look at a whole repository found. */
export interface RepositoryCheck {
  /** When the look ended. */
  readonly at: Instant;
  /** Snapshots whose manifests could be read. */
  readonly snapshots: number;
  /** Manifests, proofs, records, index files and the like that were opened. */
  readonly objects: number;
  /** Packs in their place, but for those that a repair gave up. */
  readonly packs: DiskStats;
  /** Packs that were read whole. */
  readonly read: DiskStats;
  /** How much of the packs was proven of late, this look included. */
  readonly coverage: Coverage;
  /** Every damaged object once, sorted by name. */
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
  /** Names of what lies in the repository and is none of it, sorted: others' files, links, pipes. */
  readonly strangers: readonly string[];
}

/** An object that is not as it was written. */
export interface Damage {
  /** The object's name in the repository. */
  readonly object: string;
  /** `unreadable`: the disk or share refused it. `too-new`: it is whole, and this version can't judge it. */
  readonly is: "damaged" | "missing" | "unreadable" | "too-new";
  /** What is wrong with the object, as half a sentence: `it is missing`. */
  readonly what: string;
}

/** Files of a snapshot that can't be given back. */
export interface HurtSnapshot {
  /** The snapshot's id. */
  readonly snapshot: SnapshotId;
  /** Site code. */
  readonly site: string;
  /** The source's name in its policy. */
  readonly source: string;
  /** How many files are hurt; all of them where the tree itself can't be read. */
  readonly files: number;
  /**
   * The first of them; a path with “and n after it” stands for a stretch of the tree that can't be listed.
   */
  readonly paths: readonly string[];
}

/** How far a look is. */
export interface CheckProgress {
  /**
   * `objects`: opening all but packs. `packs`: reading packs. `trees`: following snapshots to what they need.
   */
  readonly step: "objects" | "packs" | "trees";
  /** How far the step is, in bytes of packs; of `trees` in snapshots. */
  readonly doneBytes: number;
  /** The end of the same count; 0 while it isn't known. */
  readonly totalBytes: number;
}
