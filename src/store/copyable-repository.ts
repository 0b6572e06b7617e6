import type { SnapshotId } from "../core/model/repository/snapshot.ts";
import type { LoadedIndex } from "./index/index-loader.ts";
import type { ObjectStore } from "./objects/object-store.ts";
import type { CopiedSnapshot, CopyOptions, Repository } from "./repository.ts";

/** A repository as it is opened: snapshots can be taken over from it, and into it. */
export interface CopyableRepository extends Repository {
  readonly origin: CopyOrigin;

  /**
   * Takes a snapshot over from another repository: see `copySnapshot`. One that is here already is left as it
   * is, also when its read-back has failed: to copy it again, forget it first.
   */
  copyFrom(other: CopyableRepository, id: SnapshotId, options: CopyOptions): Promise<CopiedSnapshot>;
}

/** What a copy reads of the repository that it comes from. */
export interface CopyOrigin {
  readonly store: ObjectStore;
  /** The index as it is now: what a manifest read before names is in it. */
  index(): Promise<LoadedIndex>;
}
