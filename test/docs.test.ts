import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { problemCodes } from "../src/core/base/problem-codes.ts";

test("docs/problems.md explains every problem code, and no other", () => {
  const text = readFileSync("docs/problems.md", "utf8");
  const explained = [...text.matchAll(/^### `?([a-z0-9-]+)`?$/gm)].map((match) => match[1]!);
  expect([...explained].sort()).toEqual([...problemCodes].sort());
});

test("each explanation says what it means and what to do", () => {
  const sections = readFileSync("docs/problems.md", "utf8").split(/^### /m).slice(1);
  const thin = sections.filter((it) => !/\n\n\S.{20}/.test(it) || !/\*\*Cure:\*\* \S/.test(it));
  expect(thin.map((it) => it.split("\n")[0])).toEqual([]);
});
