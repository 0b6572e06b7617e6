import { day, type Instant, minute } from "../../core/base/instant.ts";
import type { Fences } from "../objects/fences.ts";
import type { Manifest } from "../format/manifest.ts";
import { ClockDoubted } from "../objects/repository-errors.ts";

const behindMaxMs = 5 * minute;
const aheadMaxMs = 400 * day;

/**
 * Compares this machine's clock with the latest time in the repository. Nothing that is needed rests on a
 * clock; but one that is wrong would take a young pack for an old one, and end the grace of all that lies in
 * the trash.
 */
export function requireClock(now: Instant, fences: Fences, manifests: readonly Manifest[]): void {
  const times = [
    ...fences.readable.map(({ at }) => at),
    ...manifests.map(({ snapshot }) => snapshot.finishedAt),
  ];
  if (times.length === 0) return;
  const known = times.reduce((latest, at) => Math.max(latest, at));
  if (now < known - behindMaxMs || now > known + aheadMaxMs) throw new ClockDoubted(now, known);
}
