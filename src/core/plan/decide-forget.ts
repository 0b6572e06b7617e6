import { day } from "../base/instant.ts";
import type { DurationMs, Instant } from "../base/instant.ts";
import type { Observation } from "../model/observation.ts";
import type { Brakes, ResolvedPolicy } from "../model/policy/resolved-policy.ts";
import type { KeepReason, RetentionVerdict } from "../model/retention-verdict.ts";
import type { RecoveryPoint, Snapshot, SnapshotId } from "../model/repository/snapshot.ts";
import { holdReasons } from "./points/held-points.ts";
import { chainOf, fillsRules, makeSeries } from "./points/points.ts";
import type { Series } from "./points/points.ts";
import { judgeRetention } from "./retention/retention.ts";
import { databaseIn, surveySite } from "./survey/survey.ts";
import type { Survey } from "./survey/survey.ts";

/** A point that goes, with the snapshots that go with it: those that a kept chain is laid on stay. */
export interface ForgottenPoint {
  readonly due: Instant;
  readonly snapshots: readonly SnapshotId[];
  readonly fallen: readonly string[];
  readonly complete: boolean;
}

export interface ForgetDecision {
  /** Oldest first. */
  readonly forgets: readonly ForgottenPoint[];
  /** Every point, newest first, with the brake's and the chains' reasons too. */
  readonly verdicts: readonly RetentionVerdict[];
}

/** The brake counts over this time. */
export const brakeMs: DurationMs = day;

/**
 * Decides which points go, as if the given expected snapshots were already there, each in place of the one
 * with its id: so that the captures of a plan, its verifies and its forgets fit together, and the applied
 * plan plans to nothing.
 *
 * What goes frees what it was laid on, and may change what else is complete, so this is repeated until it
 * rests.
 */
export function decideForgets(survey: Survey, expected: readonly Snapshot[]): ForgetDecision {
  const replaced = new Set(expected.map((it) => it.id));
  let left = [...survey.observed.snapshots.filter((it) => !replaced.has(it.id)), ...expected];
  let series = expected.length === 0 ? survey.series : makeSeries(survey.policy, left);
  let allowed = allowedForgets(survey, series);
  const verdicts = new Map<Instant, RetentionVerdict>();
  const forgets = new Map<Instant, ForgottenPoint>();

  for (;;) {
    const judged = judgeSeries(survey, series);
    for (const verdict of judged) verdicts.set(verdict.due, verdict);
    const picked = pickForgets(series, judged, allowed);
    for (const point of picked) forgets.set(point.due, joined(forgets.get(point.due), point));
    const braked = picked.length === allowed;
    if (picked.length === 0 || braked) markHeld(survey, verdicts, forgets, braked);
    if (picked.length === 0 || braked) break;
    const gone = new Set(picked.flatMap((point) => point.snapshots));
    left = left.filter((it) => !gone.has(it.id));
    series = makeSeries(survey.policy, left);
    allowed -= picked.length;
  }
  return {
    forgets: [...forgets.values()].sort((one, other) => one.due - other.due),
    verdicts: [...verdicts.values()].sort((one, other) => other.due - one.due),
  };
}

/** Says of every point why it stays or will go, newest first, as things are: `snapshots explain`. */
export function explainRetention(
  policy: ResolvedPolicy,
  observed: Observation,
  now: Instant,
): readonly RetentionVerdict[] {
  return decideForgets(surveySite(policy, observed, now), []).verdicts;
}

/** What retention says of every point of a series, before chains and the brake. */
export function judgeSeries(survey: Survey, series: Series): readonly RetentionVerdict[] {
  const holdsOn = holdReasons(survey.observed);
  const points = series.points.map((point) => ({
    due: point.due,
    complete: fillsRules(point),
    verified: point.verified,
    ...insideOf(survey, series, point),
    holds: holdsOn(point),
  }));
  return judgeRetention(points, {
    retention: survey.policy.retention,
    timeZone: survey.policy.schedule.timeZone,
    minPoints: survey.policy.brakes.minPoints,
    now: survey.now,
  });
}

function insideOf(survey: Survey, series: Series, point: RecoveryPoint): { readonly inside?: boolean } {
  const leavesAt = leavesWindowAt(survey, series, point);
  return leavesAt === undefined ? {} : { inside: leavesAt > survey.now };
}

