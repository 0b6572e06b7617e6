import { describe, expect, test } from "vitest";
import { readMachineFile } from "../../../src/core/policy/read-machine-file.ts";
import { readPolicies } from "../../../src/core/policy/read-policies.ts";
import { sortProblems } from "../../../src/core/policy/sort-problems.ts";
import { policyText, toldOf, type Parts } from "./policy-text.ts";

const template = (name: string, body = "") =>
  `---\napiVersion: sitekeep/v1\nkind: PolicyTemplate\nmetadata: { name: ${name} }\n${body}\n`;
const repository = (name: string, body = "keys: [{ file: 'D:\\k' }]") =>
  `---\napiVersion: sitekeep/v1\nkind: Repository\nmetadata: { name: ${name} }\nlocation: { folder: 'F:\\${name}' }\n${body}\n`;

describe("documents are told apart by kind and name:", () => {
  test("a second one of both is left out, wherever it stands", () => {
    const files = [policyText(), policyText({ site: "{ code: PS2, database: { server: s, name: n } }" })];
    const { policies, documents, problems } = readAll(...files);
    expect(policies.map((it) => it.site.code)).toEqual(["PS1"]);
    expect(documents).toEqual([
      { kind: "BackupPolicy", name: "ps1", where: "0.yaml:2" },
      { kind: "Repository", name: "main", where: "0.yaml:9" },
    ]);
    expect(problems.map(({ where, message }) => `${where} ${message}`)).toEqual([
      "1.yaml:3:19 A second BackupPolicy is named `ps1`; the first stands at 0.yaml:3.",
      "1.yaml:10:19 A second Repository is named `main`; the first stands at 0.yaml:10.",
    ]);
  });

  test("a policy, a template and a repository may have one name", () => {
    expect(toldOf(policyText() + template("ps1") + template("main") + repository("ps1"))).toEqual([]);
  });

  test("what has no kind, no name or a strange one is no document, and keeps the others in", () => {
    const { documents, policies } = readAll(
      `${policyText()}---\nkind: Repository\n---\nkind: Other\nmetadata: { name: x }\n---\n- a\n`,
    );
    expect(documents.map((it) => it.name)).toEqual(["ps1", "main"]);
    expect(policies).toHaveLength(1);
  });
});

describe("templates are followed", () => {
  test.each<readonly [string, Parts, readonly string[], ...([] | [string])]>([
    ["down to the last", { extends: "a" }, [template("b"), template("a", "extends: b")]],
    ["to ten", { extends: "t1" }, chain(10)],
    [
      "to eleven",
      { extends: "t1" },
      chain(11),
      "63:10 template-cycle: More than 10 templates stand on top of one another here. / Join some of them.",
    ],
    [
      "to one that is near",
      { extends: "bse" },
      [template("base")],
      "7:10 template-unknown: There is no PolicyTemplate named `bse`. / Did you mean `base`?",
    ],
    [
      "to one that is not",
      { extends: "x" },
      [template("base"), template("other")],
      "7:10 template-unknown: There is no PolicyTemplate named `x`. / Known templates: base, other.",
    ],
    [
      "where there is none",
      { extends: "x" },
      [],
      "7:10 template-unknown: There is no PolicyTemplate named `x`. / There is none in these files.",
    ],
    [
      "not to a policy",
      { extends: "ps1" },
      [],
      "7:10 template-unknown: There is no PolicyTemplate named `ps1`. / There is none in these files.",
    ],
    [
      "in a circle",
      { extends: "a" },
      [template("a", "extends: b"), template("b", "extends: c"), template("c", "extends: b")],
      "28:10 template-cycle: Templates extend each other in a circle: b → c → b. / Remove one of the `extends`.",
    ],
    [
      "to itself",
      { extends: "a" },
      [template("a", "extends: a")],
      "18:10 template-cycle: Templates extend each other in a circle: a → a. / Remove one of the `extends`.",
    ],
  ])("%s", (_, parts, templates, ...told) => {
    expect(toldOf(policyText(parts) + templates.join(""))).toEqual(told);
  });

  test("a template that is wrong is told once, and no policy over it is given on", () => {
    const other = policyText({ extends: "base", site: "{ code: PS2, database: { server: s, name: n } }" })
      .split("---")[0]!
      .replace("ps1", "ps2");
    const { policies, problems } = readAll(
      policyText({ extends: "base" }),
      other,
      template("base", "throttle: 1"),
    );
    expect(policies).toEqual([]);
    expect(problems.map((it) => it.where)).toEqual(["2.yaml:5:11"]);
  });

  test("a source without its kind is told, whatever kind its template says", () => {
    const base = template("base", "sources: { x: { kind: folder, root: 'D:\\x' } }");
    const told = toldOf(policyText({ extends: "base", sources: "{ x: { exclude: [a] } }" }) + base);
    expect(told.map((it) => it.split(": /")[0]!.split(". ")[0])).toEqual([
      "8:17 missing-key: `sources.x` lacks `kind`",
    ]);
  });

  test("what a template says of itself stays its own", () => {
    const labelled = template("base", "brakes: { minPoints: 9 }").replace(
      "{ name: base }",
      "{ name: base, labels: { a: b } }",
    );
    const [policy] = readAll(policyText({ extends: "base" }) + labelled).policies;
    expect(policy).toMatchObject({ name: "ps1", brakes: { minPoints: 9 }, where: "0.yaml:2" });
    expect(policy!.labels).toEqual({});
  });
});

