import { describe, expect, test } from "vitest";
import { readYaml } from "../../../../src/core/policy/yaml/read-yaml.ts";
import { isPlace, type Written } from "../../../../src/core/policy/text/written.ts";

describe("a text is read as", () => {
  test.each<readonly [string, readonly unknown[]]>([
    ["a: 1\nb: [x, { c: true }]", [{ a: 1, b: ["x", { c: true }] }]],
    ["a: 1\n---\nb: 2", [{ a: 1 }, { b: 2 }]],
    ["a: 1\n---\n~\n---\n\n---\nb: 2", [{ a: 1 }, { b: 2 }]],
    ["%YAML 1.2\n---\na: 1", [{ a: 1 }]],
    ["{ a, b: , c: null }", [{ a: null, b: null, c: null }]],
    ["? a\n? b", [{ a: null, b: null }]],
    ["-", [[null]]],
    ["1: a\n0x1F: b\ntrue: c\n'': d", [{ 1: "a", "0x1F": "b", true: "c", "": "d" }]],
    ["a: on\nb: no\nc: 0o17\nd: 1e3", [{ a: "on", b: "no", c: 15, d: 1000 }]],
    ["a: !!str 1\nb: !<tag:yaml.org,2002:map> { c: !!bool true }", [{ a: "1", b: { c: true } }]],
    ["a: &x [1, &y 2]\nb: *x\nc: *y", [{ a: [1, 2], b: [1, 2], c: 2 }]],
    ["&x a: *x", [{ a: "a" }]],
  ])("%j", (text, documents) => {
    const read = readYaml({ path: "a.yaml", text });
    expect(read.problems).toEqual([]);
    expect(read.documents.map(plain)).toEqual(documents);
  });
});

test("each value keeps its place and its characters; one that was forgotten has its key's place", () => {
  const text = "site: 001\nlist: [0x1F, ]\nnone:\nflow: { forgotten }\n";
  const told = places(readYaml({ path: "a.yaml", text }).documents[0]!).map(
    ([key, source, start, end]) => `${key}=${source} in ${text.slice(start, end)}`,
  );
  expect(told).toEqual([
    "site=001 in 001",
    "list.0=0x1F in 0x1F",
    "none= in none",
    "flow.forgotten= in forgotten",
  ]);
});

describe("what is no text of a policy is told once and in our words, with nothing of the text", () => {
  const key = "yaml-syntax: A key must be text.";
  const alias =
    "yaml-syntax: An alias `*…` stands here without an anchor `&…` before it, or inside its own anchor.";
  const tag = "yaml-syntax: A YAML tag stands here that policies don't know.";
  const merge = "yaml-merge-key: The merge key `<<` is not part of YAML 1.2, and policies don't know it.";
  const tab = "yaml-syntax: A tab indents this line.";
  const indent = "yaml-syntax: The indentation fits none of the lines above.";
  const lines = "yaml-syntax: A key stretches over several lines.";
  const missing = "yaml-syntax: A quote, bracket, comma or colon is missing here.";
  const bracket = "yaml-syntax: A bracket or brace is not closed, or what is inside it stands too far left.";
  const colon = "yaml-syntax: A second `:` stands in this line, or what follows a key begins wrongly.";
  const escape = "yaml-syntax: A backslash inside double quotes begins an escape that YAML doesn't know.";
  const anchor = "yaml-syntax: An alias or anchor is malformed.";
  const begin = "yaml-syntax: A plain text can't begin with this character.";
  const token = "yaml-syntax: Something stands here that doesn't fit.";
  const noYaml = "yaml-syntax: This is not YAML.";
  test.each<readonly [string, ...(readonly string[])]>([
    [": a", `1:1 ${key}`],
    ["~: a", `1:1 ${key}`],
    ["[a]: b", `1:1 ${key}`],
    ["? { a: b }\n: c", `1:3 ${key}`],
    ["a: 1\nb: 2\na: 3", "3:1 duplicate-key: The key `a` stands here twice."],
    ["'<<': 1", `1:1 ${merge}`],
    ["a: *x\nb: &x 1", `1:4 ${alias}`],
    ["a: &x [*x]", `1:8 ${alias}`],
    ["a: !x b", `1:7 ${tag}`],
    ["a: !!binary aGk=", `1:13 ${tag}`],
    ["a: !<xtag:yaml.org,2002:str> b", `1:30 ${tag}`],
    ["a: !<tag:yaml.org,2002:strx> b", `1:30 ${tag}`],
    ["%YAML 1.1\n---\na: 1", "1:1 yaml-version: The file asks for YAML 1.1."],
    ["a: 1\n...\n%YAML 1.1\n---\nb: 1", "3:1 yaml-version: The file asks for YAML 1.1."],
    ["", "1:1 document-kind: The file holds no document."],
    ["# a: 1", "1:1 document-kind: The file holds no document."],
    ["---\n---\n~\n", "1:1 document-kind: The file holds no document."],
    ["a:\n\tb: 1", `2:1 ${tab}`],
    ["a: |\n  b\n\tc: 1", `3:1 ${indent}`],
    ["a:\n  b: 1\n c: 2", `3:1 ${indent}`],
    ["a: |\n1", `2:1 ${missing}`],
    ["a b\nc: d", `1:1 ${lines}`],
    ["a: 'x", `1:6 ${missing}`],
    ["{ a: b", `1:7 ${missing}`],
    ["a: [b\nc: d", `2:1 ${bracket}`],
    ["a: [b,\n - c]", `2:2 ${bracket}`],
    ["a: b: c", `1:4 ${colon}`],
    ['a: "\\q"', `1:5 ${escape}`],
    ["a: * b", `1:4 ${anchor}`],
    ["a: @b", `1:4 ${begin}`],
    ["a: 'x' y", `1:8 ${token}`],
    ["a: ]", `1:4 ${token}`],
    ["a: &x &y b", `1:7 ${noYaml}`],
    ["[\n\t!<x ]", `2:2 ${noYaml}`],
    ["a: 'x' y\nb: 1\nc: ]\n", `1:8 ${token}`, `3:4 ${token}`],
    ["a: 'x' y 'z'", `1:8 ${token}`],
    ["a: 1\n---\nb: ]\n---\nc: &x &y d", `3:4 ${token}`, `5:7 ${noYaml}`],
  ])("%j", (text, ...told) => {
    expect(problemsOf(text)).toEqual(told);
  });
});

