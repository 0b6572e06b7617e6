import { expect, test } from "vitest";
import { curesOf, keyOf, pathOf, titleOf } from "../../../../src/core/model/policy/location.ts";

const folder = "\\\\backup01\\sitekeep$";

test("a folder is known by its path: in sentences, on the network, and to machines that remember it", () => {
  expect(titleOf({ folder })).toBe(folder);
  expect(pathOf({ folder })).toBe(folder);
  expect(keyOf({ folder })).toEqual({ folder });
});

test("each cure of a place ends as its sentence goes on", () => {
  const { full, ...sentences } = curesOf({ folder });
  expect(Object.values(sentences).filter((it) => !it.endsWith("."))).toEqual([]);
  expect(full).not.toMatch(/[.,:]$/);
});
