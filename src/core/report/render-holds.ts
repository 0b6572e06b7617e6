import { formatMinute } from "../base/instant.ts";
import type { Hold } from "../model/repository/hold.ts";
import { countWords } from "./words/count-words.ts";

/** A point that is held now. */
export interface HeldPoint {
  /** The point as it is named on a command line: `PS1@2026-11-22T01:30:00Z`. */
  readonly name: string;
  readonly repository: string;
  readonly hold: Hold;
}

/** Says what a new hold does, and how it is ended. */
export function renderHold({ name, repository, hold }: HeldPoint): string {
  const count = countWords(hold.snapshots.length, "snapshot");
  return [
    `Held ${name} in ${repository}: ${count}, and what joins the point later.`,
    `It stays whatever the rules say, until \`sitekeep snapshots release ${name}\`.`,
  ].join("\n");
}

/** Says of one hold since when it is, by whom, and why. */
export function holdWords({ at, by, note }: Hold): string {
  return `since ${formatMinute(at)}, on ${by}: ${note}`;
}