test("of a document with anything wrong nothing is given on, of those beside it all", () => {
  const { documents } = readYaml({ path: "a.yaml", text: "a: 1\na: 2\n---\nb: ]\n---\nc: 3" });
  expect(documents.map(plain)).toEqual([{ c: 3 }]);
});

describe("what is more than a policy needs is told and not looked at further:", () => {
  const deep = "yaml-limits: Maps and lists are nested more than 50 deep.";
  const lists = (count: number) => `${"[".repeat(count)}${"]".repeat(count)}`;
  test.each<readonly [string, string, ...(readonly string[])]>([
    ["fifty lists in one another are few enough", lists(51)],
    ["one more", lists(52), `1:52 ${deep}`],
    [
      "as many through an alias",
      `a: &a ${lists(40)}\nb: ${"[".repeat(20)}*a${"]".repeat(20)}`,
      `1:37 ${deep}`,
    ],
    ["five hundred", lists(500), `1:52 ${deep}`],
    ["so many that the place does not matter", `a: 1\n---\n${lists(501)}`, `2:1 ${deep}`],
    ["as many that nobody closed", `a: 1\n---\n${"{a: ".repeat(501)}`, `2:1 ${deep}`],
    ["as many keys of keys", `a: 1\n---\n${"? ".repeat(501)}`, `2:1 ${deep}`],
    ["a hundred documents are few enough", "---\na: 1\n".repeat(100)],
    ["one more", "---\na: 1\n".repeat(101), "201:1 yaml-limits: The file holds more than 100 documents."],
    ["twenty thousand values are few enough", `[${"1,".repeat(19_999)}]`],
    [
      "one more, and many more",
      `[${"1,".repeat(20_010)}]`,
      "1:40000 yaml-limits: The file holds more than 20,000 values, aliases followed.",
    ],
    ["a hundred aliases are few enough", `- &a 1\n${"- *a\n".repeat(100)}`],
    [
      "one more, and many more",
      `- &a 1\n${"- *a\n".repeat(150)}`,
      "102:3 yaml-limits: The file has more than 100 aliases `*…`.",
    ],
  ])("%s", (_, text, ...told) => {
    const { documents, problems } = readYaml({ path: "a.yaml", text });
    expect(problems.map(tell)).toEqual(told);
    if (told.length === 0) expect(documents.length).toBeGreaterThan(0);
  });

  test("ten problems of a document's syntax, and ten of its keys", () => {
    expect(problemsOf("- @\n".repeat(12))).toHaveLength(10);
    expect(problemsOf("a: 1\n".repeat(13))).toHaveLength(10);
  });

  test("ten characters that fit nowhere, in whichever documents", () => {
    expect(problemsOf("a: ]\n---\n".repeat(50))).toHaveLength(11);
  });
});

function problemsOf(text: string): readonly string[] {
  return readYaml({ path: "a.yaml", text }).problems.map(tell);
}

function tell({ where, code, message }: { where: string; code: string; message: string }): string {
  return `${where.replace("a.yaml:", "")} ${code}: ${message}`;
}

function plain(value: Written): unknown {
  switch (value.is) {
    case "scalar":
      return value.value;
    case "list":
      return value.items.map(plain);
    case "map":
      return Object.fromEntries([...value.entries].map(([key, entry]) => [key, plain(entry.value)]));
  }
}

/** Each scalar by its path: its characters, and from where to where it stands. */
function places(value: Written, path = ""): readonly (readonly [string, string, number, number])[] {
  const below = (key: string) => (path === "" ? key : `${path}.${key}`);
  switch (value.is) {
    case "scalar":
      return isPlace(value.origin) ? [[path, value.source, value.origin.start, value.origin.end]] : [];
    case "list":
      return value.items.flatMap((it, index) => places(it, below(String(index))));
    case "map":
      return [...value.entries].flatMap(([key, entry]) => places(entry.value, below(key)));
  }
}
