import { outsideFacts } from "../outside/catalogue.ts";
import { type FactKind, isBelief } from "../outside/facts/outside-fact.ts";
import type { AskedFact } from "../model/asked-fact.ts";
import { countWords } from "./words/count-words.ts";
import type { Paint } from "./words/paint.ts";
import { type Column, renderTable } from "./words/table.ts";

const kinds = new Map<string, FactKind>(outsideFacts.map(({ id, kind }) => [id, kind]));

/**
 * What a database or a machine answered: counts, the same by kind, then what differs, then what it could not
 * be asked, with the reasons.
 */
export function renderSelftest(title: string, facts: readonly AskedFact[], paint: Paint): readonly string[] {
  const of = (found: AskedFact["found"]) => facts.filter((it) => it.found === found);
  const reasons = Map.groupBy(of("not-asked"), ({ note }) => note ?? "");
  return [
    paint("bold", title),
    `  ${countWords(of("confirmed").length, "fact")} confirmed, ${of("differs").length} differ, ${of("not-asked").length} not asked, ${of("not-seen").length} not seen here`,
    ...byKind(facts),
    ...of("differs").map((it) => `  ${paint("bad", "differs")}  ${differenceWords(it)}`),
    ...[...reasons].map(
      ([note, facts]) => `  ${paint("warn", "not asked")}  ${countWords(facts.length, "fact")}: ${note}`,
    ),
  ];
}

/** How much of each kind was found so. */
function byKind(facts: readonly AskedFact[]): readonly string[] {
  // A number that a column holds and nobody explains is in no register.
  const rows = [...Map.groupBy(facts, ({ id }) => kinds.get(id) ?? "number")];
  return renderTable(columns, rows).map((line) => `    ${line}`);
}

type Row = readonly [FactKind, readonly AskedFact[]];

const columns: readonly Column<Row>[] = [
  { title: "kind", cell: ([kind]) => kind },
  ...(["confirmed", "other-name", "differs", "not-asked", "not-seen"] as const).map((found): Column<Row> => ({
    title: found.replace("-", " "),
    align: "right",
    cell: ([, facts]) => String(facts.filter((it) => it.found === found).length || "-"),
  })),
];

/** What differs, and whether anybody had told otherwise. */
function differenceWords({ id, note }: AskedFact): string {
  const told = outsideFacts.find((it) => it.id === id);
  const belief = told !== undefined && isBelief(told) ? " (a belief of ours)" : "";
  return `${id}${belief}${note === undefined ? "" : `: ${note}`}`;
}
