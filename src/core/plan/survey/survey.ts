import { given } from "../../base/given.ts";
import type { Instant } from "../../base/instant.ts";
import type { QuietSpell } from "../../model/policy/blackout.ts";
import type { DatabaseCopy } from "../../model/database-copy.ts";
import { factsOf } from "../../model/observation.ts";
import type { Observation } from "../../model/observation.ts";
import { databaseSource } from "../../kinds/database-source.ts";
import type { ResolvedPolicy } from "../../model/policy/resolved-policy.ts";
import type { RecoveryPoint, Snapshot } from "../../model/repository/snapshot.ts";
import type { Source } from "../../model/policy/source.ts";
import type { WindowVerdict } from "../../model/window.ts";
import { judgeWindow } from "../window/judge-window.ts";
import { newestCopies } from "../window/database-copies.ts";
import type { NewestCopies } from "../window/database-copies.ts";
import { makeSeries, newestBySource } from "../points/points.ts";
import type { Series } from "../points/points.ts";
import { futureToleranceMs } from "../retention/retention.ts";
import { quietAt } from "../calendar/quiet-hours.ts";
import type { QuietHours } from "../calendar/quiet-hours.ts";
import { quietHoursAt } from "../calendar/site-task.ts";
import { currentDue, nextStartAfter } from "../calendar/starts.ts";
import { siteDatabaseLook } from "../../model/facts/site-database.ts";

/** One policy with what is known of its site, put in order: what every decision looks at. */
export interface Survey {
  readonly policy: ResolvedPolicy;
  readonly observed: Observation;
  readonly now: Instant;
  readonly series: Series;
  /** The points without those of the future, oldest first. */
  readonly present: readonly RecoveryPoint[];
  /** The newest usable snapshot of each source, of present points. */
  readonly newest: ReadonlyMap<string, Snapshot>;
  /** The newest point that the schedule asks for; its captures have been started or should be now. */
  readonly due?: Instant;
  /** What keeps captures from beginning: blackouts of the policy, and the hours of the site's own task. */
  readonly quiet: QuietHours;
  /** Set while it does. */
  readonly quietSpell?: QuietSpell;
  /** When the captures of the next point start. */
  readonly nextStart?: Instant;
  /** The source that holds the site database: native or watched, else the task's set. */
  readonly database?: Source;
  readonly newestCopy?: DatabaseCopy;
  readonly newestVerifiedCopy?: DatabaseCopy;
  readonly window: WindowVerdict;
}

/** Puts in order what is known of a policy's site at an instant. */
export function surveySite(policy: ResolvedPolicy, observed: Observation, now: Instant): Survey {
  const series = makeSeries(policy, observed.snapshots);
  const present = series.points.filter((point) => point.due <= now + futureToleranceMs);
  const snapshots = present.flatMap((point) => point.snapshots);
  const database = databaseSource(policy);
  const { newest: newestCopy, newestVerified: newestVerifiedCopy }: NewestCopies =
    database === undefined ? {} : newestCopies(database, snapshots, { series, observed });
  const quiet = quietHoursAt(policy, observed);
  const quietSpell = quietAt(quiet, now);
  const due = currentDue(policy, quiet, now);
  const nextStart = nextStartAfter(policy, now, quiet);

  return {
    policy,
    observed,
    now,
    series,
    present,
    newest: newestBySource(snapshots, series.usable),
    quiet,
    ...given({ quietSpell, due, nextStart, database, newestCopy, newestVerifiedCopy }),
    window: judgeKnown(policy, observed, newestVerifiedCopy ?? newestCopy, now),
  };
}

/** The copy that the verdict on the window is about. */
export function judgedCopy({ newestCopy, newestVerifiedCopy }: Survey): DatabaseCopy | undefined {
  return newestVerifiedCopy ?? newestCopy;
}

/**
 * A policy without the database promises nothing about it. Without the repository no copy is known, which is
 * not the same as that there is none.
 */
function judgeKnown(
  policy: ResolvedPolicy,
  observed: Observation,
  copy: DatabaseCopy | undefined,
  now: Instant,
): WindowVerdict {
  if (databaseSource(policy) === undefined)
    return { state: "none", basis: "no database", because: "This policy does not hold the site database." };
  const verdict = judgeWindow(policy, observed.window, copy, now);
  if (observed.repositoryProblem === undefined || verdict.state === "none") return verdict;
  return {
    state: "not-proven",
    basis: verdict.basis,
    because: "The repository can't be read, so no copy is known.",
  };
}

/** The database in a point, as old as its newest usable snapshot there. */
export function databaseIn(
  { database }: Survey,
  { usable }: Series,
  point: RecoveryPoint,
): Snapshot | undefined {
  if (database === undefined) return undefined;
  return point.snapshots.findLast((it) => it.source === database.name && usable.has(it.id));
}

/** The base that the server would lay a differential on, where all files name one. */
export function differentialBase(observed: Observation, source: string): string | undefined {
  return siteDatabaseLook.get(factsOf(observed, source), "differentialBases")?.join(", ");
}
