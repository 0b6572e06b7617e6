import { describe, expect, test } from "vitest";
import { checkShape } from "../../../../src/core/policy/shape/check-shape.ts";
import { dereference, schemaOf, type Schema } from "../../../../src/core/policy/shape/schema.ts";
import { readYaml } from "../../../../src/core/policy/yaml/read-yaml.ts";

const values = ["text", "''", "7", "-7", "1.5", "1e99", "true", "null", "[]", "[7]", "{}", "{ a: 7 }"];

describe("of all kinds of values a schema takes", () => {
  test.each<readonly [string, Schema, readonly string[]]>([
    ["everything without a word", {}, values],
    ["maps", { type: "object" }, ["{}", "{ a: 7 }"]],
    ["lists", { type: "array" }, ["[]", "[7]"]],
    ["texts", { type: "string" }, ["text", "''"]],
    ["whole numbers", { type: "integer" }, ["7", "-7"]],
    ["truth", { type: "boolean" }, ["true"]],
    ["nothing", { type: "null" }, ["null"]],
    ["one of two types", { type: ["integer", "null"] }, ["7", "-7", "null"]],
    ["a constant", { const: 7 }, ["7"]],
    ["a constant of several", { enum: ["text", true, null] }, ["text", "true", "null"]],
    ["a text of some length", { type: "string", minLength: 1 }, ["text"]],
    ["a text of no more", { type: "string", maxLength: 3 }, ["''"]],
    ["a text of exactly a length", { type: "string", minLength: 4, maxLength: 4 }, ["text"]],
    ["a text of a pattern", { type: "string", pattern: "^t" }, ["text"]],
    ["numbers from one on", { type: "integer", minimum: 7 }, ["7"]],
    ["numbers from one further on", { type: "integer", minimum: 8 }, []],
    ["numbers up to one", { type: "integer", maximum: -7 }, ["-7"]],
    ["numbers up to one below", { type: "integer", maximum: -8 }, []],
    ["lists with an item", { type: "array", minItems: 1 }, ["[7]"]],
    ["lists of texts", { type: "array", items: { type: "string" } }, ["[]"]],
    ["maps with an entry", { type: "object", minProperties: 1 }, ["{ a: 7 }"]],
    ["maps with none", { type: "object", maxProperties: 0 }, ["{}"]],
    ["maps that must have a key", { type: "object", required: ["a"], properties: { a: {} } }, ["{ a: 7 }"]],
    ["maps without other keys", { type: "object", additionalProperties: false }, ["{}"]],
    ["maps whose other keys are texts", { type: "object", additionalProperties: { type: "string" } }, ["{}"]],
    ["maps whose keys fit", { type: "object", propertyNames: { pattern: "^b" } }, ["{}"]],
    ["a map or null", { anyOf: [{ type: "object" }, { type: "null" }] }, ["null", "{}", "{ a: 7 }"]],
  ])("%s", (_, schema, fitting) => {
    expect(values.filter((it) => problemsOf(`v: ${it}`, map({ v: schema })).length === 0)).toEqual(fitting);
  });
});