describe("two policies for one site", () => {
  const second = policyText({ schedule: "{ cron: '0 3 * * *' }" }).split("---")[0]!.replace("ps1", "other");

  test("keep each other out and are both told", () => {
    const third = policyText({ site: "{ code: PS3, database: { server: s, name: n } }" })
      .split("---")[0]!
      .replace("ps1", "ps3");
    const { policies, written } = readAll(policyText(), second, third);
    expect(policies.map((it) => it.name)).toEqual(["ps3"]);
    expect([...written.keys()]).toEqual(["ps3"]);
    expect(toldOf(policyText(), second, third)).toEqual([
      "4:15 site-twice: Site `PS1` has a second policy, `other` at 1.yaml:3. / Keep one policy for each site: join the two, or correct a site code.",
      "1.yaml:4:15 site-twice: Site `PS1` has a second policy, `ps1` at 0.yaml:3. / Keep one policy for each site: join the two, or correct a site code.",
    ]);
  });

  test("do so even where one of them is wrong otherwise", () => {
    expect(readAll(policyText(), second.replace("'0 3 * * *'", "x")).policies).toEqual([]);
  });

  test("are none where no site is said", () => {
    const parts = { site: "{ database: { server: s, name: n } }" };
    const texts = [policyText(parts), policyText(parts).split("---")[0]!.replace("ps1", "other")];
    expect(toldOf(...texts).map((it) => it.split(": ")[0])).toEqual([
      "4:9 missing-key",
      "1.yaml:4:9 missing-key",
    ]);
  });
});

describe("a repository", () => {
  const noKeys =
    "repository-keys: The repository has no key. / Add `keys: [{ file: 'D:\\keys\\main.key' }]`, made by `sitekeep init` or `openssl rand -hex 32`; or say `encrypt: false`.";
  test.each<readonly [string, string, ...([] | [string] | [string, string])]>([
    ["with a key", "keys: [{ file: 'D:\\k' }]"],
    ["with keys of both kinds", "keys: [{ file: 'D:\\k' }, { password: { env: P } }]\nencrypt: true"],
    [
      "with a copy elsewhere",
      "keys: [{ file: 'D:\\k' }]\ncopies: [{ repository: main, retention: { last: 1 } }]",
    ],
    ["without keys", "", `16:19 ${noKeys}`],
    [
      "without keys and with another mistake",
      "copies: 7",
      `16:19 ${noKeys}`,
      "18:9 wrong-type: `copies` must be a list, not `7`. / Write a list.",
    ],
    ["with encryption and no keys", "encrypt: true", `16:19 ${noKeys}`],
    [
      "with a mistyped key",
      "kees: [{ file: 'D:\\k' }]",
      "18:1 unknown-key: The key `kees` is not known here. / Did you mean `keys`?",
    ],
    [
      "in plain sight",
      "encrypt: false",
      "18:10 repository-plain: The repository is not encrypted: whoever reads its folder reads the site's passwords and certificates. / Remove `encrypt: false` and add `keys`.",
    ],
    [
      "in plain sight with keys",
      "encrypt: false\nkeys: [{ file: 'D:\\k' }]",
      "18:10 repository-keys: `encrypt: false` and `keys` exclude each other. / Remove `encrypt: false`.",
    ],
    [
      "with a copy nowhere",
      "keys: [{ file: 'D:\\k' }]\ncopies: [{ repository: nowhere }]",
      "19:24 repository-unknown: There is no Repository named `nowhere`. / Known repositories: main, second.",
    ],
    [
      "with a copy in itself",
      "keys: [{ file: 'D:\\k' }]\ncopies: [{ repository: second }]",
      "19:24 repository-unknown: A repository can't be copied to itself. / Name another repository.",
    ],
    [
      "with a copy that keeps nothing",
      "keys: [{ file: 'D:\\k' }]\ncopies: [{ repository: main, retention: { weekStartsOn: sunday } }]",
      "19:41 retention-empty: The retention of this copy has no rule. / Write at least one rule, or remove `retention`: then the policy's own is used.",
    ],
    [
      "with a copy of a wrong shape",
      "keys: [{ file: 'D:\\k' }]\ncopies: [{ repository: 7 }]",
      "19:24 wrong-type: `copies[0].repository` must be text, and YAML reads `7` as a number. / Put it in quotes: `repository: '7'`.",
    ],
  ])("%s", (_, body, ...told) => {
    expect(toldOf(policyText() + repository("second", body))).toEqual(told);
  });

  test("that a policy names must be there", () => {
    const text = policyText({ repository: "mian" });
    expect(toldOf(text)).toEqual([
      "5:13 repository-unknown: There is no Repository named `mian`. / Did you mean `main`?",
    ]);
    const lonely = policyText().split("---")[0]!;
    expect(toldOf(lonely)).toEqual([
      "5:13 repository-unknown: There is no Repository named `main`. / Add a document of kind Repository.",
    ]);
  });

  test("means its folder, its keys, whether it is encrypted, and the copies that can be understood", () => {
    const copies =
      "copies: [{ repository: off, retention: { last: 2 } }, { repository: plain }, { repository: broken }]";
    const keys = "encrypt: true\nkeys: [{ file: 'D:\\k' }, { password: { env: P } }]";
    const { repositories } = readAll(
      repository("main", `${keys}\n${copies}`),
      repository("off"),
      repository("plain", "encrypt: false"),
      repository("broken", "keys: []"),
    );
    const place = (name: string) => ({
      name,
      location: { folder: `F:\\${name}` },
      keys: [{ as: "key-file", file: "D:\\k" }],
      encrypt: true,
    });
    const plain = { ...place("plain"), keys: [], encrypt: false };
    expect(repositories).toEqual([
      {
        ...place("main"),
        keys: [
          { as: "key-file", file: "D:\\k" },
          { as: "password", password: { env: "P" } },
        ],
        copies: [{ repository: place("off"), retention: { last: 2 } }, { repository: plain }],
      },
      place("off"),
      plain,
    ]);
  });

  test("that is wrong keeps its policies out, one that is risky does not", () => {
    const of = (body: string) => policyText({ repository: "second" }) + repository("second", body);
    expect(readAll(of("encrypt: false")).policies.map((it) => it.repository.name)).toEqual(["second"]);
    expect(readAll(of("keys: []")).policies).toEqual([]);
    expect(readAll(of("")).policies).toEqual([]);
  });
});

