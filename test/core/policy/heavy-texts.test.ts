import { describe, expect, test } from "vitest";
import { readPolicies } from "../../../src/core/policy/read-policies.ts";

// Texts that take a while to be judged, though never long.

test("six thousand unknown keys are told within seconds, not minutes", () => {
  const keys = Array.from({ length: 6_000 }, (_, index) => `k${index}: 1\n`).join("");
  const started = performance.now();
  const { problems } = readPolicies([
    { path: "a.yaml", text: `apiVersion: sitekeep/v1\nkind: Repository\n${keys}` },
  ]);
  expect(problems.length).toBeGreaterThan(6_000);
  expect(performance.now() - started).toBeLessThan(5_000);
});

describe("text that is no policy text", () => {
  test.each([
    ["a bracket opened sixty thousand times", "[".repeat(60_000), "yaml-limits", "1:1"],
    ["a list in a list, five thousand deep", "- ".repeat(5_000), "yaml-limits", "1:1"],
    ["sixty thousand quotes", '"'.repeat(60_000), "yaml-syntax", "1:3"],
  ])("%s is one clear problem", (_, text, code, at) => {
    const { problems, policies } = readPolicies([{ path: "a.yaml", text }]);
    expect(problems.slice(0, 1)).toMatchObject([{ code, where: `a.yaml:${at}`, severity: "error" }]);
    expect(problems.length).toBeLessThanOrEqual(10);
    expect(policies).toEqual([]);
  });
});