describe("what does not fit is told at its place, with its path and a cure:", () => {
  const text: Schema = { type: "string" };
  const number: Schema = { type: "integer", minimum: 1, maximum: 16 };
  const secret: Schema = {
    type: "object",
    writeOnly: true,
    properties: { env: { ...text, minLength: 9, writeOnly: true } },
  };
  const kinds: Schema = {
    oneOf: [
      map({ kind: { const: "folder" }, root: text, staging: {} }),
      map({ kind: { const: "site-files" } }),
    ],
  };
  test.each<readonly [string, Schema, ...(readonly [string] | readonly [string, string])]>([
    [
      "v: 26",
      map({ v: { title: "a length of time", type: "string", pattern: "h$" } }),
      "1:4 wrong-type: `v` must be a length of time, not `26`. / Write a length of time.",
    ],
    [
      "v: 001",
      map({ v: { ...text, pattern: "^...$" } }),
      "1:4 wrong-type: `v` must be text, and YAML reads `001` as a number. / Put it in quotes: `v: '001'`.",
    ],
    [
      "v: [true]",
      map({ v: { type: "array", items: text } }),
      "1:5 wrong-type: `v[0]` must be text, and YAML reads `true` as a boolean. / Put it in quotes: `'true'`.",
    ],
    [
      "v: { w: 1 }",
      map({ v: map({ w: { type: ["string", "null"] } }) }),
      "1:9 wrong-type: `v.w` must be text, and YAML reads `1` as a number. / Put it in quotes: `w: '1'`.",
    ],
    [
      "v: { w: null }",
      map({ v: map({ w: text }) }),
      "1:9 wrong-type: `v.w` must be text, not `null`. / Write text.",
    ],
    [
      "v: 1",
      map({ v: { type: "boolean" } }),
      "1:4 wrong-type: `v` must be `true` or `false`, not `1`. / Write `true` or `false`.",
    ],
    [
      "v: [1, 99]",
      map({ v: { type: "array", items: number } }),
      "1:8 wrong-value: `v[1]` must be a whole number from 1 to 16, not `99`. / Write a whole number from 1 to 16.",
    ],
    [
      "v: ''",
      map({ v: { ...text, minLength: 1, title: "a name" } }),
      "1:4 wrong-value: `v` must be a name, not ``. / Write a name.",
    ],
    [
      'v: "D:\\new\\table"',
      map({ v: { title: "a path", type: "string", pattern: "\\\\" } }),
      "1:4 wrong-value: `v` must be a path, not text of several lines. / Put Windows paths in single quotes: in double quotes `\\n` and `\\t` are escapes.",
    ],
    [
      'v: "D:\\table"',
      map({ v: { title: "a path", type: "string", pattern: "\\\\" } }),
      "1:4 wrong-value: `v` must be a path, not `D:\\table`. / Put Windows paths in single quotes: in double quotes `\\n` and `\\t` are escapes.",
    ],
    [
      "v: []",
      map({ v: { type: "array", minItems: 1 } }),
      "1:4 wrong-value: `v` must not be empty. / Write what belongs there, or remove the line.",
    ],
    [
      "v: nativ",
      map({ v: { enum: ["native", "external"] } }),
      "1:4 wrong-value: `v` must be one of `native`, `external`, not `nativ`. / Did you mean `native`?",
    ],
    [
      "v: other",
      map({ v: { enum: ["native", "external"] } }),
      "1:4 wrong-value: `v` must be one of `native`, `external`, not `other`. / Write one of `native`, `external`.",
    ],
    [
      "v: null",
      map({ v: { enum: ["nul", "x"] } }),
      "1:4 wrong-value: `v` must be one of `nul`, `x`, not `null`. / Write one of `nul`, `x`.",
    ],
    ["v: 8", map({ v: { const: 7 } }), "1:4 wrong-value: `v` must be `7`, not `8`. / Did you mean `7`?"],
    ["v: eight", map({ v: { const: 7 } }), "1:4 wrong-value: `v` must be `7`, not `eight`. / Write `7`."],
    [
      "v:",
      map({ v: number }),
      "1:1 value-missing: `v` has no value. / Write a whole number from 1 to 16 after the colon, or remove the line. To remove an inherited value, write `null`.",
    ],
    [
      "v:",
      map({ v: { anyOf: [{ type: "object" }, { type: "null" }] } }),
      "1:1 value-missing: `v` has no value. / Write a map after the colon, or remove the line. To remove an inherited value, write `null`.",
    ],
    ["- 1", map({}), "1:1 wrong-type: The document must be a map, not a list. / Write a map."],
    [
      "v: hunter2",
      map({ v: secret }),
      "1:4 secret-literal: `v` must say where the secret is, and never be the secret itself. / Write `{ env: NAME }`, `{ file: PATH }`, `{ command: [PROGRAM, …] }` or `{ credential: NAME }`; change the secret if this text was ever committed.",
    ],
    [
      "v: 12345",
      map({ v: secret }),
      "1:4 secret-literal: `v` must say where the secret is, and never be the secret itself. / Write `{ env: NAME }`, `{ file: PATH }`, `{ command: [PROGRAM, …] }` or `{ credential: NAME }`; change the secret if this text was ever committed.",
    ],
    [
      "v: [hunter2]",
      map({ v: secret }),
      "1:4 wrong-type: `v` must be a map, not a list. / Write its keys without dashes, each on a line of its own: `env:`.",
    ],
    [
      "v: { env: hunter2 }",
      map({ v: secret }),
      "1:11 wrong-value: `v.env` must be text. / Write what belongs there, or remove the line.",
    ],
    [
      "site: { type: secondary }",
      map({ site: map({ type: { enum: ["primary"] } }) }),
      "1:15 secondary-site: Secondary sites can't be backed up: they have no backup task, and their data comes from the parent. / Remove this policy. After a loss, use `Recover Secondary Site` in the console of the parent site.",
    ],
    [
      "site: { type: secundary }",
      map({ site: map({ type: { enum: ["primary"] } }) }),
      "1:15 wrong-value: `site.type` must be `primary`, not `secundary`. / Write `primary`.",
    ],
    [
      "v: { type: secondary }",
      map({ v: map({ type: { enum: ["primary"] } }) }),
      "1:12 wrong-value: `v.type` must be `primary`, not `secondary`. / Write `primary`.",
    ],
    [
      "colour: 1",
      map({ v: text, w: text }),
      "1:1 unknown-key: The key `colour` is not known here. / Known keys: v, w.",
    ],
    [
      "v: { colour: 1 }",
      map({ v: map({ w: text }) }),
      "1:6 unknown-key: The key `colour` is not known in `v`. / Known keys: w.",
    ],
    [
      "v: { rot: 1 }",
      map({ v: map({ root: text }) }),
      "1:6 unknown-key: The key `rot` is not known in `v`. / Did you mean `root`?",
    ],
    [
      "{ root: x, rot: 1 }",
      map({ root: text, v: text }),
      "1:12 unknown-key: The key `rot` is not known here. / Known keys: root, v.",
    ],
    [
      "{ 'root:x': 1 }",
      map({ root: text }),
      "1:3 unknown-key: The key `root…` is not known here. / Write a space after the colon.",
    ],
    [
      "{ toString: 1 }",
      map({ v: text }),
      "1:3 unknown-key: The key `toString` is not known here. / Known keys: v.",
    ],
    [
      "v: { a b: 1 }",
      map({ v: { type: "object", propertyNames: { title: "a label", pattern: "^[ac]$" } } }),
      "1:6 wrong-value: The key `a…` in `v` must be a label. / Rename it.",
    ],
    [
      "v: { a: 1, b: 2 }",
      map({
        v: { type: "object", propertyNames: { title: "a label", pattern: "^a" }, additionalProperties: text },
      }),
      "1:9 wrong-type: `v.a` must be text, and YAML reads `1` as a number. / Put it in quotes: `a: '1'`.",
      "1:12 wrong-value: The key `b` in `v` must be a label. / Rename it.",
    ],
    [
      "x: 1",
      map({ x: {}, v: number }, ["v", "x"]),
      "1:1 missing-key: The document lacks `v`. / Add `v`: a whole number from 1 to 16.",
    ],
    [
      "w: { x: 1 }",
      map({ w: map({ x: {}, v: number }, ["v"]) }),
      "1:6 missing-key: `w` lacks `v`. / Add `v`: a whole number from 1 to 16.",
    ],
    [
      "w: {}",
      map({ w: map({ v: { $ref: "#/$defs/siteCode" } }, ["v"]) }),
      "1:4 missing-key: `w` lacks `v`. / Add `v`: a site code of three capital letters or digits such as `PS1`.",
    ],
    [
      "v: {}",
      map({ v: { ...map({ a: {}, b: {} }), minProperties: 1, maxProperties: 1 } }),
      "1:4 wrong-value: `v` must have exactly one of `a`, `b`. / Add one.",
    ],
    [
      "v: { a: 1, b: 2 }",
      map({ v: { ...map({ a: {}, b: {} }), minProperties: 1, maxProperties: 1 } }),
      "1:6 wrong-value: `v` must have exactly one of `a`, `b`. / Keep one and remove the rest.",
    ],
    [
      "v: { a: 1 }",
      map({ v: { ...map({ a: {}, b: {}, c: {} }), minProperties: 2 } }),
      "1:6 wrong-value: `v` must have at least 2 of `a`, `b`, `c`. / Add one.",
    ],
    [
      "v: folder",
      map({ v: kinds }),
      "1:4 wrong-type: `v` must be a map with a `kind`, not `folder`. / Write `{ kind: … }`, and `null` to remove it.",
    ],
    [
      "folder",
      kinds,
      "1:1 document-kind: A document must be a map with a `kind`, not `folder`. / Begin with `apiVersion: sitekeep/v1` and `kind: BackupPolicy`; `sitekeep init` writes a first policy.",
    ],
    [
      "v: { root: x }",
      map({ v: kinds }),
      "1:6 missing-key: `v` lacks `kind`. / Add `kind`: one of folder, site-files.",
    ],
    [
      "v: {}",
      map({ v: kinds }),
      "1:4 missing-key: `v` lacks `kind`. / Add `kind`: one of folder, site-files.",
    ],
    [
      "root: x",
      kinds,
      "1:1 document-kind: The document lacks `kind`. / Add `kind`: one of folder, site-files.",
    ],
    [
      "w: { v: { staging: {} } }",
      map({ w: map({ v: { type: "object", additionalProperties: kinds } }) }),
      "1:20 missing-key: `w.v.staging` lacks `kind`. / If it belongs to the source above, indent it further; otherwise add its `kind`.",
    ],
    [
      "v: { staging: {} }",
      map({ v: { type: "object", additionalProperties: kinds } }),
      "1:15 missing-key: `v.staging` lacks `kind`. / If it belongs to the source above, indent it further; otherwise add its `kind`.",
    ],
    [
      "v: { toString: {} }",
      map({ v: { type: "object", additionalProperties: kinds } }),
      "1:16 missing-key: `v.toString` lacks `kind`. / Add `kind`: one of folder, site-files.",
    ],
    [
      "v: { kind: fodler }",
      map({ v: kinds }),
      "1:12 unknown-kind: `v` has the kind `fodler`, which is not known. / Did you mean `folder`?",
    ],
    [
      "v: { kind: mailbox }",
      map({ v: kinds }),
      "1:12 unknown-kind: `v` has the kind `mailbox`, which is not known. / Known kinds: folder, site-files.",
    ],
    [
      "v: { kind: [folder] }",
      map({ v: kinds }),
      "1:12 unknown-kind: `v` has the kind a list, which is not known. / Known kinds: folder, site-files.",
    ],
    [
      "kind: mailbox",
      kinds,
      "1:7 document-kind: The document has the kind `mailbox`, which is not known. / Known kinds: folder, site-files.",
    ],
    [
      "v: { kind: folder, root: 1 }",
      map({ v: kinds }),
      "1:26 wrong-type: `v.root` must be text, and YAML reads `1` as a number. / Put it in quotes: `root: '1'`.",
    ],
    [
      "v: { kind: site-files, root: x }",
      map({ v: kinds }),
      "1:24 unknown-key: The key `root` is not known in `v`. / Known keys: kind.",
    ],
  ])("%s", (yaml, schema, ...told) => {
    expect(problemsOf(yaml, schema)).toEqual(told);
  });
});

