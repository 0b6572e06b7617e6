import type { Instant } from "../base/instant.ts";
import type { LastReason } from "../model/outlook.ts";
import type { SnapshotId } from "../model/repository/snapshot.ts";
import { leavesWindowAt } from "./decide-forget.ts";
import { holdReasons } from "./points/held-points.ts";
import { isComplete } from "./points/points.ts";
import { incompleteGraceMs, withinSince } from "./retention/retention.ts";
import type { RetentionSetting } from "./retention/retention.ts";
import type { HeldByRules } from "./retention/rule-row.ts";
import type { Survey } from "./survey/survey.ts";

/** A point while time goes on. */
export interface Standing extends HeldByRules {
  readonly complete: boolean;
  readonly verified: boolean;
  /** When its database leaves the window. `undefined` where there is no window, or no database. */
  readonly leavesAt: Instant | undefined;
  readonly isHeld: boolean;
  /** Of a point that there is today; a point to come is laid on nothing. */
  readonly snapshots: readonly SnapshotId[];
  /**
   * The run from which on nothing keeps it but the brake, by the point that it made; as things are, without
   * one.
   */
  lostBy?: { readonly point: Instant | undefined };
  goneAt?: Instant;
  isBraked?: boolean;
}

/** The points of today as they stand, oldest first. */
export function standingPoints(survey: Survey): readonly Standing[] {
  const { series, observed, present } = survey;
  const holdsOn = holdReasons(observed.holds, observed.snapshots);
  return present.map((point) => ({
    due: point.due,
    complete: isComplete(point),
    verified: point.verified,
    leavesAt: leavesWindowAt(survey, series, point),
    isHeld: holdsOn(point).length > 0,
    snapshots: point.snapshots.map((it) => it.id),
    rules: 0,
    last: undefined,
  }));
}

/** What is asked about each point that no rule with a number holds, at one moment. */
export interface Standpoint {
  readonly now: Instant;
  /** What is newer than that is within the policy's span. */
  readonly since: Instant;
  readonly newestComplete: Instant;
  readonly newestVerified: Instant;
  /** Kept while a rule has room. */
  readonly oldest: Standing | undefined;
  readonly inside: Standing | undefined;
  readonly outside: Standing | undefined;
  readonly unverified: Standing | undefined;
}

/** Whether a point is complete and was read back. */
export function isProven({ complete, verified }: Standing): boolean {
  return complete && verified;
}

/** Points to look at, oldest first: all, and those among them that are not proven. */
export interface Lookout {
  readonly points: readonly Standing[];
  readonly unproven: readonly Standing[];
  readonly hasRoom: boolean;
  readonly hasWindow: boolean;
  readonly setting: Pick<RetentionSetting, "retention" | "timeZone">;
}

/** Looks at points from a moment. Mostly the newest few say all. */
export function standpointAt(
  now: Instant,
  { points, unproven, hasRoom, hasWindow, setting }: Lookout,
): Standpoint {
  const isInside = (it: Standing) => it.leavesAt !== undefined && it.leavesAt > now;
  const hasLeft = (it: Standing) => it.leavesAt !== undefined && it.leavesAt <= now;
  const newestComplete = points.findLast((it) => it.complete)?.due ?? -Infinity;
  return {
    now,
    since: withinSince(newestComplete, setting) ?? Infinity,
    newestComplete,
    newestVerified: points.findLast(isProven)?.due ?? -Infinity,
    oldest: hasRoom ? points.find((it) => it.complete) : undefined,
    inside: hasWindow ? points.findLast((it) => isProven(it) && isInside(it)) : undefined,
    outside: hasWindow ? points.findLast((it) => isProven(it) && hasLeft(it)) : undefined,
    unverified: unproven.findLast(isInside),
  };
}

/** What keeps a point that no rule with a number holds: the other rules, and the guards. */
export function looseReason(point: Standing, from: Standpoint): LastReason | undefined {
  if (point.complete) {
    if (point === from.oldest) return { why: "oldest" };
    if (point.due > from.since) return { why: "within" };
    if (point.due === from.newestVerified) return { why: "newest-verified" };
    if (point.due > from.newestVerified) return { why: "none-newer-verified" };
  } else {
    if (point.due > from.newestComplete) return { why: "newest-data" };
    if (from.now < point.due + incompleteGraceMs) return { why: "incomplete-grace" };
  }
  if (point === from.inside) return { why: "newest-verified-inside" };
  if (point === from.outside) return { why: "newest-verified-outside" };
  return point === from.unverified ? { why: "newest-unverified-inside" } : undefined;
}
