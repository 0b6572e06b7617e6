import { day } from "../../base/instant.ts";
import type { DurationMs, Instant } from "../../base/instant.ts";
import type { KeepReason } from "../../model/retention-verdict.ts";

/** How long an incomplete point stays after a newer complete one exists. */
export const incompleteGraceMs: DurationMs = 7 * day;

/** What guards need to know of a recovery point. */
export interface GuardedPoint {
  readonly due: Instant;
  /** Whether the point fills rules: nothing is missing from it, and nothing of it is doubted. */
  readonly complete: boolean;
  /** The newest usable snapshot of every source was read again and matched. */
  readonly verified: boolean;
}

/** Why a guard keeps a point, whatever the policy's rules say. */
export type Guard = Extract<
  KeepReason,
  {
    readonly why:
      | "newest-data"
      | "incomplete-grace"
      | "newest-verified"
      | "none-newer-verified"
      | "newest-verified-inside"
      | "newest-verified-outside"
      | "newest-unverified-inside";
  }
>;

/** The points that guards compare all others with, at one moment. */
export interface Standpoint {
  readonly now: Instant;
  /** Due instant of the newest complete point; before all time where there is none. */
  readonly newestComplete: Instant;
  /** Due instant of the newest point that is proven; before all time where there is none. */
  readonly newestVerified: Instant;
  /**
   * Due instants of the newest proven points on each side of the window's edge, and of the newest inside that
   * isn't proven.
   */
  readonly inside: Instant | undefined;
  readonly outside: Instant | undefined;
  readonly unverifiedInside: Instant | undefined;
}

/** Points to look at, oldest first. */
export interface Lookout<Point extends GuardedPoint> {
  readonly points: readonly Point[];
  /** Of these, the points that are not proven. */
  readonly unproven: readonly Point[];
  /**
   * Whether a point's database is inside the window; `undefined` where it has none, or there is no window.
   */
  readonly isInside: (point: Point) => boolean | undefined;
}

/** Whether a point is complete and was read back. */
export function isProven({ complete, verified }: GuardedPoint): boolean {
  return complete && verified;
}

/** Looks at points from a moment. Mostly the newest few say all. */
export function standpointAt<Point extends GuardedPoint>(
  now: Instant,
  { points, unproven, isInside }: Lookout<Point>,
): Standpoint {
  return {
    now,
    newestComplete: points.findLast((it) => it.complete)?.due ?? -Infinity,
    newestVerified: points.findLast(isProven)?.due ?? -Infinity,
    inside: points.findLast((it) => isProven(it) && isInside(it) === true)?.due,
    outside: points.findLast((it) => isProven(it) && isInside(it) === false)?.due,
    unverifiedInside: unproven.findLast((it) => isInside(it) === true)?.due,
  };
}

/** What may never go, whatever the rules say: every guard that keeps a point. */
export function guardsOf(point: GuardedPoint, from: Standpoint): readonly Guard[] {
  const guards: Guard[] = [...(point.complete ? verifiedGuards(point, from) : incompleteGuards(point, from))];
  if (point.due === from.inside) guards.push({ why: "newest-verified-inside" });
  if (point.due === from.outside) guards.push({ why: "newest-verified-outside" });
  if (point.due === from.unverifiedInside) guards.push({ why: "newest-unverified-inside" });
  return guards;
}

/** Nothing old goes before something new is verified. */
function verifiedGuards({ due }: GuardedPoint, { newestVerified }: Standpoint): readonly Guard[] {
  if (due === newestVerified) return [{ why: "newest-verified" }];
  return due > newestVerified ? [{ why: "none-newer-verified" }] : [];
}

/**
 * An incomplete point satisfies no count. It stays while it is the newest data there is, and for a grace
 * after.
 */
function incompleteGuards({ due }: GuardedPoint, { now, newestComplete }: Standpoint): readonly Guard[] {
  if (due > newestComplete) return [{ why: "newest-data" }];
  const until = due + incompleteGraceMs;
  return now < until ? [{ why: "incomplete-grace", until }] : [];
}