describe("a risk that can't be accepted", () => {
  const risks: Schema = map({
    accepts: { type: "array", items: map({ risk: { enum: ["page-verify-off", "site-collation"] } }) },
  });
  const offered =
    "What may be accepted: page-verify-off, site-collation. What the window, the age of the data, proofs, copies and points tell stays red until it is gone.";
  test.each([
    ["site-colation", "Did you mean `site-collation`?"],
    ["data-too-old", offered],
    ["null", offered],
  ])("%s", (risk, hint) => {
    expect(problemsOf(`accepts: [{ risk: ${risk} }]`, risks)).toEqual([
      `1:19 risk-not-acceptable: \`accepts[0].risk\` is \`${risk}\`, which is no risk that can be accepted. / ${hint}`,
    ]);
  });

  test("is told of the eleventh as of the first", () => {
    const ten = "{ risk: page-verify-off }, ".repeat(10);
    const [told] = problemsOf(`accepts: [${ten}{ risk: site-colation }]`, risks);
    expect(told).toMatch(/^1:289 risk-not-acceptable: `accepts\[10\]\.risk` is `site-colation`/);
  });

  test("is told of no other risk", () => {
    const schema = map({ v: risks, accepts: risks });
    const hint = "Did you mean `site-collation`?";
    const wrong = "must be one of `page-verify-off`, `site-collation`, not `site-colation`";
    expect(problemsOf("v: { accepts: [{ risk: site-colation }] }", schema)).toEqual([
      `1:24 wrong-value: \`v.accepts[0].risk\` ${wrong}. / ${hint}`,
    ]);
  });
});

