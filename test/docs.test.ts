import { existsSync, globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { commandTable } from "../src/cli/command-table.ts";
import { kindOf, sourceKinds } from "../src/core/kinds/catalogue.ts";
import { exitCode } from "../src/cli/command/exit-code.ts";
import { relations } from "../src/core/outside/catalogue.ts";
import * as rights from "../src/core/outside/facts/right.ts";
import { problemCodes } from "../src/core/base/problem-codes.ts";
import { readMachineFile } from "../src/core/policy/read-machine-file.ts";
import { readPolicies } from "../src/core/policy/read-policies.ts";

test("docs/problems.md explains every problem code once, and no other", () => {
  const text = readFileSync("docs/problems.md", "utf8");
  const explained = [...text.matchAll(/^### `?([a-z0-9-]+)`?$/gm)].map((match) => match[1]!);
  expect([...explained].sort()).toEqual([...problemCodes].sort());
  expect(twinsOf(problemCodes)).toEqual([]);
});

function twinsOf(words: readonly string[]): readonly string[] {
  return words.filter((word, at) => words.indexOf(word) !== at);
}

test("each explanation says what it means and what to do", () => {
  const sections = readFileSync("docs/problems.md", "utf8").split(/^### /m).slice(1);
  const thin = sections.filter((it) => !/\n\n\S.{20}/.test(it) || !/\*\*Cure:\*\* \S/.test(it));
  expect(thin.map((it) => it.split("\n")[0])).toEqual([]);
});

test("docs/policy.md has a row for each kind of source, and for each that is there unasked", () => {
  const text = readFileSync("docs/policy.md", "utf8");
  const kinds = [...text.matchAll(/^\| `([a-z-]+)` \| `[a-z]/gm)].map(([, kind]) => kind);
  const defaults = [...text.matchAll(/^\| `(\w+)` \| `([a-z-]+)` \|/gm)].map(([, ...row]) => row);
  const named = sourceKinds.flatMap((kind) => kindOf(kind).byDefault ?? []);
  expect(sourceKinds.filter((it) => !kinds.includes(it))).toEqual([]);
  expect(
    defaults
      .filter(([name]) => named.includes(name!))
      .map(([name]) => name)
      .sort(),
  ).toEqual(named.sort());
});

test("docs/commands.md names every command, and no other", () => {
  const table = readFileSync("docs/commands.md", "utf8").split("| command | does |")[1]!.split("\n\n")[0]!;
  const named = [...table.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell]) => commandsIn(cell!));
  expect([...new Set(named)].sort()).toEqual(commandTable.map((it) => it.name).sort());
});

/** `lab create`, `start` are two commands; arguments are written in capitals, and options with dashes. */
function commandsIn(cell: string): readonly string[] {
  const groups = [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text!.split(/ (?=\[?[A-Z]|-)/)[0]!);
  const [group] = groups[0]?.split(" ") ?? [];
  return groups.map((text) => (groups[0]!.includes(" ") && !text.includes(" ") ? `${group} ${text}` : text));
}

test("docs/commands.md says of each exit code which commands end with it", () => {
  const table = readFileSync("docs/commands.md", "utf8")
    .split("| code | of | meaning |")[1]!
    .split("\n\n")[0]!;
  const told = [...table.matchAll(/^\| (\d+) \| (.*?) \|/gm)].map(([, code, of]) => ({
    code: Number(code),
    of: [...of!.matchAll(/`([a-z]+(?:[ -][a-z]+)*)/g)].map(([, name]) => name!.trim()).sort(),
  }));
  const ending = Object.values(exitCode).map((code) => ({
    code,
    of: commandTable
      .filter((it) => it.alsoEndsWith === code)
      .map((it) => it.name)
      .sort(),
  }));
  expect(told).toEqual(ending);
});

test("docs/json.md names every document that a command prints, and no other", () => {
  const code = globSync("src/cli/**/*.ts").map((file) => readFileSync(file, "utf8"));
  const printed = code.flatMap((text) => [...text.matchAll(/"(sitekeep\/[a-z]+\/v1)"/g)].map((it) => it[1]!));
  const told = [...readFileSync("docs/json.md", "utf8").matchAll(/`(sitekeep\/[a-z]+\/v1)`/g)];
  // A plan is printed as it is: its version stands where it is made.
  expect(new Set(told.map((it) => it[1]!))).toEqual(new Set([...printed, "sitekeep/plan/v1"]));
});

test("every document that the code names is there", () => {
  const code = globSync(["src/**/*.ts", "packages/*/src/**/*.ts", "scripts/**/*.ts", "test/**/*.ts"]);
  const named = code.flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/^ *(?:\/\/|\/?\*).*?$|(?<=\s)\/\/ .*$/gm)].flatMap(([comment]) =>
      [...comment.matchAll(/[\w./-]+\.md\b/g)].map(([path]) => ({ file, path })),
    ),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ path }) => !existsSync(path)).map(({ file, path }) => `${file}: ${path}`)).toEqual(
    [],
  );
});

