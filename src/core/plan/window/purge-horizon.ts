import type { Instant } from "../../base/instant.ts";
import type { DatabaseWindowFacts } from "../../model/observation.ts";

/**
 * What dated looks at one database prove about its purging. Both functions speak of the time on the
 * database's own clock, since that is what stamps its commits and what they expire by. Looks are given in
 * order, each with a setting.
 *
 * Between two looks the worse of both settings may have held all along, and the clock may have been as far
 * ahead as in the worse of both. A setting that came and went between them is not seen here: versions tell of
 * that.
 */

/** Commits up to this time may be gone since the last of the looks, or before. */
export function purgedUpTo(looks: readonly DatabaseWindowFacts[]): Instant {
  return looks.slice(1).reduce((worst, later, at) => {
    const earlier = looks[at]!;
    const seenAt = later.readAt + Math.max(earlier.clockOffsetMs, later.clockOffsetMs);
    const isOff = earlier.changeTracking === "off" || later.changeTracking === "off";
    const keptMs = isOff ? 0 : Math.min(earlier.retentionMs ?? 0, later.retentionMs ?? 0);
    // What was purged stays purged: a retention that was raised counts from the look that saw it.
    return Math.max(worst, seenAt - keptMs);
  }, -Infinity);
}

/**
 * The earliest time that a commit can carry which was made after the given instant of ours. The first look
 * counts from that instant on.
 */
export function earliestCommitAfter(received: Instant, looks: readonly DatabaseWindowFacts[]): Instant {
  return looks.reduce((earliest, look, at) => {
    const from = at === 0 ? received : Math.max(received, look.readAt);
    const next = looks[at + 1] ?? look;
    return Math.min(earliest, from + Math.min(look.clockOffsetMs, next.clockOffsetMs));
  }, Infinity);
}