describe("what could be a secret is masked in the frame:", () => {
  const secret: Schema = {
    type: "object",
    writeOnly: true,
    properties: { env: { type: "string", pattern: "^[A-Z]+$", writeOnly: true } },
  };
  test.each<readonly [string, Schema, string]>([
    ["v: hunter2", map({ v: secret }), "v: ******"],
    ["v: { env: hunter2 }", map({ v: secret }), "v: { env: ****** }"],
    ["{ keyy: hunter2, b: 1 }", map({ b: {} }), "{ keyy: ******, b: 1 }"],
    ["{ a: hunter2 }", map({ b: {} }), "{ a: ****** }"],
    ["{ keyy: [x] }", map({ b: {} }), "{ keyy: [x] }"],
    ["{ keyy }", map({ b: {} }), "{ keyy }"],
    ["{ keyy:hunter2, b: 1 }", map({ b: {} }), "{ keyy******, b: 1 }"],
    ["{ keyy:hunter2: hunter3, b: 1 }", map({ b: {} }), "{ keyy******, b: 1 }"],
    [
      "v: { keyy:hunter2: 1, b: 1 }",
      map({ v: { type: "object", propertyNames: { pattern: "^b" } } }),
      "v: { keyy******, b: 1 }",
    ],
  ])("%s", (text, schema, shown) => {
    const [problem] = check(text, schema);
    expect(problem!.frame!.split("\n")[0]).toBe(`1 | ${shown}`);
  });
});

