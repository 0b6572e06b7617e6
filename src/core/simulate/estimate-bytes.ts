import type { Snapshot } from "../model/snapshot.ts";

/**
 * What a repository of these snapshots takes, estimated: of each source the whole that the largest addition was, which is
 * its first capture, and what every other one added. Content that several snapshots share stays with the oldest of them.
 */
export function estimateBytes(snapshots: readonly Snapshot[]): number {
  return snapshots.reduce((sum, it) => sum + it.addedBytes, 0);
}
