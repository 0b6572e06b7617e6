import type { Instant } from "../../base/instant.ts";
import type { SnapshotId } from "./snapshot.ts";

/** Somebody's word that a recovery point stays, whatever the rules say, until it is released. */
export interface Hold extends NewHold {
  /** Of its object: 20 hexadecimal digits. */
  readonly id: string;
}

/** What somebody says who wants a recovery point to stay. */
export interface NewHold {
  /** When the hold was said, by the clock of that machine. */
  readonly at: Instant;
  /** The machine on which it was said. */
  readonly by: string;
  /** Why, for people. */
  readonly note: string;
  /** Site code. */
  readonly site: string;
  /** The snapshots of the point then. What joins the point later is held as well. */
  readonly snapshots: readonly SnapshotId[];
}

/** A hold's end, in an object of its own: what was held, and for how long, stays on record. */
export interface Release {
  /** When the release was said, by the clock of that machine. */
  readonly at: Instant;
  /** The machine on which it was said. */
  readonly by: string;
  /** Why the hold ends, for people. */
  readonly note: string;
  /** Id of the hold. */
  readonly releases: string;
}

/** A hold that was released, with the first word that did so. */
export interface ReleasedHold extends Hold {
  /** The earliest release of several. */
  readonly released: Release;
}

/** What a repository says of held points. */
export interface Holds {
  /** Not released, oldest first. */
  readonly living: readonly Hold[];
  /** Oldest hold first. */
  readonly released: readonly ReleasedHold[];
  /**
   * Names of objects that can't be read: each may hold any point, so that none is let go while there is one.
   */
  readonly unreadable: readonly string[];
}

/** What a plan rests on of them. */
export type HoldFacts = Pick<Holds, "living" | "unreadable">;
