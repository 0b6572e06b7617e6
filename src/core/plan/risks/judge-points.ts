import type { DurationMs } from "../../base/instant.ts";
import { pointPartOf } from "../../kinds/catalogue.ts";
import type { PointFlaw, PointSkew, PointVerdict } from "../../model/point-verdict.ts";
import type { ResolvedPolicy } from "../../model/policy/resolved-policy.ts";
import type { RecoveryPoint, Snapshot } from "../../model/repository/snapshot.ts";
import { isComplete, makeSeries } from "../points/points.ts";
import type { Series } from "../points/points.ts";
import { isHeldCopy, isSet, keyFlaws, mediaFlaws, proofFlaws } from "./point-needs.ts";

/**
 * Until a policy says otherwise. The database is captured first and the registry straight after it, so what
 * lies between them is a backup of the database: hours for a very large one, and never most of a day.
 */
export const defaultMaxSkewMs: DurationMs = 6 * 3_600_000;

/** Judges one point of a series from all that its snapshots, and those of other points, hold together. */
export function judgePoint(
  { policy, series }: { readonly policy: string; readonly series: Series },
  point: RecoveryPoint,
  maxSkewMs: DurationMs,
): PointVerdict {
  const parts = point.snapshots.filter((it) => series.usable.has(it.id));
  const skew = skewOf(parts, maxSkewMs);
  const [no, unknown] = flawsOf(point, parts, series);
  const lacks = lackedParts(parts);
  return {
    site: point.site,
    policy,
    due: point.due,
    complete: isComplete(point),
    missing: point.missing,
    verified: point.verified,
    ...(skew && { skew }),
    restorable: no.length > 0 ? "no" : unknown.length > 0 ? "unknown" : "yes",
    because: [...no, ...unknown],
    ...(lacks.length > 0 && { lacks }),
  };
}

/**
 * Judges every point of a repository, oldest first. A policy that is known says what its points need; of the
 * others their snapshots do.
 */
export function judgePoints(
  snapshots: readonly Snapshot[],
  policies: readonly ResolvedPolicy[],
): readonly PointVerdict[] {
  const owners = Map.groupBy(snapshots, (it) => JSON.stringify([it.site, it.policy]));
  return [...owners.values()]
    .flatMap((own) => {
      const [{ site, policy: name }] = own as [Snapshot];
      const known = policies.find((it) => it.name === name && it.site.code === site);
      const sources = [...new Set(own.flatMap((it) => [it.source, ...(it.pointSources ?? [])]))].map(
        (source) => ({ name: source }),
      );
      const series = makeSeries(known ?? { name, site: { code: site }, sources }, own);
      const maxSkewMs = known?.objectives.maxSkewMs ?? defaultMaxSkewMs;
      return series.points.map((point) => judgePoint({ policy: name, series }, point, maxSkewMs));
    })
    .sort((left, right) => left.due - right.due || (left.site < right.site ? -1 : 1));
}

/**
 * The registry and the files of the site server note how far they had come in the database. Of several copies
 * of the database (a full and its differentials) the one that fits best counts: whoever recovers may choose
 * it.
 */
function skewOf(parts: readonly Snapshot[], maxSkewMs: DurationMs): PointSkew | undefined {
  const databases = parts.filter(isHeldCopy);
  const fitting = parts.filter((it) => pointPartOf(it.kind).fitsDatabase);
  if (databases.length === 0 || fitting.length === 0) return undefined;
  const newest = [...Map.groupBy(fitting, (it) => it.source).values()].map((of) => of.at(-1)!);
  const [worst] = newest
    .map((it) => ({ it, ms: Math.min(...databases.map((copy) => Math.abs(copy.asOf - it.asOf))) }))
    .sort((left, right) => right.ms - left.ms);
  const { it, ms } = worst!;
  return { ms, between: [databases[0]!.source, it.source], tooFar: ms > maxSkewMs };
}

/** What the newest snapshot of each source says that it lacks. */
function lackedParts(parts: readonly Snapshot[]): NonNullable<PointVerdict["lacks"]> {
  const newest = [...Map.groupBy(parts, (it) => it.source).values()].map((of) => of.at(-1)!);
  return newest.flatMap(({ source, kind, facts }) => {
    const lacked = pointPartOf(kind).lacks?.(facts) ?? [];
    return lacked.length === 0 ? [] : [{ source, parts: lacked }];
  });
}

type Flaws = readonly [no: readonly PointFlaw[], unknown: readonly PointFlaw[]];

function flawsOf(point: RecoveryPoint, parts: readonly Snapshot[], series: Series): Flaws {
  const copy = parts.findLast(isHeldCopy);
  const usable = [...series.byId.values()].filter((it) => series.usable.has(it.id));
  const keys = keyFlaws(parts, usable);
  const [no, unknown] = copy === undefined ? flawsWithout(point, parts) : flawsOfCopy(copy, parts, usable);
  return [
    [...no, ...keys.no],
    [...unknown, ...keys.unknown],
  ];
}

function flawsWithout(point: RecoveryPoint, parts: readonly Snapshot[]): Flaws {
  return parts.some(isSet) ? [[], []] : databaseFlaws(point, parts);
}

function flawsOfCopy(copy: Snapshot, parts: readonly Snapshot[], usable: readonly Snapshot[]): Flaws {
  const { no, unknown } = mediaFlaws(copy, parts, usable);
  return [no, [...proofFlaws(copy), ...unknown]];
}

function databaseFlaws({ snapshots }: RecoveryPoint, parts: readonly Snapshot[]): Flaws {
  const said = (words: string): readonly PointFlaw[] => [{ of: "database", words }];
  if (parts.some((it) => pointPartOf(it.kind).database === "copy"))
    return [[], said("its database is kept by another tool, which nobody asked")];
  const broken = snapshots.some((it) => pointPartOf(it.kind).database !== undefined);
  if (!broken) return [said("it holds no copy of the site database"), []];
  return [said("its copy of the database is damaged, or what it is laid on is gone"), []];
}
