import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { acceptableRisks } from "../../src/core/model/policy/acceptance.ts";
import { documentKinds } from "../../src/core/model/policy/policy-document.ts";
import { sourceKinds } from "../../src/core/kinds/catalogue.ts";
import type { Schema } from "../../src/core/policy/shape/schema.ts";

const source = read("source");
const policy = read("policy");
const machine = read("machine");

// What a policy writes in its own words, and what the model calls it.
const translations: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "site-database": { differential: "differentialEveryMs", log: "logEveryMs" },
  "content-library": { verify: "verifyPerMille" },
  "scup-database": { on: "machines" },
  "reporting-server": { database: "databases" },
};

// What the model adds from the site: nobody writes it at the source.
const added: Readonly<Record<string, readonly string[]>> = {
  "site-database": ["database"],
  "package-sources": ["database"],
  "user-state": ["database"],
};

test("the schema has a definition for every kind of source, and the model has one for every definition", () => {
  expect(source.oneOf!.map((it) => it.$ref)).toEqual(sourceKinds.map((kind) => `#/$defs/${kind}`));
  expect(sourceKinds.map((kind) => source.$defs![kind]!.properties!["kind"]!.const)).toEqual([
    ...sourceKinds,
  ]);
});

describe.each(sourceKinds)("%s", (kind) => {
  const members = interfaceOf("source", pascal(kind));

  test("has the same keys in the schema and in the model", () => {
    const written = Object.keys(source.$defs![kind]!.properties!)
      .filter((key) => key !== "kind")
      .filter((key) => kind === "scup-database" || key !== "on");
    const meant = written.map((key) => translations[kind]?.[key] ?? key);
    expect([...meant, ...(added[kind] ?? [])].sort()).toEqual(members.map((it) => it.name).sort());
  });

  test("is documented key by key, for editors", () => {
    const silent = Object.entries(source.$defs![kind]!.properties!).filter(
      ([key, it]) => key !== "kind" && !("description" in it) && it.$ref === undefined,
    );
    expect(silent).toEqual([]);
    expect(source.$defs![kind]).toMatchObject({ title: expect.any(String), description: expect.any(String) });
  });
});

test("the documents of the schema are those of the model", () => {
  expect(policy.oneOf!.map((it) => it.$ref)).toEqual(documentKinds.map((kind) => `#/$defs/${kind}`));
});

test("a template may say all that a policy may say", () => {
  const keys = (kind: string): readonly string[] => Object.keys(policy.$defs![kind]!.properties!);
  expect(keys("PolicyTemplate")).toEqual(keys("BackupPolicy"));
});

test.each([
  ["site", "Site", {}],
  ["schedule", "Schedule", { jitter: "jitterMs" }],
  ["retention", "Retention", { within: ["withinMonths", "withinMs"] }],
  ["brakes", "Brakes", { maxForget: "maxForgetPerMille", maxShrink: "maxShrinkPerMille" }],
  ["throttle", "Throttle", { bandwidth: "bytesPerSecond" }],
  ["hooks", "Hooks", {}],
  ["hook", "Hook", { timeout: "timeoutMs" }],
  ["objectives", "Objectives", {}],
  ["acceptance", "Acceptance", {}],
] as const)(
  "%s has the same keys in the schema and in the model",
  (name, model, renamed: Record<string, string | readonly string[]>) => {
    const written = Object.keys(policy.$defs![name]!.properties!);
    const members = interfaceOf(model === "Acceptance" ? "acceptance" : "resolved-policy", model).map(
      (it) => it.name,
    );
    const meant = written.flatMap((key) => renamed[key] ?? (members.includes(`${key}Ms`) ? `${key}Ms` : key));
    expect(meant.sort()).toEqual([...members].sort());
  },
);

test("the risks that a policy may accept are those of the model", () => {
  expect(policy.$defs!["acceptance"]!.properties!["risk"]!.enum).toEqual([...acceptableRisks]);
});

test("the machine file has the same keys in the schema and in the model", () => {
  const members = interfaceOf("machine", "Machine").map((it) => it.name);
  expect(Object.keys(machine.properties!).sort()).toEqual([...members].sort());
});

test("the schemas use no keyword that the program does not check", () => {
  const checked = new Set(
    `$ref $defs title examples writeOnly type enum const pattern minLength maxLength minimum maximum minItems items
     minProperties maxProperties required properties propertyNames additionalProperties oneOf anyOf
     $schema description default if then`.split(/\s+/),
  );
  for (const schema of [source, policy, machine])
    expect(keywordsOf(schema).filter((it) => !checked.has(it))).toEqual([]);
});

test("oneOf tells kinds apart and anyOf offers null, as the program takes them to", () => {
  for (const root of [source, policy, machine]) {
    for (const schema of everySchema(root)) {
      if (schema.anyOf) expect(schema.anyOf).toMatchObject([{ $ref: expect.any(String) }, { type: "null" }]);
      for (const choice of schema.oneOf ?? [])
        expect(root.$defs![choice.$ref!.split("/").at(-1)!]!.properties!["kind"]).toHaveProperty("const");
    }
  }
});

interface Member {
  readonly name: string;
}

/** The members of an interface, its filter of trees included, as its text declares them. */
function interfaceOf(file: string, name: string): readonly Member[] {
  const text = readFileSync(`src/core/model/policy/${file}.ts`, "utf8");
  const match = new RegExp(`export interface ${name}( extends [^{]*)? \\{\\n([^]*?)\\n\\}`).exec(text);
  if (match === null) throw new Error(`There is no interface ${name} in ${file}.ts.`);
  const own = [...match[2]!.matchAll(/^ {2}readonly (\w+)\??:/gm)].map((it) => ({ name: it[1]! }));
  return match[1]?.includes("TreeFilter") ? [...own, ...interfaceOf(file, "TreeFilter")] : own;
}

function pascal(kind: string): string {
  return kind.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase());
}

function read(name: string): Schema {
  return JSON.parse(readFileSync(`schemas/${name}.schema.json`, "utf8")) as Schema;
}

function keywordsOf(root: Schema): readonly string[] {
  return everySchema(root).flatMap((it) => Object.keys(it));
}

function everySchema(schema: Schema): readonly Schema[] {
  const named = [schema.$defs, schema.properties].flatMap((it) => Object.values(it ?? {}));
  const more = [
    schema.items,
    schema.propertyNames,
    schema.additionalProperties,
    ...(schema.oneOf ?? []),
    ...(schema.anyOf ?? []),
  ];
  const below = [...named, ...more].filter((it) => typeof it === "object");
  return [schema, ...below.flatMap(everySchema)];
}
