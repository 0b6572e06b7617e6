import { describe, expect, test } from "vitest";
import { expected, nearest, quoted, shownKey } from "../../../../src/core/policy/shape/wording.ts";
import type { Schema } from "../../../../src/core/policy/shape/schema.ts";
import { asWritten } from "../../../../src/core/policy/text/written.ts";

describe("what a schema wants reads, after *must be*, as", () => {
  test.each<readonly [string, Schema]>([
    ["a length of time such as `26h` or `1d`", { title: "a length of time", examples: ["26h", "1d"] }],
    ["an absolute path such as `D:\\x`", { title: "an absolute path", type: "string", examples: ["D:\\x"] }],
    ["the name of a repository", { title: "the name of a repository", type: "string" }],
    ["a map", { title: "Site", type: "object" }],
    ["a map", { title: "Another such thing", type: "object" }],
    ["a map", { title: "Not a map", type: "object" }],
    ["a list", { type: "array", examples: [["a"]] }],
    ["text", { type: "string", examples: [null, { a: 1 }] }],
    ["text of at most 5 characters", { type: "string", maxLength: 5 }],
    ["text", { type: ["string", "null"] }],
    ["`null`", { type: "null", title: "Nothing" }],
    ["`true` or `false`", { type: "boolean" }],
    ["a whole number such as `7`", { type: "integer", examples: [7] }],
    ["a whole number from 1", { type: "integer", minimum: 1 }],
    ["a whole number from 1 to 16", { type: "integer", minimum: 1, maximum: 16 }],
    [
      "a whole number from 0 to 9 or text of at most 3 characters",
      {
        type: ["integer", "string", "null"],
        minimum: 0,
        maximum: 9,
        maxLength: 3,
      },
    ],
    ["`every-run`", { const: "every-run" }],
    ["one of `true`, `false`, `strict`", { enum: [true, false, "strict"] }],
    ["value", {}],
  ])("%s", (words, schema) => {
    const wanted = words === "`null`" ? "" : words;
    expect(expected(schema)).toBe(wanted);
  });
});

describe("a value stands in a message as", () => {
  test.each([
    ["`x`", "x"],
    ["`1.5`", 1.5],
    ["`true`", true],
    ["`null`", null],
    ["a map", { a: 1 }],
    ["a list", [1]],
    ["text of several lines", "a\nb"],
    [`\`${"x".repeat(60)}\``, "x".repeat(60)],
    [`\`${"x".repeat(60)}…\``, "x".repeat(61)],
    ['`C:\\x "y"`', 'C:\\x "y"'],
    ["`a\\tb\\u0007`", "a\tb\u0007"],
    ["`password=******`", "password=hunter2"],
  ])("%s", (words, value) => {
    expect(quoted(asWritten(value, { default: "default" }))).toBe(words);
  });
});

test.each([
  ["name", "name"],
  ["api-key_2.x", "api-key_2.x"],
  ["", ""],
  ["password:hunter2", "password…"],
  ["a b", "a…"],
  ["é", "…"],
  ["x".repeat(40), "x".repeat(40)],
  ["x".repeat(41), `${"x".repeat(40)}…`],
])("of the key %j a message shows %j", (key, shown) => {
  expect(shownKey(key)).toBe(shown);
});

describe("the known word that is near enough is offered:", () => {
  const known = ["retention", "site", "on", "maxDataAge"];
  test.each([
    ["retentoin", "retention"],
    ["RETENTION", "retention"],
    ["maxdataage", "maxDataAge"],
    ["retaintions", "retention"],
    ["retaintionss", undefined],
    ["sight", undefined],
    ["sites", "site"],
    ["seite", "site"],
    ["sitting", undefined],
    ["an", "on"],
    ["an1", undefined],
    ["no", undefined],
    ["colour", undefined],
    [`site${" ".repeat(70)}`, undefined],
  ])("%j: %j", (word, near) => {
    expect(nearest(word, known)).toBe(near);
  });

  test("the nearest of several, and none of none", () => {
    expect(nearest("monthy", ["weekly", "month", "monthly"])).toBe("month");
    expect(nearest("monthlx", ["month", "monthly"])).toBe("monthly");
    expect(nearest("x", [])).toBeUndefined();
  });
});
