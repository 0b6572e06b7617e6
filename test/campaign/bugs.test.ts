import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readBugs, withBug } from "../support/campaign/bugs.ts";

const bugs = readBugs();

test("there are at least ten written bugs for the campaign to find", () => {
  expect(bugs.length).toBeGreaterThanOrEqual(10);
});

test.each(bugs)("$name: its place is in the product, once", (bug) => {
  const text = readFileSync(bug.file, "utf8");
  expect(withBug(text, bug)).not.toBe(text);
});