/**
 * When a point's database leaves the window. Absent without a window that is known, or without a database in
 * it.
 */
export function leavesWindowAt(survey: Survey, series: Series, point: RecoveryPoint): Instant | undefined {
  const { windowMs, state } = survey.window;
  const copy = databaseIn(survey, series, point);
  return windowMs === undefined || state === "none" || copy === undefined ? undefined : copy.asOf + windowMs;
}

function allowedForgets(survey: Survey, { points }: Series): number {
  const lately = recentForgets(survey).map((it) => it.due);
  return brakeAllows(survey.policy.brakes, new Set(points.map((point) => point.due)), lately);
}

/** What went within the brake's time, oldest run last. */
export function recentForgets({ policy, observed, now }: Survey): readonly Forgotten[] {
  return observed.runs
    .flatMap((run) => run.finished?.outcomes ?? [])
    .filter((it) => it.site === policy.site.code && it.finishedAt > now - brakeMs)
    .flatMap(({ forgot, finishedAt }) => (forgot === undefined ? [] : [{ due: forgot, at: finishedAt }]));
}

/** A point that went, and when. */
export interface Forgotten {
  readonly due: Instant;
  readonly at: Instant;
}

/**
 * How many points may go now: a share of the site's points within a day, of which those that went already are
 * taken off, and always one a day.
 */
export function brakeAllows(
  { maxForgetPerMille }: Brakes,
  points: ReadonlySet<Instant>,
  lately: readonly Instant[],
): number {
  const gone = new Set(lately);
  const all = points.size + [...gone].filter((due) => !points.has(due)).length;
  const share = Math.ceil((all * maxForgetPerMille) / 1_000);
  return Math.max(0, Math.max(1, share) - gone.size);
}

/**
 * The oldest that may go, without what increments of other points are laid on. A full whose differentials
 * still stay has nothing to give yet, and must not use up the brake.
 */
function pickForgets(
  series: Series,
  verdicts: readonly RetentionVerdict[],
  allowed: number,
): readonly ForgottenPoint[] {
  const goes = new Map(verdicts.filter((it) => !it.keep).map((it) => [it.due, it.fallen]));
  if (goes.size === 0) return [];
  const users = usersOf(series);
  return series.points
    .filter((point) => goes.has(point.due))
    .map((point) => ({
      due: point.due,
      snapshots: point.snapshots.map((it) => it.id).filter((id) => isFree(users.get(id), point.due)),
      fallen: goes.get(point.due)!,
      complete: fillsRules(point),
    }))
    .filter((point) => point.snapshots.length > 0)
    .slice(0, allowed);
}

/** The points whose increments can't be restored without a snapshot, by its id. */
export function usersOf({ points, byId }: Series): ReadonlyMap<SnapshotId, ReadonlySet<Instant>> {
  const users = new Map<SnapshotId, Set<Instant>>();
  for (const point of points)
    for (const snapshot of point.snapshots)
      for (const link of chainOf(snapshot, byId).slice(1))
        users.set(link.id, (users.get(link.id) ?? new Set()).add(point.due));
  return users;
}

function isFree(users: ReadonlySet<Instant> | undefined, own: Instant): boolean {
  return users === undefined || [...users].every((due) => due === own);
}

/** A point may go in two parts, when what was laid on its full goes in the same plan. */
function joined(earlier: ForgottenPoint | undefined, later: ForgottenPoint): ForgottenPoint {
  return earlier === undefined
    ? later
    : { ...earlier, snapshots: [...earlier.snapshots, ...later.snapshots] };
}

/**
 * A point that no rule holds and that stays all the same is held by the brake, or by a chain that is laid on
 * it.
 */
function markHeld(
  { policy }: Survey,
  verdicts: Map<Instant, RetentionVerdict>,
  forgets: ReadonlyMap<Instant, ForgottenPoint>,
  braked: boolean,
): void {
  for (const [due, verdict] of verdicts) {
    if (verdict.keep || forgets.has(due)) continue;
    const reason: KeepReason = braked
      ? { why: "brake", perMille: policy.brakes.maxForgetPerMille }
      : { why: "chain" };
    verdicts.set(due, { ...verdict, keep: true, reasons: [reason] });
  }
}
