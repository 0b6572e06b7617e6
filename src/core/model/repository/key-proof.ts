import { isInstant } from "../../base/instant.ts";
import type { Instant } from "../../base/instant.ts";
import type { JsonObject } from "../../base/json.ts";
import type { SnapshotId } from "./snapshot.ts";

/** A dated result: at that time, on that machine, the key of a slot opened the repository and read of it. */
export interface KeyProof {
  /** When the repository was opened, by the clock of that machine. */
  readonly at: Instant;
  /** Id of the slot that the key opened. */
  readonly slot: string;
  /** Name of the machine on which it was opened. */
  readonly machine: string;
  /** The newest snapshot then, whose manifest and tree were read. */
  readonly snapshot: SnapshotId;
  /** Bytes of its content that were read and matched; 0 where it has none. */
  readonly bytes: number;
}

/** By which slot a machine opens a repository that it writes to, as it said before it first did. */
export interface KeyUse {
  /** Name of the machine that writes. */
  readonly machine: string;
  /** Id of the slot that the machine's key opens. */
  readonly slot: string;
  /** When the machine said so: before its first run with this slot. */
  readonly at: Instant;
}

/** Whether a record says by which slot a machine opens the repository. */
export function isKeyUse({ machine, slot, at }: JsonObject): boolean {
  return typeof machine === "string" && typeof slot === "string" && isInstant(at);
}

/** The slots of an encrypted repository, and the proofs of their keys. */
export interface ProvenSlots {
  /** Ids of the slots that can be opened. */
  readonly slots: readonly string[];
  /** Oldest first. */
  readonly proofs: readonly KeyProof[];
}

/**
 * What an encrypted repository tells of its keys: enough to judge whether it is lost with the machine that
 * writes to it.
 */
export interface KeyFacts extends ProvenSlots {
  /** Oldest first within a machine: the last word of each machine counts. */
  readonly uses: readonly KeyUse[];
}

/** Why a proof is none of a second key on another machine, the nearest to one first. */
export const uncountedReasons = [
  "expired",
  "slot-removed",
  "in-future",
  "site-key-unknown",
  "same-machine",
  "same-key",
] as const;
/** One of `uncountedReasons`. */
export type Uncounted = (typeof uncountedReasons)[number];

/** What one proof is worth. */
export type ProofWorth =
  | { readonly counts: true; readonly until: Instant }
  | { readonly counts: false; readonly because: Uncounted; readonly until: Instant };

/** By whose words a proof was judged. */
export type KeyJudge = "policies" | "defaults";

/** Whether a repository can be opened without the machine that writes to it. */
export type SecondKey =
  | { readonly state: "proven"; readonly proof: KeyProof; readonly until: Instant }
  /** With the proof that comes nearest. */
  | {
      readonly state: "not-proven";
      readonly because: Uncounted;
      readonly proof: KeyProof;
      readonly until: Instant;
    }
  | { readonly state: "not-proven"; readonly because: "never" };
