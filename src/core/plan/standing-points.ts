import type { Instant } from "../base/instant.ts";
import type { LastReason } from "../model/outlook.ts";
import type { SnapshotId } from "../model/repository/snapshot.ts";
import { leavesWindowAt } from "./decide-forget.ts";
import { holdReasons } from "./points/held-points.ts";
import { fillsRules } from "./points/points.ts";
import type { GuardedPoint } from "./retention/guards.ts";
import type { Survey } from "./survey/survey.ts";

/** A point while time goes on. */
export interface Standing extends GuardedPoint {
  /** When its database leaves the window. `undefined` where there is no window, or no database. */
  readonly leavesAt: Instant | undefined;
  readonly isHeld: boolean;
  /** Of a point that there is today; a point to come is laid on nothing. */
  readonly snapshots: readonly SnapshotId[];
  /** By how many rules with a number it is held. */
  rules: number;
  /** What held it last. */
  last: LastReason | undefined;
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
  const holdsOn = holdReasons(observed);
  return present.map((point) => ({
    due: point.due,
    complete: fillsRules(point),
    verified: point.verified,
    leavesAt: leavesWindowAt(survey, series, point),
    isHeld: holdsOn(point).length > 0,
    snapshots: point.snapshots.map((it) => it.id),
    rules: 0,
    last: undefined,
  }));
}
