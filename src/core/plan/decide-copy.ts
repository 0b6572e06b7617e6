import type { Instant } from "../base/instant.ts";
import type { CopyObservation } from "../model/observation.ts";
import type { CopyAction, ForgetCopyAction } from "../model/plan.ts";
import type { ResolvedPolicy } from "../model/policy/resolved-policy.ts";
import type { KeepReason } from "../model/retention-verdict.ts";
import type { Snapshot, SnapshotId } from "../model/repository/snapshot.ts";
import { copiesOf, observedFromCopies, policyForCopies } from "./survey/copy-survey.ts";
import { decideForgets, judgeSeries } from "./decide-forget.ts";
import { factName } from "./facts.ts";
import { chainOf, hasFailed, makeSeries } from "./points/points.ts";
import type { Series } from "./points/points.ts";
import { surveySite } from "./survey/survey.ts";
import type { Survey } from "./survey/survey.ts";

/** What is to be copied of one point, each snapshot behind what it is laid on. */
interface WantedPoint {
  readonly due: Instant;
  readonly snapshots: readonly Snapshot[];
}

/** Which copies are planned. */
export interface CopyChoice {
  /** Only those in this repository. */
  readonly to?: string;
}

/**
 * Decides what each repository of copies lacks, newest point first, and what it lets go, as if the expected
 * snapshots of the plan's captures were already there. A point is copied when the retention there would keep
 * it, so that nothing is copied to be forgotten. A repository that can't be read is a risk and no step.
 */
export function decideCopies(
  survey: Survey,
  expected: readonly Snapshot[],
  { to }: CopyChoice = {},
): readonly (CopyAction | ForgetCopyAction)[] {
  const { policy, observed } = survey;
  const goals = copiesOf(policy, to);
  if (goals.length === 0) return [];
  const main = makeSeries(policy, withExpected(observed.snapshots, expected));
  const fresh = new Set(expected.map((it) => it.id).filter((id) => !survey.series.byId.has(id)));
  return goals.flatMap(({ repository: { name } }) => {
    const seen = observed.copies?.find((it) => it.repository === name);
    if (seen === undefined || seen.problem !== undefined) return [];
    const wanted = wantedPoints(survey, main, seen);
    return [
      ...wanted.map((it) => copyAction(survey, name, it, fresh)),
      ...forgetActions(survey, seen, wanted),
    ];
  });
}

interface Sides {
  readonly main: readonly Snapshot[];
  readonly there: readonly Snapshot[];
}

/**
 * What a repository lacks of a point, each snapshot behind what it is laid on: what `apply` copies of what is
 * there by then. Damaged snapshots are not copied.
 */
export function missingCopies(
  policy: ResolvedPolicy,
  due: Instant,
  { main, there }: Sides,
): readonly Snapshot[] {
  return lackedOf(makeSeries(policy, main), due, readWell(there));
}

function withExpected(snapshots: readonly Snapshot[], expected: readonly Snapshot[]): readonly Snapshot[] {
  const replaced = new Set(expected.map((it) => it.id));
  return [...snapshots.filter((it) => !replaced.has(it.id)), ...expected];
}

function wantedPoints(survey: Survey, main: Series, seen: CopyObservation): readonly WantedPoint[] {
  const { now } = survey;
  const done = new Set(readWell(seen.snapshots));
  const both = bothSides(main, seen.snapshots, now);
  const observed = observedFromCopies(survey.observed, seen.repository, both);
  const there = surveySite(policyForCopies(survey.policy, seen.repository), observed, now);
  const kept = judgeSeries(there, there.series).filter((it) => it.reasons.some(isWorthCopying));
  return kept.flatMap(({ due }) => {
    const snapshots = lackedOf(main, due, done);
    for (const { id } of snapshots) done.add(id);
    return snapshots.length === 0 ? [] : [{ due, snapshots }];
  });
}

/**
 * Reasons that keep what is there and bring nothing. Copied for them, a point would come back as soon as it
 * was old enough to have been let go.
 */
const keepsOnly: ReadonlySet<KeepReason["why"]> = new Set([
  "newest-verified-inside",
  "newest-verified-outside",
  "newest-unverified-inside",
  "future",
  "hold",
  "hold-unreadable",
  "history-unreadable",
]);

function isWorthCopying({ why }: KeepReason): boolean {
  return !keepsOnly.has(why);
}

/** What there will be when everything is copied: retention is asked of that. */
function bothSides(main: Series, there: readonly Snapshot[], now: Instant): readonly Snapshot[] {
  const ids = new Set(there.map((it) => it.id));
  const toCome = [...main.byId.values()].filter((it) => main.usable.has(it.id) && !ids.has(it.id));
  return [...there, ...toCome.map((it) => asCopied(it, now))];
}

function lackedOf({ points, byId, usable }: Series, due: Instant, done: ReadonlySet<SnapshotId>): Snapshot[] {
  const members = points.find((point) => point.due === due)?.snapshots ?? [];
  const needed = members.filter((it) => usable.has(it.id)).flatMap((it) => chainOf(it, byId).toReversed());
  return [...new Set(needed)].filter((it) => !done.has(it.id));
}

/**
 * Copies that were read back and found whole. One that was not read yet is looked at again, and one that does
 * not read back is written again.
 */
function readWell(there: readonly Snapshot[]): ReadonlySet<SnapshotId> {
  const read = there.filter((it) => it.proofs.some((proof) => proof.level !== "written") && !hasFailed(it));
  return new Set(read.map((it) => it.id));
}

function copyAction(
  { policy }: Survey,
  to: string,
  { due, snapshots }: WantedPoint,
  fresh: ReadonlySet<SnapshotId>,
): CopyAction {
  const { code } = policy.site;
  const here = snapshots.filter((it) => !fresh.has(it.id)).map((it) => it.id);
  return {
    do: "copy",
    to,
    point: due,
    snapshots: here,
    expected: snapshots.length - here.length,
    restsOn: [factName.point(code, due), factName.copy(code, due, to)],
  };
}

/** By the same rules, guards and brake as in the repository of the policy. */
function forgetActions(
  { policy, observed, now }: Survey,
  seen: CopyObservation,
  wanted: readonly WantedPoint[],
): readonly ForgetCopyAction[] {
  const from = seen.repository;
  const { code } = policy.site;
  const there = surveySite(
    policyForCopies(policy, from),
    observedFromCopies(observed, from, seen.snapshots),
    now,
  );
  const copied = wanted.flatMap((it) => it.snapshots).map((it) => asCopied(it, now));
  return decideForgets(there, copied).forgets.map((point) => ({
    do: "forget-copy",
    from,
    point: point.due,
    snapshots: point.snapshots,
    because: { why: point.complete ? "beyond-retention" : "incomplete", detail: point.fallen.join("; ") },
    restsOn: [factName.copy(code, point.due, from), factName.copyHolds(code, point.due, from)],
  }));
}

/** A snapshot as its copy will be when it went well: read back. */
function asCopied(snapshot: Snapshot, now: Instant): Snapshot {
  return { ...snapshot, proofs: [{ level: "read", result: "passed", at: now, note: "expected" }] };
}
