import { outsideFacts } from "../outside/catalogue.ts";
import { isBelief } from "../outside/outside-fact.ts";
import type { AskedFact } from "../model/asked-fact.ts";
import { countWords } from "./words/count-words.ts";
import type { Paint } from "./words/paint.ts";

/** What a database answered: counts, then what differs, then what it could not be asked, with the reasons. */
export function renderSelftest(title: string, facts: readonly AskedFact[], paint: Paint): readonly string[] {
  const of = (found: AskedFact["found"]) => facts.filter((it) => it.found === found);
  const differs = of("differs");
  const reasons = Map.groupBy(of("not-asked"), ({ note }) => note ?? "");
  return [
    paint("bold", title),
    `  ${countWords(of("confirmed").length, "fact")} confirmed, ${differs.length} differ, ${of("not-asked").length} not asked, ${of("not-seen").length} not seen here`,
    ...differs.map((it) => `  ${paint("bad", "differs")}  ${differenceWords(it)}`),
    ...[...reasons].map(
      ([note, facts]) => `  ${paint("warn", "not asked")}  ${countWords(facts.length, "fact")}: ${note}`,
    ),
  ];
}

/** What differs, and whether anybody had told otherwise. */
function differenceWords({ id, note }: AskedFact): string {
  const told = outsideFacts.find((it) => it.id === id);
  const belief = told !== undefined && isBelief(told) ? " (a belief of ours)" : "";
  return `${id}${belief}${note === undefined ? "" : `: ${note}`}`;
}