test("what a mistyped key leaves open is not told as well", () => {
  const site = "{ code: PS1, servers: [cm01], database: { server: sql01, name: n } }";
  expect(toldOf(policyText({ site, colour: "blue" }))).toEqual([expect.stringMatching(/^7:1 unknown-key: /)]);
  expect(toldOf(policyText({ site })).map((it) => it.split(": ")[0])).toEqual(["4:57 source-needs-staging"]);
  expect(toldOf(policyText({ defaultSources: "false" })).map((it) => it.split(": ")[0])).toEqual([
    "3:19 source-none",
  ]);
  expect(toldOf(policyText({ defaultSources: "false", sorces: "{}", retention: "{}" }))).toHaveLength(1);
});

describe("problems come in the order of files, lines and columns, each once", () => {
  const problem = (where: string, message = "m") =>
    ({ code: "unknown-key", severity: "error", message, where, hint: "h" }) as const;
  const files = ["b.yaml", "a:1.yaml"].map((path) => ({ path, text: "" }));
  test.each([
    [
      ["b.yaml:10:1", "b.yaml:9:1"],
      ["b.yaml:9:1", "b.yaml:10:1"],
    ],
    [
      ["b.yaml:1:10", "b.yaml:1:9"],
      ["b.yaml:1:9", "b.yaml:1:10"],
    ],
    [
      ["a:1.yaml:1:1", "b.yaml:2:2"],
      ["b.yaml:2:2", "a:1.yaml:1:1"],
    ],
    [
      ["other:1:1", "a:1.yaml:5:5", "b.yaml:5:5"],
      ["b.yaml:5:5", "a:1.yaml:5:5", "other:1:1"],
    ],
    [["b.yaml:1:1", "b.yaml:1:1"], ["b.yaml:1:1"]],
  ])("%j", (wheres, sorted) => {
    expect(
      sortProblems(
        wheres.map((it) => problem(it)),
        files,
      ).map((it) => it.where),
    ).toEqual(sorted);
  });

  test("two that differ in what they say are both told, in the order in which they were found", () => {
    const found = [
      problem("b.yaml:1:1", "z"),
      problem("b.yaml:1:1", "a"),
      { ...problem("b.yaml:1:1", "z"), code: "missing-key" } as const,
    ];
    expect(sortProblems(found, files)).toEqual(found);
  });
});

describe("a machine file", () => {
  const of = (text: string) => readMachineFile({ path: "m.yaml", text }, "host");
  test("is one document", () => {
    expect(of("allow: []\n---\nallow: []\n---\nallow: []\n").problems).toMatchObject([
      {
        where: "m.yaml:3:1",
        code: "document-kind",
        message: "A machine file holds one document.",
        hint: "Join the two.",
      },
    ]);
    expect(of("allow: []\n---\nallow: []\n")).not.toHaveProperty("machine");
  });

  test("with anything wrong is none", () => {
    expect(of("allow: [x]\n")).toMatchObject({ problems: [{ where: "m.yaml:1:9" }] });
    expect(of("allow: [x]\n")).not.toHaveProperty("machine");
    expect(of("a: b: c")).toMatchObject({ problems: [{ where: "m.yaml:1:4" }] });
    expect(of("")).not.toHaveProperty("machine");
  });
});

function chain(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) =>
    template(`t${index + 1}`, index + 1 < count ? `extends: t${index + 2}` : ""),
  );
}

function readAll(...texts: readonly string[]) {
  return readPolicies(texts.map((text, index) => ({ path: `${index}.yaml`, text })));
}
