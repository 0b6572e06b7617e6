import { formatMinute } from "../../base/instant.ts";
import type { WaitingCaptures, QuietSpell } from "../../model/policy/blackout.ts";

/**
 * Whose wish keeps captures from beginning, and until when: `a blackout (stock-taking) until 2026-12-27
 * 00:00Z`.
 */
export function quietWords({ by, why, until }: QuietSpell): string {
  const what = by === "blackout" ? "a blackout" : "the hours of the site's own backup task";
  return `${what}${why === undefined ? "" : ` (${why})`} until ${formatMinute(until)}`;
}

/** What waits for the end of quiet hours, and what does not: one sentence each. */
export function waitingWords(quiet: WaitingCaptures): readonly string[] {
  const { waiting, through } = quiet;
  return [
    ...(waiting.length > 0 ? [`Waiting for the end of ${quietWords(quiet)}: ${waiting.join(", ")}.`] : []),
    ...(through.length > 0
      ? [`In ${quietWords(quiet)}, and not waiting for its end: ${through.join(", ")}.`]
      : []),
  ];
}
