import { formatInstant, minute, parseInstant } from "../../core/base/instant.ts";
import type { Instant } from "../../core/base/instant.ts";
import { ProblemError, type Problem } from "../../core/base/problem.ts";
import type { Snapshot } from "../../core/model/repository/snapshot.ts";
import { findSnapshot } from "./restore.ts";

/** A recovery point as it lies in a repository. */
export interface FoundPoint {
  readonly site: string;
  readonly due: Instant;
  /** What there is of it, at least one. */
  readonly snapshots: readonly Snapshot[];
}

/** How a point is named on a command line: `PS1@2026-11-22T01:30:00Z`. */
export function pointName({ site, due }: Pick<FoundPoint, "site" | "due">): string {
  return `${site}@${formatInstant(due).replace(".000Z", "Z")}`;
}

/**
 * Finds the point that an operator means: by `SITE@INSTANT`, to the minute where that is enough, or by one of
 * its snapshots, named as everywhere; `unreadable` are manifests that may be newer than the newest.
 */
export function findPoint(
  snapshots: readonly Snapshot[],
  reference: string,
  unreadable: readonly string[] = [],
): FoundPoint {
  const [, site, time] = /^([^/@]+)@(.*)$/.exec(reference) ?? [];
  if (site === undefined || time === undefined)
    return pointOf(snapshots, findSnapshot(snapshots, reference, unreadable));
  const at = parseInstant(time.replace(" ", "T"));
  if (at === undefined) throw new ProblemError(notATime(reference, time));
  const own = snapshots.filter((it) => it.site === site.toUpperCase());
  const meant = [...new Set(own.map((it) => it.point))].filter((due) => isMeant(due, at));
  const due = meant.includes(at) ? at : meant[0];
  if (due === undefined) throw new ProblemError(notFound(reference, nearestOf(own, at)));
  if (meant.length > 1 && due !== at) throw new ProblemError(ambiguous(reference, site, meant));
  return pointOf(
    snapshots,
    own.find((it) => it.point === due)!,
  );
}

/** Points are shown to the minute, so they can be named to the minute. */
function isMeant(due: Instant, at: Instant): boolean {
  return due === at || (at % minute === 0 && due >= at && due < at + minute);
}

function pointOf(snapshots: readonly Snapshot[], { site, point }: Snapshot): FoundPoint {
  return { site, due: point, snapshots: snapshots.filter((it) => it.site === site && it.point === point) };
}

function nearestOf(own: readonly Snapshot[], at: Instant): FoundPoint | undefined {
  const distance = (it: Snapshot) => Math.abs(it.point - at);
  const [nearest] = own.toSorted((left, right) => distance(left) - distance(right));
  return nearest && pointOf(own, nearest);
}

function notATime(reference: string, time: string): Problem {
  return {
    code: "option-invalid",
    severity: "error",
    message: `${time === "" ? "Nothing" : time} is no time that states its zone.`,
    where: reference,
    hint: "Write a point as `sitekeep snapshots list` shows it: PS1@2026-11-22T01:30Z.",
  };
}

function notFound(reference: string, nearest: FoundPoint | undefined): Problem {
  const hint =
    nearest === undefined
      ? "`sitekeep snapshots list` shows the points that there are."
      : `The nearest is ${pointName(nearest)}.`;
  const message = `No recovery point is meant by ${reference}.`;
  return { code: "snapshot-not-found", severity: "error", message, where: reference, hint };
}

function ambiguous(reference: string, site: string, dues: readonly Instant[]): Problem {
  return {
    code: "snapshot-not-found",
    severity: "error",
    message: `${dues.length} recovery points are of that minute.`,
    where: reference,
    hint: `Name one: ${dues.map((due) => pointName({ site: site.toUpperCase(), due })).join(", ")}.`,
  };
}
