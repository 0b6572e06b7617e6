import type { SnapshotId } from "./snapshot.ts";

/** What a prune is about to do. Bytes are those of the packs on the store. */
export interface PrunePlan {
  /** Snapshots whose needs were looked for. */
  readonly snapshots: number;
  /** Packs that go to the trash, those that are made anew among them. */
  readonly trash: { readonly packs: number; readonly bytes: number };
  /** Of those, packs whose needed content is stored once more before they go. */
  readonly repack: { readonly packs: number; readonly bytes: number; readonly neededBytes: number };
  /** Packs that earlier prunes put in the trash, and that are deleted now: what comes free at once. */
  readonly remove: { readonly packs: number; readonly bytes: number };
  /** Packs in the trash that stay there until their grace is over, or a restore has ended. */
  readonly wait: { readonly packs: number; readonly bytes: number };
  /** Packs that nothing needs and that are young: a capture may be about to. */
  readonly leave: { readonly packs: number; readonly bytes: number };
  /** Files that writers left half written, and that are older than the grace: they are deleted. */
  readonly unfinished: { readonly files: number; readonly bytes: number };
  /** Packs that stay as they are. `unusedBytes`: what nothing needs of them, reckoned by length. */
  readonly keep: { readonly packs: number; readonly bytes: number; readonly unusedBytes: number };
  /** Snapshots that lack content and never were confirmed: a prune overtook their capture. */
  readonly incomplete: readonly SnapshotId[];
}
