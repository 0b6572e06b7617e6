import { given } from "../../base/given.ts";
import type { Instant } from "../../base/instant.ts";
import { once } from "../../base/once.ts";
import { isVerified } from "../../model/repository/snapshot.ts";
import type { Proof, RecoveryPoint, Snapshot, SnapshotId } from "../../model/repository/snapshot.ts";
import type { Brakes, ResolvedPolicy } from "../../model/policy/resolved-policy.ts";
import { findShrinkages, type Shrinkage } from "./shrinkage.ts";
import { readMissing } from "../../model/facts/missing-fact.ts";

/** Where a policy was written before there was such a bound, or is not known. */
const defaultShrinkPerMille = 500;

/** Snapshots of one policy and what can be told of each from the others. */
export interface Series {
  /** Oldest point first; within a point by start. */
  readonly points: readonly RecoveryPoint[];
  readonly byId: ReadonlyMap<SnapshotId, Snapshot>;
  /**
   * Ids of the snapshots that can be restored: no failed proof, on themselves or on what they are laid on.
   */
  readonly usable: Pick<ReadonlySet<SnapshotId>, "has">;
  /** Snapshots that hold much less than those before them. */
  readonly shrinkages: ReadonlyMap<SnapshotId, Shrinkage>;
}

/** Whose snapshots they are: a policy, or as much of one as its snapshots tell. */
export interface SeriesOwner extends Partial<Pick<ResolvedPolicy, "accepts">> {
  readonly brakes?: Pick<Brakes, "maxShrinkPerMille">;
  readonly name: string;
  readonly site: { readonly code: string };
  readonly sources: readonly { readonly name: string }[];
}

/**
 * Groups a policy's snapshots to recovery points. Snapshots of another site or policy are left out: what this
 * policy did not make, its retention must not take.
 */
export function makeSeries(policy: SeriesOwner, snapshots: readonly Snapshot[]): Series {
  const own = snapshots
    .filter((it) => it.site === policy.site.code && it.policy === policy.name)
    .sort((left, right) => left.startedAt - right.startedAt || (left.id < right.id ? -1 : 1));
  const byId = new Map<SnapshotId, Snapshot>();
  for (const it of own) byId.set(it.id, it);
  // Nearly always empty: what is asked of a year's snapshots fifteen hundred times must not be written down
  // for each.
  const unusable = new Set<SnapshotId>();
  for (const it of own) if (!isUsable(it, byId)) unusable.add(it.id);
  const shrinkages = findShrinkages(unusable.size === 0 ? own : own.filter((it) => !unusable.has(it.id)), {
    maxShrinkPerMille: policy.brakes?.maxShrinkPerMille ?? defaultShrinkPerMille,
    accepts: policy.accepts ?? [],
  });
  const names = pointSourcesOf(policy);
  const since = once(() => firstPoints(own));

  const groups = [...Map.groupBy(own, (it) => it.point)].sort(([left], [right]) => left - right);
  const points = groups.map(([due, members]) => {
    const good = unusable.size === 0 ? members : members.filter((it) => !unusable.has(it.id));
    const newest = new Map<string, Snapshot>();
    for (const it of good) newest.set(it.source, it);
    const isWhole = (it: Snapshot): boolean => lacksNothing(it) && !isEmptied(shrinkages.get(it.id));
    const whole = good.every(isWhole) ? newest : sourcesOf(good.filter(isWhole));
    const lacking = names.filter((name) => !whole.has(name));
    // Most points lack nothing, and need not be asked.
    const told = lacking.length === 0 ? undefined : sourcesTold(members);
    // The guess for snapshots that do not say what their point needs: sources that were captured by then.
    const isNeeded = (name: string) => (told ? told.has(name) : (since().get(name) ?? Infinity) <= due);
    const missing = lacking.filter(isNeeded);
    const parts = names.map((name) => newest.get(name)).filter((it) => it !== undefined);
    const verified = parts.length > 0 && parts.every((it) => isChainVerified(it, byId));
    const shrunk = shrinkages.size === 0 ? [] : names.filter((name) => isShrunk(name, good, shrinkages));
    const doubted = shrunk.length === 0 ? undefined : shrunk;
    return { site: policy.site.code, due, snapshots: members, missing, verified, ...given({ doubted }) };
  });
  return { points, byId, usable: { has: (id) => byId.has(id) && !unusable.has(id) }, shrinkages };
}

