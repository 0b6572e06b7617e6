import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readTrees } from "../scripts/measure-house/read-trees.ts";
import { findIdentities } from "./support/find-identities.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

/** Sentences that are looked into, and why that is no identity. */
const allowed: readonly { readonly file: string; readonly text: string; readonly why: string }[] = [
  {
    file: "src/cli/main.ts",
    text: 'fault.message.replace(/^error: /, "")',
    why: "The parser of arguments begins its message with a word that we write ourselves.",
  },
  {
    file: "src/cli/options/hold-note.ts",
    text: "/\\p{Cc}/u.test(note)",
    why: "What an operator has typed is looked at before it is kept.",
  },
  {
    file: "src/cli/world/lab-world.ts",
    text: "message.includes(\"'sitekeep-lab'\")",
    why: "Which module is not installed is told by the loader of Node in its message alone.",
  },
  {
    file: "src/core/base/text-place.ts",
    text: "/^(.*?):(\\d+)(?::(\\d+))?$/s.exec(where)",
    why: "The one reader of what the function beside it writes: a place in a text is an address.",
  },
  {
    file: "src/core/policy/shape/wording.ts",
    text: "/^an? |^the /.test(title)",
    why: "Whether the title of a schema reads as a noun: it becomes a part of a sentence.",
  },
  {
    file: "src/core/policy/yaml/syntax-error.ts",
    text: 'error.message.startsWith("Flow")',
    why: "The YAML library gives two mistakes one code, and tells them apart by its words alone.",
  },
  {
    file: "src/core/report/render-plan.ts",
    text: "reasonWords(before) === words",
    why: "A heading that steps share is printed once: the lines themselves are compared.",
  },
  {
    file: "src/core/report/render-selftest.ts",
    text: 'Map.groupBy(of("not-asked"), ({ note }) => note ?? "")',
    why: "A reason that several facts share is printed once: the lines themselves are compared.",
  },
  {
    file: "src/core/report/words/cures.ts",
    text: "Map.groupBy(problems, (it) => it.hint)",
    why: "A cure that several problems share is printed once: the lines themselves are compared.",
  },
  {
    file: "src/core/report/words/cures.ts",
    text: "to.problem(next).hint === hint",
    why: "As above.",
  },
  {
    file: "src/core/report/words/cures.ts",
    text: "new Set(problems.map((it) => it.where))",
    why: "A sentence that names places names each of them once.",
  },
  {
    file: "src/drivers/access/sql/mssql/mssql-errors.ts",
    text: 'message.replace("Could not connect (parallel)", first.message)',
    why: "The driver of SQL Server hides the cause behind words that say nothing.",
  },
  {
    file: "src/drivers/access/sql/sql-problems.ts",
    text: "cure.says.test(error.message)",
    why: "SQL Server has one number for several refusals, and tells them apart by its words alone.",
  },
  {
    file: "src/store/ingest/read-file.ts",
    text: "/^E[A-Z0-9]+$/.test(code)",
    why: "Whether an error is one of the file system: its code is no code of ours.",
  },
  {
    file: "src/store/ingest/write-file.ts",
    text: "/^E[A-Z0-9]+$/.test(code)",
    why: "As above.",
  },
];

const identities: readonly string[] = [
  "if (problem.message === other.message) return;",
  "if (window.because !== text || text < problem.hint) return;",
  "problems.find((it) => it.message.includes(name));",
  "names.includes(problem.message);",
  "/ could not /.exec(message);",
  "said.has(problem.hint);",
  "table[problem.where];",
  "switch (problem.message) { default: }",
  "Map.groupBy(problems, (it) => `${it.code} ${it.message}`);",
  "new Set(problems.map(({ message }) => message));",
  'problem["message"] === text;',
  'problem.code.startsWith("repository-");',
  "/^repository-/.test(code);",
  'code.split("-");',
];

const mereWords: readonly string[] = [
  "if (problem.message === undefined || note === '' || note.length > 5) return;",
  "const line = `${problem.message} ${problem.hint}`;",
  "lines.push(problem.message); lines.map((it) => it.message).join();",
  "if (problem.code === other.code && codes.has(problem.code)) return;",
  "const { message, hint } = problem; const copy = { ...problem, message: `${message}.`, hint };",
];

test("no sentence and no part of a code is compared, parsed or used as a key", () => {
  const trees = [...readTrees("scripts/measure-house/tsconfig.json", ".")].filter(([file]) =>
    file.startsWith("src/"),
  );
  const found = trees.flatMap(([file, tree]) => findIdentities(file, tree));
  const known = new Set(allowed.map(({ file, text }) => `${file} ${text}`));
  expect(found.filter(({ file, text }) => !known.has(`${file} ${text}`))).toEqual([]);
  const seen = new Set(found.map(({ file, text }) => `${file} ${text}`));
  expect([...known].filter((it) => !seen.has(it))).toEqual([]);
});

test("each sort of such a place is found once, and what only shows a sentence is none", () => {
  const found = countInMade([...identities, ...mereWords]);
  expect(Object.fromEntries(identities.map((it) => [it, found.get(it)]))).toEqual(
    Object.fromEntries(identities.map((it) => [it, 1])),
  );
  expect(Object.fromEntries(mereWords.map((it) => [it, found.get(it)]))).toEqual(
    Object.fromEntries(mereWords.map((it) => [it, 0])),
  );
});

/** How many places are found in each of some texts, which TypeScript reads as files of one project. */
function countInMade(texts: readonly string[]): ReadonlyMap<string, number> {
  const folder = temporaryFolder();
  texts.forEach((text, at) => writeFileSync(join(folder, `${at}.ts`), text));
  const project = join(folder, "tsconfig.json");
  writeFileSync(project, JSON.stringify({ compilerOptions: { noLib: true, types: [] }, include: ["*.ts"] }));
  const trees = readTrees(project, folder);
  return new Map(texts.map((text, at) => [text, findIdentities(`${at}.ts`, trees.get(`${at}.ts`)!).length]));
}