describe("a reference leads", () => {
  test("into its own file", () => {
    const policy = schemaOf("policy.schema.json");
    const code = policy.schema.$defs!["siteCode"]!;
    expect(dereference({ ...policy, schema: { $ref: "#/$defs/siteCode" } })).toEqual({
      ...policy,
      schema: code,
    });
    expect(dereference({ ...policy, schema: code })).toEqual({ ...policy, schema: code });
  });

  test("into another file, whose own references lead on from there", () => {
    const source = schemaOf("source.schema.json");
    const found = dereference({
      ...schemaOf("policy.schema.json"),
      schema: { $ref: "source.schema.json#/$defs/database" },
    });
    expect(found).toEqual({ ...source, schema: source.schema.$defs!["database"] });
  });

  test("to what stands beside it as well, which wins", () => {
    const policy = schemaOf("policy.schema.json");
    const schema: Schema = { $ref: "#/$defs/siteCode", examples: ["CAS"], title: "a code" };
    const found = dereference({ ...policy, schema }).schema;
    expect(found).toEqual({ ...policy.schema.$defs!["siteCode"], examples: ["CAS"], title: "a code" });
  });

  test("to a whole file where it names nothing in it", () => {
    const found = dereference({ ...schemaOf("policy.schema.json"), schema: { $ref: "machine.schema.json" } });
    expect(found).toEqual(schemaOf("machine.schema.json"));
  });
});

function map(properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema {
  return { type: "object", additionalProperties: false, properties, required };
}

function check(text: string, schema: Schema) {
  const { documents, problems } = readYaml({ path: "a.yaml", text });
  expect(problems).toEqual([]);
  return checkShape(documents[0]!, { schema, file: "policy.schema.json" });
}

function problemsOf(text: string, schema: Schema): readonly string[] {
  return check(text, schema).map(
    ({ where, code, message, hint }) => `${where.replace("a.yaml:", "")} ${code}: ${message} / ${hint}`,
  );
}
