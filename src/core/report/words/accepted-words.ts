import type { AcceptedRisk } from "../../model/policy/acceptance.ts";
import type { Paint } from "./paint.ts";

/**
 * What was accepted, why, and until when: `PS1 has …: SUSDB of sup01 (It is synchronised again; until
 * 2027-06-01)`.
 */
export function acceptedWords({ message, because, until }: AcceptedRisk): string {
  const end = until === undefined ? "" : `; until ${until}`;
  return `${withoutStop(message)} (${withoutStop(because)}${end})`;
}

/** A line for each accepted risk; none where nothing is. */
export function acceptedLines(
  accepted: readonly AcceptedRisk[] | undefined,
  paint: Paint,
): readonly string[] {
  return (accepted ?? []).map((it) => paint("dim", `accepted  ${acceptedWords(it)}`));
}

function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, "");
}
