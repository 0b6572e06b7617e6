import type { Instant } from "../base/instant.ts";
import { isVerified, type Snapshot } from "../model/repository/snapshot.ts";
import { hasFailed } from "../plan/points/points.ts";

/**
 * The part of a site's snapshots on which it depends what is captured and read back now: the newest two
 * points, and all from the newest proven full of each source on. A run is held against these few, and not
 * against all that a retention keeps. The snapshots come in the order in which they were begun.
 */
export function newestPart(snapshots: readonly Snapshot[], sources: readonly string[]): readonly Snapshot[] {
  const newest = snapshots.reduce((latest, it) => Math.max(latest, it.point), -Infinity);
  const before = snapshots.findLast((it) => it.point < newest)?.point ?? newest;
  const since = Math.min(before, ...sources.map((source) => provenSince(snapshots, source)));
  return snapshots.filter((it) => it.point >= since);
}

/** The point of a source's newest proven full; where it has others alone, before all time. */
function provenSince(snapshots: readonly Snapshot[], source: string): Instant {
  const isOf = (it: Snapshot): boolean => it.source === source;
  const proven = snapshots.findLast((it) => isOf(it) && isProvenFull(it));
  return proven?.point ?? (snapshots.some(isOf) ? -Infinity : Infinity);
}

function isProvenFull(snapshot: Snapshot): boolean {
  return snapshot.mode === "full" && isVerified(snapshot) && !hasFailed(snapshot);
}
