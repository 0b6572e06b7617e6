import { formatMinute } from "../base/instant.ts";
import type { HeldCaptures, Hold } from "../model/blackout.ts";

/** Whose wish keeps captures from beginning, and until when: `a blackout (stock-taking) until 2026-12-27 00:00Z`. */
export function holdWords({ by, why, until }: Hold): string {
  const what = by === "blackout" ? "a blackout" : "the hours of the site's own backup task";
  return `${what}${why === undefined ? "" : ` (${why})`} until ${formatMinute(until)}`;
}

/** What waits for the end of quiet hours, and what does not: one sentence each. */
export function heldWords(held: HeldCaptures): readonly string[] {
  const { waiting, through } = held;
  return [
    ...(waiting.length > 0 ? [`Waiting for the end of ${holdWords(held)}: ${waiting.join(", ")}.`] : []),
    ...(through.length > 0
      ? [`In ${holdWords(held)}, and not waiting for its end: ${through.join(", ")}.`]
      : []),
  ];
}
