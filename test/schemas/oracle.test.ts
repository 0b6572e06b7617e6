import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { globSync, readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { parseDocument, visit } from "yaml";
import { checkShape } from "../../src/core/policy/shape/check-shape.ts";
import { readYaml } from "../../src/core/policy/yaml/read-yaml.ts";
import { schemaOf } from "../../src/core/policy/shape/schema.ts";

// The program walks the schemas by itself. Here ajv, which editors use too, judges the same documents.

let validate: ValidateFunction;
let validateWhole: ValidateFunction;

const documents = globSync("policies/*.yaml").flatMap((file) => readFileSync(file, "utf8").split(/^---$/m));

beforeAll(() => {
  const whole = read("policy");
  validateWhole = compile(whole);
  // What a policy must have in the end is asked after `extends` by the program, and only hinted at by the
  // schema.
  validate = compile(
    JSON.parse(JSON.stringify(whole), (key, value) => (/^(if|then)$/.test(key) ? undefined : value)),
  );
});

test("every example is valid for ajv, document by document", () => {
  for (const text of documents) {
    validateWhole(parseDocument(text).toJS());
    expect(validateWhole.errors ?? []).toEqual([]);
  }
});

test("a policy without a template must have a site, a repository and a schedule, for editors too", () => {
  const { site: _, ...rest } = parseDocument(documents.find((it) => it.includes("name: minimal"))!).toJS();
  expect(validateWhole(rest)).toBe(false);
  expect(validateWhole({ ...rest, extends: "base" })).toBe(true);
});

test("the program and ajv agree on documents with one value changed or one key removed or renamed", () => {
  const schema = schemaOf("policy.schema.json");
  const verdicts = { valid: 0, invalid: 0 };
  const disputed: string[] = [];
  for (const text of documents.flatMap(variants)) {
    const [value] = readYaml({ path: "a.yaml", text }).documents;
    const byProgram = value !== undefined && checkShape(value, schema).length === 0;
    const byAjv = validate(parseDocument(text).toJS());
    verdicts[byAjv ? "valid" : "invalid"] += 1;
    if (byAjv !== byProgram) disputed.push(text);
  }
  expect(disputed).toEqual([]);
  expect(verdicts.valid).toBeGreaterThan(100);
  expect(verdicts.invalid).toBeGreaterThan(400);
});

const replacements = [42, -1, 0.5, "x", "", true, null, [], {}, ["x"], { x: 1 }];

/** The text with one place changed, for every place and in several ways; a fixed stride keeps it quick. */
function variants(text: string): readonly string[] {
  let places = 0;
  visit(parseDocument(text), { Scalar: () => void (places += 1) });
  const made: string[] = [];
  for (let place = 0; place < places; place += 1) {
    for (let way = place % 4; way <= replacements.length; way += 4) made.push(change(text, place, way));
  }
  return made;
}

function change(text: string, place: number, way: number): string {
  const document = parseDocument(text);
  let at = 0;
  visit(document, {
    Scalar(key, node) {
      at += 1;
      if (at - 1 !== place) return undefined;
      if (key === "key") node.value = way % 2 === 0 ? `${String(node.value)}x` : "kind2";
      else if (way < replacements.length) return document.createNode(replacements[way]);
      return visit.BREAK;
    },
    Pair: () => (way === replacements.length && at === place ? visit.REMOVE : undefined),
  });
  return document.toString();
}

function compile(schema: object): ValidateFunction {
  const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false });
  ajv.addSchema(read("source"), "source.schema.json");
  return ajv.compile(schema);
}

function read(name: string): object {
  return JSON.parse(readFileSync(`schemas/${name}.schema.json`, "utf8")) as object;
}
