import type { JsonObject } from "../../base/json.ts";

/**
 * Where a repository lies. Each member of the union has one key, by which a policy names it. What differs
 * from place to place is asked of the functions here and of `openBackend`: a member that is added fails to
 * compile wherever it has no answer yet.
 */
export type Location = FolderLocation;

/** A folder of a machine or a share, by its Windows path or, elsewhere, the local one. */
export interface FolderLocation {
  readonly folder: string;
}

/** The keys by which policies name a place. */
export type LocationKind = KeysOf<Location>;
type KeysOf<Each> = Each extends unknown ? keyof Each : never;

/** The place in the middle of a sentence: the repository at `\\backup01\sitekeep$`. */
export function titleOf(location: Location): string {
  if ("folder" in location) return location.folder;
  return location satisfies never;
}

/**
 * The identity of a place: equal for equal places. Machines remember their repositories by it, so that it
 * never changes for a place that was named before.
 */
export function keyOf(location: Location): JsonObject {
  if ("folder" in location) return { folder: location.folder };
  return location satisfies never;
}

/** The path of a place that lies on a machine of the network, and is lost with it; `undefined` elsewhere. */
export function pathOf(location: Location): string | undefined {
  if ("folder" in location) return location.folder;
  return location satisfies never;
}

/** What an operator can do about a place, each a sentence or the beginning of one. */
export interface PlaceCures {
  /** For a place where nothing is. */
  readonly absent: string;
  /** Marks by which people know a repository there. */
  readonly recognise: string;
  /** For a place where a repository was, and is not now. */
  readonly vanished: string;
  /** For a place that can't be read or written. */
  readonly unusable: string;
  /** Room for a place that is full. The sentence goes on with other ways to make some. */
  readonly full: string;
}

/** The cures of a place where a repository is not found, or not to be used. */
export function curesOf(location: Location): PlaceCures {
  if ("folder" in location) return folderCures;
  return location satisfies never;
}

const folderCures: PlaceCures = {
  absent: "Look at the path, and whether the share is mounted or the disk connected.",
  recognise: "The folder of a repository holds a file called config.",
  vanished:
    "Mount the share or connect the disk. If it was removed on purpose, name another folder for the new one in the policy.",
  unusable:
    "Check that the folder or share is there, that this account may read and write it, and the disk behind it.",
  full: "Make room on that disk or share: a larger one",
};
