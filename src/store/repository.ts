import type { DurationMs, Instant } from "../core/base/instant.ts";
import type { JsonObject } from "../core/base/json.ts";
import type { Hold, Holds, NewHold, Release } from "../core/model/repository/hold.ts";
import type { FileRemark, Sink } from "../core/model/offer.ts";
import type { KeyProof, ProvenSlots } from "../core/model/repository/key-proof.ts";
import type { CheckProgress, RepositoryCheck } from "../core/model/repository/repository-check.ts";
import type { RepairPlan } from "../core/model/repository/repository-repair.ts";
import type { PrunePlan } from "../core/model/repository/prune-plan.ts";
import type { RepositoryStats } from "../core/model/repository/repository-stats.ts";
import type { FoundRecords } from "../core/model/repository/found-records.ts";
import type { Proof, Snapshot, SnapshotId } from "../core/model/repository/snapshot.ts";

/**
 * The store's one door. A repository keeps snapshots and write-once records; what is committed is whole, and
 * every byte is checked when it is read.
 */
export interface Repository {
  readonly id: string;
  readonly isEncrypted: boolean;
  /** Id of the key slot by which it was opened; `undefined` where nothing is encrypted. */
  readonly openedBy: string | undefined;

  /**
   * Every committed snapshot with its proofs, oldest first. A manifest that can't be verified is reported,
   * not returned.
   */
  snapshots(
    look?: SnapshotLook,
  ): Promise<{ readonly snapshots: readonly Snapshot[]; readonly unreadable: readonly string[] }>;

  /** Begins a snapshot. Nothing of it is visible to readers until `commit`. */
  beginSnapshot(options: WriteOptions): Promise<SnapshotWriter>;

  /** The entries of a snapshot's tree, sorted by path; `path` narrows to an entry and what is below it. */
  tree(id: SnapshotId, path?: string): AsyncIterable<TreeEntry>;

  /** Writes files back, verified, below `to`. Never overwrites a file that is there unless `overwrite`. */
  restore(id: SnapshotId, options: RestoreOptions): Promise<RestoreReport>;

  /**
   * Re-reads content and compares it with its digests. `perMille` 1000 reads everything. A pack whose bytes
   * are wrong is doubted from then on: what is captured or copied later does not rest on it, and what was
   * begun before fails its own read-back where it does.
   */
  verify(id: SnapshotId, options: VerifyOptions): Promise<Verified>;

  /** Adds a dated proof about a snapshot, as an object of its own: a manifest is never edited. */
  addProof(id: SnapshotId, proof: Proof): Promise<void>;

  /**
   * Removes the manifest: the snapshot is gone for readers. Its content is garbage until a prune.
   * `SnapshotInUse` while it is being restored.
   */
  forget(id: SnapshotId): Promise<void>;

  /** What is held, and what was once, of every site. */
  holds(look?: SnapshotLook): Promise<Holds>;
  /** Files the word that a point stays, as an object of its own. */
  addHold(hold: NewHold): Promise<Hold>;
  /** Files the end of a hold. One that has ended already stays ended. */
  addRelease(release: Release): Promise<void>;

  /**
   * Writes a record once; false when one of that name exists. Names are `/`-separated, as in
   * `runs/cm01-00000001/started`.
   */
  putRecord(name: string, record: JsonObject): Promise<boolean>;
  /** The records below a prefix, sorted by name, and the names of objects there that can't be verified. */
  records(prefix: string): Promise<FoundRecords>;

  /** The key slots that can be opened, and what was proven of their keys. */
  provenSlots(): Promise<ProvenSlots>;

  /**
   * Files that the key by which the repository was opened did so on this machine, after the newest manifest
   * and the first content of its tree were read with it. `NothingToRead` where there is no snapshot,
   * `NotEncrypted` where there is no key.
   */
  proveKey(machine: string, signal: AbortSignal): Promise<KeyProof>;

  /**
   * Looks at everything: objects, trees, the presence of packs, and a share of the packs' bytes. Damage is
   * told, never thrown; what was proven is filed, also when it is stopped.
   */
  check(options: CheckOptions): Promise<RepositoryCheck>;

  /**
   * Reads everything and plans what can be saved of what is damaged. Nothing is repaired before the plan is
   * applied.
   */
  planRepair(options: Omit<CheckOptions, "readPerMille">): Promise<Repair>;

  /** Takes away what no snapshot needs: see `pruneRepository`. */
  prune(options: PruneOptions): Promise<PruneReport>;

  /**
   * What the repository holds and what that takes, from manifests, trees and the index: no content is read.
   */
  stats(signal: AbortSignal): Promise<RepositoryStats>;

  close(): Promise<void>;
}

/**
 * How snapshots are looked up. `listed`: those that the repository lists, their facts from this machine's
 * cache where it has verified them before. `objects`: every manifest is read and verified now, as whoever
 * forgets something must.
 */
export type SnapshotLook = "listed" | "objects";

/** Whose snapshot is begun, and how its files are read. */
export interface WriteOptions {
  readonly site: string;
  readonly source: string;
  readonly signal: AbortSignal;
  /** The newest snapshot of the same source: its unchanged files are not read again. */
  readonly previous?: SnapshotId;
  /** Share of the files known by name or stamp that is read again all the same, in per mille. */
  readonly rereadPerMille: number;
  readonly bytesPerSecond?: number;
  onProgress?(progress: Progress): void;
}