/** What a point of this policy needs to be complete: what a capture writes down as its `pointSources`. */
export function pointSourcesOf(policy: SeriesOwner): readonly string[] {
  return policy.sources.map((source) => source.name);
}

/** Whether a point holds everything that it can be expected to hold. */
export function isComplete(point: RecoveryPoint): boolean {
  return point.missing.length === 0;
}

/** Whether a point fills a rule of retention: it is complete, and nothing of it is doubted. */
export function fillsRules(point: RecoveryPoint): boolean {
  return isComplete(point) && point.doubted === undefined;
}

function isEmptied(shrinkage: Shrinkage | undefined): boolean {
  return shrinkage !== undefined && shrinkage.isEmpty && !shrinkage.isAccepted;
}

/** Whether the newest full of a source, among snapshots of a point, is doubted. */
function isShrunk(name: string, members: readonly Snapshot[], shrinkages: Series["shrinkages"]): boolean {
  const full = members.findLast((it) => it.source === name && it.mode === "full");
  return full !== undefined && isDoubted(shrinkages.get(full.id));
}

/** Whether a snapshot holds so much less than the one before that nobody should rely on it unasked. */
export function isDoubted(shrinkage: Shrinkage | undefined): boolean {
  return shrinkage !== undefined && !shrinkage.isAccepted;
}

/** A snapshot and all that it is laid on, down to its full. Ends early where a link is missing. */
export function chainOf(snapshot: Snapshot, byId: Series["byId"]): readonly Snapshot[] {
  const chain = [snapshot];
  for (
    let base = baseOf(snapshot, byId);
    base !== undefined && !chain.includes(base);
    base = baseOf(base, byId)
  )
    chain.push(base);
  return chain;
}

/** The newest usable snapshot of each source, of snapshots sorted by start. */
export function newestBySource(
  snapshots: readonly Snapshot[],
  usable: Series["usable"],
): ReadonlyMap<string, Snapshot> {
  const newest = new Map<string, Snapshot>();
  for (const snapshot of snapshots) if (usable.has(snapshot.id)) newest.set(snapshot.source, snapshot);
  return newest;
}

/** Sources with a usable snapshot that lacks nothing. */
export function wholeSources(snapshots: readonly Snapshot[], usable: Series["usable"]): ReadonlySet<string> {
  return sourcesOf(snapshots.filter((it) => usable.has(it.id) && lacksNothing(it)));
}

function sourcesOf(snapshots: readonly Snapshot[]): ReadonlySet<string> {
  return new Set(snapshots.map((it) => it.source));
}

/** What is not understood is not nothing. */
function lacksNothing({ facts }: Snapshot): boolean {
  return readMissing(facts).is === "absent";
}

/** Whether the newest proof that says anything says no. What can't be verified counts as absent. */
export function hasFailed(snapshot: Snapshot): boolean {
  let newest: Proof | undefined;
  for (const proof of snapshot.proofs)
    if (proof.result !== "not-proven" && proof.at >= (newest?.at ?? -Infinity)) newest = proof;
  return newest?.result === "failed";
}

// Most snapshots stand on their own: they are judged without their chain, a hundred thousand times in a
// simulated year.

function isUsable(snapshot: Snapshot, byId: Series["byId"]): boolean {
  if (snapshot.mode === "full") return !hasFailed(snapshot);
  const chain = chainOf(snapshot, byId);
  return chain.every((link) => !hasFailed(link)) && chain.at(-1)!.mode === "full";
}

/** A full stands on its own, whatever it says: it may have been taken in place of a differential. */
function baseOf(snapshot: Snapshot, byId: Series["byId"]): Snapshot | undefined {
  return snapshot.mode === "full" || snapshot.base === undefined ? undefined : byId.get(snapshot.base);
}

function isChainVerified(snapshot: Snapshot, byId: Series["byId"]): boolean {
  return snapshot.mode === "full" ? isVerified(snapshot) : chainOf(snapshot, byId).every(isVerified);
}

/**
 * What the point's snapshots say that it needs, together: a source may have joined the policy between two of
 * them.
 */
function sourcesTold(members: readonly Snapshot[]): ReadonlySet<string> | undefined {
  const told = members.flatMap((it) => it.pointSources ?? []);
  return told.length === 0 ? undefined : new Set(told);
}

/** The first point that ever held each source. */
function firstPoints(snapshots: readonly Snapshot[]): ReadonlyMap<string, Instant> {
  const first = new Map<string, Instant>();
  for (const { source, point } of snapshots) first.set(source, Math.min(point, first.get(source) ?? point));
  return first;
}
