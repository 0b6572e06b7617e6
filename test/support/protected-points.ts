import { day, minute } from "../../src/core/base/instant.ts";
import type { DurationMs, Instant } from "../../src/core/base/instant.ts";
import type { ResolvedPolicy } from "../../src/core/model/policy/resolved-policy.ts";
import type { Proof, Snapshot, SnapshotId } from "../../src/core/model/repository/snapshot.ts";

/** A site's snapshots at one moment. */
export interface Holding {
  readonly policy: ResolvedPolicy;
  readonly snapshots: readonly Snapshot[];
  readonly now: Instant;
  /** How long replication remembers changes, where that is known. */
  readonly windowMs?: DurationMs;
  /** Snapshots that somebody holds, and with each its whole point. */
  readonly held: readonly SnapshotId[];
}

/**
 * Why each point may not be touched, by the sentences of docs/plan.md ("What is kept", the guards), said once
 * more without the planner: to hold it against.
 */
export function protectedPoints(holding: Holding): ReadonlyMap<Instant, string> {
  const all = pointsIn(holding);
  const present = all.filter((it) => it.due <= holding.now + 5 * minute);
  const complete = present.filter((it) => it.complete);
  const verified = complete.filter((it) => it.verified);
  const isVerified = (point: Point) => verified.includes(point);
  const said = new Map<Instant, string>();
  const say = (why: string, points: readonly (Point | undefined)[]): void => {
    for (const point of points) if (point !== undefined) said.set(point.due, why);
  };

  say(
    "of the future",
    all.filter((it) => !present.includes(it)),
  );
  say("newest verified", [newest(verified)]);
  say(
    "newer than every verified",
    complete.filter((it) => isNewerThanAll(it, verified)),
  );
  say("newest verified inside", [newest(verified.filter((it) => it.inside === true))]);
  say("newest verified outside", [newest(verified.filter((it) => it.inside === false))]);
  say("newest unverified inside", [newest(present.filter((it) => it.inside === true && !isVerified(it)))]);
  const incomplete = present.filter((it) => !it.complete);
  say(
    "newer than every complete",
    incomplete.filter((it) => isNewerThanAll(it, complete)),
  );
  say(
    "incomplete, in its grace",
    incomplete.filter((it) => holding.now < it.due + 7 * day),
  );
  say(
    "held",
    all.filter((it) =>
      holding.snapshots.some((one) => one.point === it.due && holding.held.includes(one.id)),
    ),
  );
  if (complete.length <= holding.policy.brakes.minPoints) say("one of the last", complete);
  return said;
}

/** Snapshots that can't be restored for want of what they are laid on. */
export function orphans(snapshots: readonly Snapshot[]): readonly Snapshot[] {
  const ids = new Set(snapshots.map((it) => it.id));
  return snapshots.filter((it) => it.mode !== "full" && it.base !== undefined && !ids.has(it.base));
}

interface Point {
  readonly due: Instant;
  readonly complete: boolean;
  readonly verified: boolean;
  readonly inside: boolean | undefined;
}

function pointsIn({ policy, snapshots, now, windowMs }: Holding): readonly Point[] {
  const names = policy.sources.map((it) => it.name);
  const laidOn = (it: Snapshot) => snapshots.find((other) => other.id === it.base);
  const isUsable = (it: Snapshot): boolean => {
    if (lastWord(it, () => true) === "failed") return false;
    const base = laidOn(it);
    return it.mode === "full" || (base !== undefined && isUsable(base));
  };
  const isRead = (it: Snapshot): boolean => {
    const base = laidOn(it);
    const whole = it.mode === "full" || base === undefined || isRead(base);
    return whole && lastWord(it, (proof) => proof.level !== "written") === "passed";
  };
  return [...new Set(snapshots.map((it) => it.point))].map((due) => {
    const members = snapshots.filter((it) => it.point === due);
    const newestOf = (name: string) =>
      members
        .filter((it) => it.source === name && isUsable(it))
        .sort((one, other) => one.startedAt - other.startedAt || (one.id < other.id ? -1 : 1))
        .at(-1);
    const needed = names.filter((name) => members.some((it) => it.pointSources!.includes(name)));
    const parts = names.map(newestOf).filter((it) => it !== undefined);
    const copy = newestOf("database");
    return {
      due,
      complete: needed.every((name) => newestOf(name) !== undefined),
      verified: parts.length > 0 && parts.every(isRead),
      inside: copy === undefined || windowMs === undefined ? undefined : copy.asOf + windowMs > now,
    };
  });
}

/** What the newest proof says that says anything. */
function lastWord({ proofs }: Snapshot, counts: (proof: Proof) => boolean): Proof["result"] | undefined {
  const words = proofs.filter((it) => it.result !== "not-proven" && counts(it));
  return words.toSorted((one, other) => one.at - other.at).at(-1)?.result;
}

function newest(points: readonly Point[]): Point | undefined {
  return points.toSorted((one, other) => one.due - other.due).at(-1);
}

function isNewerThanAll(point: Point, others: readonly Point[]): boolean {
  return others.every((it) => point.due > it.due);
}
