import { formatInstant } from "../../base/instant.ts";
import { type Acceptance, isNamed } from "../../model/policy/acceptance.ts";
import type { Snapshot, SnapshotId } from "../../model/repository/snapshot.ts";

/** A capture of a source that holds much less than the one before it. */
export interface Shrinkage {
  readonly snapshot: Snapshot;
  /** The newest full capture of the source that was not doubted: what this one is held against. */
  readonly fuller: Snapshot;
  /** Nothing is left of it: the point lacks the source. */
  readonly isEmpty: boolean;
  readonly isAccepted: boolean;
}

/** What a policy says of sources that become less. */
export interface ShrinkageRules {
  /** By how much files or bytes of a source may become less from one capture to the next, in per mille. */
  readonly maxShrinkPerMille: number;
  readonly accepts: readonly Acceptance[];
}

/**
 * Finds captures that hold much less than the one before, of usable snapshots in the order of their start.
 * What is not accepted takes nobody's place: the captures behind it are held against the same fuller one.
 */
export function findShrinkages(
  snapshots: readonly Snapshot[],
  rules: ShrinkageRules,
): ReadonlyMap<SnapshotId, Shrinkage> {
  const found = new Map<SnapshotId, Shrinkage>();
  const fullest = new Map<string, Snapshot>();
  for (const snapshot of snapshots) {
    if (snapshot.mode !== "full") continue;
    const fuller = fullest.get(snapshot.source);
    const shrinkage = fuller && shrinkageOf(snapshot, fuller, rules);
    if (shrinkage !== undefined) found.set(snapshot.id, shrinkage);
    if (shrinkage === undefined || shrinkage.isAccepted) fullest.set(snapshot.source, snapshot);
  }
  return found;
}

function shrinkageOf(
  snapshot: Snapshot,
  fuller: Snapshot,
  { maxShrinkPerMille, accepts }: ShrinkageRules,
): Shrinkage | undefined {
  const isEmpty = snapshot.files === 0 && fuller.files > 0;
  const isLess = (now: number, before: number) => now * 1000 < before * (1000 - maxShrinkPerMille);
  const isShrunk = isLess(snapshot.files, fuller.files) || isLess(snapshot.bytes, fuller.bytes);
  if (!isEmpty && !isShrunk) return undefined;
  const name = nameOfShrinkage(fuller);
  const isAccepted = accepts.some(
    ({ risk, of }) => risk === "source-shrunk" && of !== undefined && isNamed(name, of),
  );
  return { snapshot, fuller, isEmpty, isAccepted };
}

/** By what a policy accepts that a source became less: the source, and since when it did. */
export function nameOfShrinkage({ source, startedAt }: Snapshot): string {
  return `${source} since ${formatInstant(startedAt).slice(0, 10)}`;
}
