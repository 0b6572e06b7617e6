import type { Damage, HurtSnapshot } from "./repository-check.ts";

/** What a repair found and would do, and what stays lost. Nothing is done before it is asked to. */
export interface RepairPlan {
  /** All damage that was found, as a check tells it. */
  readonly damage: readonly Damage[];
  /** Objects that are written anew from their copies. */
  readonly rewritten: readonly string[];
  /** Objects that can't be read, so that they tell nothing, and are taken away. */
  readonly removed: readonly string[];
  /** Packs that get a new index; 0 when the index stays as it is. */
  readonly indexedPacks: number;
  /** Packs that are given up: they stay where they are, and nothing rests on them any more. */
  readonly givenUp: readonly string[];
  /** What is sound in those, and is stored once more. */
  readonly salvaged: StoredAnew;
  /** What snapshots need of packs that a prune has put aside, and is stored once more. */
  readonly broughtBack: StoredAnew;
  /** Snapshots whose manifests can't be read: they are gone with all that they name. */
  readonly lostSnapshots: readonly string[];
  /** What no repair brings back. The next capture of the same content does. */
  readonly lost: readonly HurtSnapshot[];
  /** What a repair leaves as it is. */
  readonly left: readonly Damage[];
}

/** Pieces of content, trees and lists. */
export interface StoredAnew {
  readonly blobs: number;
  /** Size of the blobs before compression. */
  readonly bytes: number;
}
