import { format, resolveConfig } from "prettier";
import { outsideFacts } from "../../src/core/outside/catalogue.ts";
import {
  type FactKind,
  isBelief,
  type OutsideFact,
  type Witness,
} from "../../src/core/outside/facts/outside-fact.ts";

const beginning = `# Facts of products that are not ours

Of a site its database is read, its SQL Server, and files that other programs write. What sitekeep takes to be so stands here, each fact once: its name,
its meaning, who tells it, how sure we are, and what sitekeep does where it is otherwise. The page is made from \`src/core/outside\` by
\`npm run outside-facts\`; statements and parsers take their names from there too. \`sitekeep selftest SITE\` asks a real site for each that can be asked, and says why others are not.

A fact that nobody tells is a **belief**. Nothing on this page was seen on a site of our own.
`;

/** docs/outside-facts.md, from the register. */
export async function outsideFactsPage(): Promise<string> {
  const beliefs = outsideFacts.filter(isBelief);
  const byThing = Map.groupBy(outsideFacts, titleOf);
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

/** A table stands with its columns and their numbers; of the rest all of a kind stand together. */
function titleOf({ id, kind }: OutsideFact): string {
  const title = titles[kind];
  if (title !== undefined) return title;
  const [thing = id] = id.split(" = ");
  return kind === "object" ? thing : thing.slice(0, thing.lastIndexOf("."));
}

const titles: Readonly<Partial<Record<FactKind, string>>> = {
  function: "Functions of the site's database",
  "built-in": "Functions of SQL Server",
  property: "Properties of SQL Server",
  "error number": "Error numbers",
  "message id": "Messages of the site",
  "file name": "Files and folders",
  setting: "Settings within files",
  "log line": "Lines of logs",
  layout: "Layouts of files",
  "registry path": "The registry",
  account: "Accounts",
  option: "Options of tools",
  "exit code": "Exit codes of tools",
  WMI: "Classes and methods of WMI",
};

/** What is done otherwise stands once above the table, or in each row where it differs. */
function section(title: string, facts: readonly OutsideFact[], numberOf: (it: Witness) => number): string {
  const otherwise = [...new Set(facts.map((it) => it.otherwise))];
  const isOne = otherwise.length === 1 || titles[facts[0]!.kind] === undefined;
  const head = ["fact", "means", "from", "told by", "sure", ...(isOne ? [] : ["otherwise"])];
  const rows = facts.map((it) => [
    `\`${it.id}\``,
    it.says,
    it.versions ?? "",
    told(it, numberOf),
    `${it.confidence} %`,
    ...(isOne ? [] : [it.otherwise]),
  ]);
  const table = [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.map(cell).join(" | ")} |`);
  return `## ${title}\n\n${isOne ? `Otherwise: ${otherwise.join("; ")}.\n\n` : ""}${table.join("\n")}\n`;
}

function told({ witnesses }: OutsideFact, numberOf: (it: Witness) => number): string {
  return witnesses.length === 0 ? "nobody: a belief" : witnesses.map(numberOf).join(", ");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
