import { expect, test } from "vitest";
import { canonicalJson } from "../../../src/core/base/json.ts";

test("members are sorted, absent ones left out, and nothing is spaced", () => {
  expect(canonicalJson({ b: [1, "é", null], a: { y: undefined, x: true } })).toBe(
    '{"a":{"x":true},"b":[1,"é",null]}',
  );
});

test("a fraction is refused: it would not mean the same everywhere", () => {
  expect(() => canonicalJson({ a: 0.5 })).toThrow("safe integers only");
});
