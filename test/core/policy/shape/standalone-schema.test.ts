import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import type { Json } from "../../../../src/core/base/json.ts";
import { standaloneSchema } from "../../../../src/core/policy/shape/standalone-schema.ts";

const names = ["policy", "source", "machine", "plan"];
const files = Object.fromEntries(
  names.map((name) => [name, JSON.parse(readFileSync(`schemas/${name}.schema.json`, "utf8")) as Json]),
);

test.each(names)("the schema %s stands alone: each reference leads to something within it", (name) => {
  const whole = standaloneSchema(files, name);
  const references = [...JSON.stringify(whole).matchAll(/"\$ref":"([^"]*)"/g)].map(([, it]) => it!);
  expect(references.length).toBeGreaterThan(0);
  for (const reference of references) expect(found(whole, reference), reference).toBeTypeOf("object");
  // A reader that knows no other schema takes it.
  new Ajv2020({ strict: false, validateFormats: false }).compile(whole as object);
});

test("what a schema takes from another is taken with what that takes, and keeps its meaning", () => {
  const made = standaloneSchema(
    {
      one: { $schema: "x", $defs: { a: { type: "null" } }, $ref: "two.schema.json#/$defs/a" },
      two: {
        $schema: "x",
        $defs: { a: { items: [{ $ref: "#/$defs/b" }] }, b: { $ref: "three.schema.json" } },
      },
      three: { $schema: "x", anyOf: [{ $ref: "one.schema.json#/$defs/a" }] },
    },
    "one",
  );
  expect(made).toEqual({
    $schema: "x",
    $id: "urn:sitekeep:schema:one:v1",
    $ref: "#/$defs/two/$defs/a",
    $defs: {
      a: { type: "null" },
      two: { $defs: { a: { items: [{ $ref: "#/$defs/two/$defs/b" }] }, b: { $ref: "#/$defs/three" } } },
      three: { anyOf: [{ $ref: "#/$defs/a" }] },
    },
  });
});

function found(whole: Json, reference: string): unknown {
  expect(reference).toMatch(/^#/);
  return reference
    .slice(1)
    .split("/")
    .slice(1)
    .reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], whole);
}