test("a doc begins with what it speaks of, and not with a pronoun", () => {
  const riddle =
    /^(Those|These|That|This(?! machine)|Its?|They|Their|Them|The same|As (?!a |an )|(Whether|When|Where|What|How) (it|they)\b)/;
  const docs = globSync(["src/**/*.ts", "packages/*/src/**/*.ts"]).flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/\/\*\*[\s*]*(.*)/g)].map(([, begin]) => `${file}: ${begin}`),
  );
  expect(docs.length).toBeGreaterThan(2_000);
  expect(docs.filter((it) => riddle.test(it.split(": ").slice(1).join(": ")))).toEqual([]);
});

test("the glossary's words of the store are words of its code", () => {
  const table = readFileSync("docs/glossary.md", "utf8").split("## The store")[1]!.split("\n## ")[0]!;
  const words = [...table.matchAll(/\*\*([^*]+)\*\*/g)].flatMap(([, cell]) => cell!.split(", "));
  const code = globSync("src/store/**/*.ts").map((file) => readFileSync(file, "utf8"));
  expect(words.length).toBeGreaterThan(20);
  expect(words.filter((word) => !code.some((text) => new RegExp(`\\b${word}`, "i").test(text)))).toEqual([]);
});

test("each command of the pages is one, with options that it has", () => {
  const wrong = ["README.md", ...globSync("docs/*.md")].flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/^ *(?:\$ )?sitekeep ((?:[a-z][a-z-]* ?)+)(.*)$/gm)]
      .filter(([, words, rest]) => !isCommandLine(words!.trim(), rest!))
      .map(([line]) => `${file}: ${line.trim()}`),
  );
  expect(wrong).toEqual([]);
});

function isCommandLine(words: string, rest: string): boolean {
  const spec = commandTable.find(({ name }) => words === name || words.startsWith(`${name} `));
  const options = [...rest.split("#")[0]!.matchAll(/(?<![a-z-])(--[a-z-]+)/g)].map((it) => it[1]!);
  const known = spec?.options.map(({ flags }) => flags.split(" ")[0]!) ?? [];
  return spec !== undefined && options.every((it) => known.includes(it));
}

test("every policy and machine file that the pages show is in order", () => {
  const shown = ["README.md", ...globSync("docs/*.md")].flatMap((file) => yamlOf(file));
  expect(shown.map((it) => it.kind).sort()).toEqual(["machine", "policy"]);
  for (const { kind, text, path } of shown) {
    const { problems } =
      kind === "policy" ? readPolicies([{ path, text }]) : readMachineFile({ path, text }, "cm01");
    expect(problems, path).toEqual([]);
  }
});

function yamlOf(file: string) {
  return [...readFileSync(file, "utf8").matchAll(/^( *)```yaml\n(.*?)^ *```/gms)].map(([, indent, block]) => {
    const text = block!.replaceAll(new RegExp(`^${indent}`, "gm"), "");
    return { path: file, text, kind: text.includes("kind: BackupPolicy") ? "policy" : "machine" };
  });
}

const permissions = readFileSync("docs/permissions.md", "utf8");

/** The last statement gives the right; those before it only lead to where it is given. */
function lastGrant({ grant }: rights.Right): string {
  const statement = grant.split("; ").at(-1)!.replace(/;$/, "");
  return statement.replaceAll("[database]", "[CM_PS1]").replaceAll("[login]", "[DOMAIN\\cm01$]");
}

const plainRights = Object.values(rights)
  .filter((it) => typeof it === "object")
  .filter((it) => it !== rights.everybody);
const certificateRight = rights.exportCertificate("BitLockerManagement_CERT");
const msdbRights = relations.filter(({ at }) => at === "msdb").map(({ right }) => right);

test.each([...plainRights, certificateRight, ...msdbRights])(
  "docs/permissions.md gives the right $title",
  (right) => {
    expect(permissions).toContain(lastGrant(right));
  },
);

test("docs/permissions.md gives the rights on tables of the site database by a role", () => {
  const others = relations.map(({ right }) => lastGrant(right)).filter((it) => !permissions.includes(it));
  expect(others.filter((it) => !/^(nothing|GRANT SELECT ON dbo\.\w+ TO \S+)$/.test(it))).toEqual([]);
  expect(permissions).toContain("USE [CM_PS1];\nGRANT VIEW DEFINITION TO [DOMAIN\\cm01$];");
  expect(permissions).toContain("ALTER ROLE db_datareader ADD MEMBER [DOMAIN\\cm01$];");
});

test("docs/permissions.md asks for no right that nothing uses", () => {
  const wanted = [...permissions.matchAll(/^GRANT ([A-Z ]+?)(?: ON .*?)? TO /gm)].map(([, name]) => name!);
  const used = [...plainRights, certificateRight, ...msdbRights].map(({ grant }) => grant).join(" ");
  expect(wanted.length).toBeGreaterThan(5);
  expect(wanted.filter((name) => !used.includes(`GRANT ${name} `))).toEqual([]);
});
