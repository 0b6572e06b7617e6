import { format, resolveConfig } from "prettier";
import { outsideFacts } from "../../src/core/outside/catalogue.ts";
import { isBelief, type OutsideFact, type Witness } from "../../src/core/outside/outside-fact.ts";

const beginning = `# Facts of products that are not ours

Of a site its database is read, its SQL Server, and files that other programs write. What sitekeep takes to be so stands here, each fact once: its name,
its meaning, who tells it, how sure we are, and what sitekeep does where it is otherwise. The page is made from \`src/core/outside\` by
\`npm run outside-facts\`; statements and parsers take their names from there too. \`sitekeep selftest SITE\` asks a real site for each that can be asked.

A fact that nobody tells is a **belief**. Nothing on this page was seen on a site of our own.
`;

/** docs/outside-facts.md, from the register. */
export async function outsideFactsPage(): Promise<string> {
  const beliefs = outsideFacts.filter(isBelief);
  const byThing = Map.groupBy(outsideFacts, ({ id }) => thingOf(id));
  const witnesses = [...new Set(outsideFacts.flatMap((it) => it.witnesses))];
  const numberOf = (it: Witness) => witnesses.indexOf(it) + 1;
  const text = [
    beginning,
    `${outsideFacts.length} facts, of which ${beliefs.length} are beliefs.\n`,
    ...[...byThing].map(([thing, facts]) => section(thing, facts, numberOf)),
    "## Who tells it\n",
    ...witnesses.map(
      (it, at) => `${at + 1}. ${it.by}: ${it.title}${it.dated === undefined ? "" : ` (${it.dated})`}`,
    ),
  ];
  return format(text.join("\n"), { ...(await resolveConfig("docs/outside-facts.md")), parser: "markdown" });
}

function thingOf(id: string): string {
  const [thing = id] = id.split(" = ");
  const parts = thing.split(".");
  return parts.length > 2 ? parts.slice(0, 2).join(".") : thing;
}

function section(thing: string, facts: readonly OutsideFact[], numberOf: (it: Witness) => number): string {
  const rows = facts.map(
    (it) =>
      `| ${[`\`${it.id}\``, it.says, it.versions ?? "", told(it, numberOf), `${it.confidence} %`].map(cell).join(" | ")} |`,
  );
  const otherwise = [...new Set(facts.map((it) => it.otherwise))].join("; ");
  return `## ${thing}\n\nOtherwise: ${otherwise}.\n\n| fact | means | from | told by | sure |\n|---|---|---|---|---|\n${rows.join("\n")}\n`;
}

function told({ witnesses }: OutsideFact, numberOf: (it: Witness) => number): string {
  return witnesses.length === 0 ? "nobody: a belief" : witnesses.map(numberOf).join(", ");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
