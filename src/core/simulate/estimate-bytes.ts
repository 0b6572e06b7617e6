import type { Snapshot } from "../model/repository/snapshot.ts";

/** The snapshot of each source that added most: the first, as a rule, which stored all there was. */
export type Wholes = ReadonlyMap<string, Snapshot>;

/** Finds the snapshot of each source that added most. */
export function wholesOf(snapshots: readonly Snapshot[]): Wholes {
  const wholes = new Map<string, Snapshot>();
  for (const it of snapshots)
    if (it.addedBytes > (wholes.get(it.source)?.addedBytes ?? -1)) wholes.set(it.source, it);
  return wholes;
}

/**
 * What a repository of these snapshots takes, estimated: the whole of each source that has any, since what
 * its first snapshot stored stays as long as later ones rest on it, and what every other one added.
 */
export function estimateBytes(snapshots: readonly Snapshot[], wholes: Wholes): number {
  const sources = new Set(snapshots.map((it) => it.source));
  const whole = [...sources].reduce((sum, source) => sum + (wholes.get(source)?.addedBytes ?? 0), 0);
  const rest = snapshots.filter((it) => wholes.get(it.source)?.id !== it.id);
  return rest.reduce((sum, it) => sum + it.addedBytes, whole);
}
