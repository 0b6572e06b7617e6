import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  explainPolicy,
  explainRepository,
  renderExplanation,
} from "../../../src/core/policy/explain-policy.ts";
import { readPolicies } from "../../../src/core/policy/read-policies.ts";
import { policyText, type Parts } from "./policy-text.ts";

describe("a value is explained as YAML that means the same:", () => {
  test.each([
    ["text", "text"],
    ["two words/and-more_1.5", "two words/and-more_1.5"],
    ["'1st'", "'1st'"],
    ["'true'", "'true'"],
    ["'Null'", "'Null'"],
    ["'ON'", "'ON'"],
    ["trueish", "trueish"],
    ["'a: b'", "'a: b'"],
    ["'it''s'", "'it''s'"],
    ["''", "''"],
    ["null", "null"],
    ["'ends in a space '", "'ends in a space '"],
    ['"two\\nlines"', '"two\\nlines"'],
  ])("%s", (written, told) => {
    const text = policyText().replace("{ name: ps1 }", `{ name: ps1, labels: { l: ${written} } }`);
    expect(linesOf([text])).toContain(`    l: ${told} < 0.yaml:3`);
  });

  test("numbers, lists and maps in lists on one line", () => {
    const lines = linesOf([
      policyText({
        hooks: "{ before: [{ run: ['D:\\a.exe', x] }] }",
        partners: "{}",
        throttle: "{ concurrency: 4 }",
      }),
    ]);
    expect(lines).toContain(
      "  before: [{ timeout: '30m', onFailure: warn, run: ['D:\\a.exe', x] }] < 0.yaml:7",
    );
    expect(lines).toContain("partners: {} < 0.yaml:8");
    expect(lines).toContain("  concurrency: 4 < 0.yaml:9");
  });
});

describe("each value has its origin:", () => {
  const template =
    "apiVersion: sitekeep/v1\nkind: PolicyTemplate\nmetadata: { name: base }\nbrakes: { minPoints: 5 }\n";
  test.each<readonly [string, Parts, string]>([
    ["a place in a file", {}, "repository: main < 0.yaml:5"],
    ["a template in a file", { extends: "base" }, "  minPoints: 5 < template base, 1.yaml:4"],
    [
      "a place in a file, of what is the default too",
      { site: "{ code: PS1, database: { server: s, name: n, auth: windows } }" },
      "    auth: windows < 0.yaml:4",
    ],
    ["a default", { extends: "base" }, "  maxForget: '25%' < default"],
    [
      "another key",
      { extends: "base" },
      "    root: 'C:\\Program Files\\Microsoft Configuration Manager' < default, from site.installFolder",
    ],
    [
      "the site's database",
      { sources: "{ w: { kind: sql-database, database: { name: SUSDB } } }" },
      "      server: localhost < default, from site.database",
    ],
    ["a source that was removed", { sources: "{ scup: null }" }, "  scup: null < 0.yaml:7"],
    ["a map, which has none", {}, "schedule: < "],
  ])("%s", (_, parts, line) => {
    expect(linesOf([policyText(parts), template])).toContain(line);
  });
});

test.each(readdirSync("policies").map((it) => `policies/${it}`))(
  "what %s is explained as means the same when it is read again",
  (path) => {
    const files = [{ path, text: readFileSync(path, "utf8") }];
    const meant = readPolicies(files);
    const explained = [
      ...meant.policies.map(({ name }) => explainPolicy(files, name)!),
      ...meant.repositories.map(({ name }) => explainRepository(files, name)!),
    ];
    const text = explained.map(renderExplanation).join("---\n");
    const again = readPolicies([{ path: "again.yaml", text }]);
    expect(again.problems.filter((it) => it.severity === "error")).toEqual([]);
    const withoutPlace = ({ policies, repositories }: typeof meant) => [
      policies.map((it) => ({ ...it, where: "" })),
      repositories,
    ];
    expect(withoutPlace(again)).toEqual(withoutPlace(meant));
    expect(meant.policies.length).toBeGreaterThan(0);
  },
);

test("a file whose name has two lines breaks no line, and a broken repository is not explained", () => {
  const files = [
    { path: "two\nlines.yaml", text: policyText() },
    { path: "r.yaml", text: "kind: Repository\nmetadata: { name: other }" },
  ];
  expect(renderExplanation(explainPolicy(files, "ps1")!)).not.toMatch(/^lines/m);
  expect(explainRepository(files, "main")).toBeDefined();
  expect(explainRepository(files, "other")).toBeUndefined();
});

test("keys come in the order in which people write them, in a source by its kind", () => {
  const text = policyText({
    defaultSources: "false",
    partners: "{ CAS: { name: b, server: a } }",
    site: "{ database: { name: CM, server: s }, parent: CAS, code: PS1 }",
    sources: "{ x: { root: 'D:\\x', exclude: [a], kind: folder } }",
  });
  const keys = linesOf([text]).map((it) => it.split(":")[0]!);
  const first = (...names: readonly string[]) => names.map((name) => keys.indexOf(name));
  for (const order of [
    first("apiVersion", "kind", "metadata", "site", "partners", "repository", "schedule", "sources", "hooks"),
    first("  code", "  parent", "  database", "    server", "    name", "  CAS"),
    first("  x", "    kind", "    root", "    include", "    exclude"),
  ])
    expect(order).toEqual(order.toSorted((left, right) => left - right));
  expect(keys.slice(keys.indexOf("  CAS")).slice(0, 3)).toEqual(["  CAS", "    server", "    name"]);
});

test("what no sound policy says is not explained", () => {
  const files = (text: string) => [{ path: "0.yaml", text }];
  expect(explainPolicy(files(policyText()), "main")).toBeUndefined();
  expect(explainPolicy(files(policyText()), "other")).toBeUndefined();
  expect(explainPolicy(files(policyText({ colour: "blue" })), "ps1")).toBeUndefined();
  expect(explainPolicy(files(policyText({ schedule: "{ cron: x }" })), "ps1")).toBeUndefined();
  expect(explainPolicy(files(policyText({ extends: "nowhere" })), "ps1")).toBeUndefined();
  const risky =
    "{ code: PS1, database: { server: s, name: n, encrypt: false, login: { user: u, password: { env: P } } } }";
  expect(explainPolicy(files(policyText({ site: risky })), "ps1")).toBeDefined();
});

test("origins stand in a column behind the longest line, or behind the seventieth character", () => {
  const of = (...texts: readonly string[]) =>
    renderExplanation(texts.map((text) => ({ text, origin: text.endsWith(":") ? "" : "x:1" })));
  expect(of("a: 1", "bbb:", "  cc: 1")).toBe("a: 1     # x:1\nbbb:\n  cc: 1  # x:1\n");
  const long = `a: ${"b".repeat(80)}`;
  expect(of("a: 1", long)).toBe(`${"a: 1".padEnd(70)}  # x:1\n${long}  # x:1\n`);
});

function linesOf(texts: readonly string[]): readonly string[] {
  const files = texts.map((text, index) => ({ path: `${index}.yaml`, text }));
  return explainPolicy(files, "ps1")!.map(({ text, origin }) => `${text} < ${origin}`);
}