/** Takes the entries of one snapshot and commits them, or gives them up. */
export interface SnapshotWriter extends Sink {
  /**
   * Waits for everything offered, writes packs, index and at last the manifest. The snapshot exists from then
   * on.
   * `manifest` is what the engine knows; counts, sizes and file remarks are added by the writer.
   */
  commit(manifest: ManifestFacts): Promise<Committed>;
  /** What is wrong with files so far; complete after `settle`. */
  settle(): Promise<readonly FileRemark[]>;
  /** Gives the snapshot up. Packs already written stay as garbage that the next capture may reuse. */
  abort(): Promise<void>;
}

/** What a commit made. */
export interface Committed {
  readonly snapshot: Snapshot;
  readonly remarks: readonly FileRemark[];
  /** Names of the packs that the capture wrote: what is to be read back now. The rest was proven before. */
  readonly packs: ReadonlySet<string>;
}

/** How a snapshot is taken over from another repository. */
export interface CopyOptions {
  readonly signal: AbortSignal;
  /** The snapshot is there and does not read back: what is lacking or damaged of it is stored anew. */
  readonly again?: boolean;
  readonly bytesPerSecond?: number;
  /** `readBytes` are bytes that the target lacked. */
  onProgress?(progress: Progress): void;
}

/** What a copy made. Its `addedBytes` are those of the repository that it is in now. */
export interface CopiedSnapshot {
  readonly snapshot: Snapshot;
  /** False when the snapshot was there already. */
  readonly isNew: boolean;
  /** Names of the packs that the copy wrote: what is to be read back now. */
  readonly packs: ReadonlySet<string>;
}

/** A snapshot without what the writer counts. */
export type ManifestFacts = Omit<Snapshot, "files" | "bytes" | "addedBytes" | "proofs">;

/** A file or folder of a snapshot. */
export interface TreeEntry {
  readonly path: string;
  readonly type: "file" | "folder";
  readonly size: number;
  readonly modifiedAt: Instant;
  readonly attributes?: number;
  /** SHA-256 of the whole file, lower-case hexadecimal. */
  readonly sha256?: string;
}

/** What of a snapshot is written where. */
export interface RestoreOptions {
  readonly to: string;
  /** Entries or folders of the tree; empty means everything. */
  readonly paths: readonly string[];
  readonly overwrite: boolean;
  /** Who restores, for those who want to forget the snapshot meanwhile. */
  readonly holder?: string;
  readonly signal: AbortSignal;
  onProgress?(progress: Progress): void;
}

/** What a restore has written, and what it has not. */
export interface RestoreReport {
  readonly files: number;
  readonly bytes: number;
  /** Entries that were not written, each with the reason. Empty when all is back. */
  readonly refused: readonly { readonly path: string; readonly reason: string }[];
}

/** How much of a snapshot is read. */
export interface VerifyOptions {
  /** Share of the content that is read. */
  readonly perMille: number;
  /**
   * For whoever has written a snapshot: read from these packs alone, and whole, and from those that are
   * doubted. That everything else is present is looked at all the same.
   */
  readonly packs?: ReadonlySet<string>;
  readonly signal: AbortSignal;
  onProgress?(progress: Progress): void;
}

/** How much of a repository is read. */
export interface CheckOptions {
  /** Share of the packs' bytes that is read, the least recently proven first; 0 for none. */
  readonly readPerMille: number;
  readonly signal: AbortSignal;
  onProgress?(progress: CheckProgress): void;
}

/** A repair that was planned and not done. */
export interface Repair {
  readonly plan: RepairPlan;
  /**
   * Does it. Cut off at any moment, the next repair goes on. `overtaken` by a prune or another repair since
   * the plan was made: then packs and index are as they were.
   */
  apply(signal: AbortSignal): Promise<"done" | "overtaken">;
}

/** What reading a snapshot back has found. */
export interface Verified {
  readonly result: "passed" | "failed";
  readonly objects: number;
  readonly bytes: number;
  /** Damage by path of the tree or name of the object. */
  readonly damage: readonly string[];
  /**
   * The newest fence, when all was found, and made safe, that an unconfirmed snapshot needs: the proof is to
   * name it.
   */
  readonly fence?: number;
  /**
   * A prune or a repair took content away while the snapshot was being captured: it is to be captured again.
   */
  readonly isPruned?: true;
}

/** What a prune may take away, and who has to agree. */
export interface PruneOptions {
  /** Share of what stays that may be bytes that nothing needs. */
  readonly maxUnusedPerMille: number;
  /** How long a pack stays in the trash, and how long a new one that nothing needs is left alone. */
  readonly graceMs: DurationMs;
  /** `trust`: an operator says that this machine's clock is right, against what the repository tells. */
  readonly clock: "compare" | "trust";
  readonly signal: AbortSignal;
  /** Shown the plan before anything is changed. False: nothing is. Not asked when there is nothing to do. */
  approve(plan: PrunePlan): Promise<boolean>;
  onProgress?(progress: Progress): void;
}

/** What a prune has done. */
export interface PruneReport {
  readonly plan: PrunePlan;
  /**
   * `nothing-to-do`; `refused` by `approve`; `overtaken` by another prune, before anything was taken away;
   * `done`, and then the number of its fence.
   */
  readonly result: "nothing-to-do" | "refused" | "overtaken" | "done";
  readonly fence?: number;
}

/** How far a work is: sums since its beginning. */
export interface Progress {
  readonly files: number;
  /** Content bytes dealt with, known ones included. */
  readonly bytes: number;
  /** Content bytes that had to be read. */
  readonly readBytes: number;
  readonly current?: string;
}
