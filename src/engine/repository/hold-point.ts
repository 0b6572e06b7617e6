import { formatMinute } from "../../core/base/instant.ts";
import { ProblemError, type Problem } from "../../core/base/problem.ts";
import type { Hold, Holds, Release } from "../../core/model/repository/hold.ts";
import { heldBy } from "../../core/plan/points/held-points.ts";
import type { Repository } from "../../store/repository.ts";
import { pointName, type FoundPoint } from "./find-point.ts";
import type { Session } from "../session/session.ts";

/**
 * Files the word that a point stays. Somebody may have been about to forget it: so it is looked for again
 * afterwards.
 */
export async function holdPoint(
  session: Session,
  repository: Repository,
  { point, note }: { readonly point: FoundPoint; readonly note: string },
): Promise<Hold> {
  const hold = await repository.addHold({
    at: session.now(),
    by: session.world.machine.identity,
    note,
    site: point.site,
    snapshots: point.snapshots.map((it) => it.id),
  });
  const { snapshots } = await repository.snapshots();
  const left = new Set(snapshots.map((it) => it.id));
  const gone = hold.snapshots.filter((id) => !left.has(id));
  if (gone.length > 0) throw new ProblemError(tooLate(point, gone));
  return hold;
}

/** The holds that keep a point now. A problem where there is none, which says whether there was one. */
export function requireHeld(holds: Holds, point: FoundPoint): readonly Hold[] {
  const living = heldBy(holds.living, point.snapshots)(point);
  if (living.length > 0) return living;
  const ended = new Set(heldBy(holds.released, point.snapshots)(point).map((it) => it.id));
  const releases = holds.released.filter((it) => ended.has(it.id)).map((it) => it.released);
  const [last] = releases.toSorted((left, right) => right.at - left.at);
  throw new ProblemError(notHeld(point, last));
}

/** Ends holds, each by an object of its own: that there were holds, why, and until when stays on record. */
export async function releaseHolds(
  session: Session,
  repository: Repository,
  { holds, note }: { readonly holds: readonly Hold[]; readonly note: string },
): Promise<readonly Release[]> {
  const word = { at: session.now(), by: session.world.machine.identity, note };
  const releases = holds.map(({ id }) => ({ ...word, releases: id }));
  for (const release of releases) await repository.addRelease(release);
  return releases;
}

function tooLate(point: FoundPoint, gone: readonly string[]): Problem {
  return {
    code: "hold-too-late",
    severity: "error",
    message: `${gone.join(", ")} went while the point was being held.`,
    where: pointName(point),
    hint: "A forget on another machine had just looked. `sitekeep snapshots list` shows what is left of the point: that is held. Hold another one as well.",
  };
}

function notHeld(point: FoundPoint, last: Release | undefined): Problem {
  const why = last && (last.note === "" ? "" : `: ${last.note}`);
  return {
    code: "point-not-held",
    severity: "error",
    message:
      last === undefined
        ? `${pointName(point)} is not held.`
        : `${pointName(point)} was released already, at ${formatMinute(last.at)} on ${last.by}${why}.`,
    where: pointName(point),
    hint: "`sitekeep snapshots list` marks the points that are held; `sitekeep snapshots explain` says why others stay.",
  };
}
