import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { outsideFactsPage } from "../../../scripts/outside-facts/page.ts";
import { outsideFacts } from "../../../src/core/outside/catalogue.ts";
import { isBelief } from "../../../src/core/outside/facts/outside-fact.ts";

test("docs/outside-facts.md is what `npm run outside-facts` makes of the register", async () => {
  expect(readFileSync("docs/outside-facts.md", "utf8")).toBe(await outsideFactsPage());
});

test("no fact stands in the register twice", () => {
  const ids = outsideFacts.map(({ id }) => id);
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
});

test("the README tells how many facts are beliefs", () => {
  const beliefs = outsideFacts.filter(isBelief).length;
  expect(readFileSync("README.md", "utf8")).toContain(
    `${beliefs} of ${outsideFacts.length} facts of other products`,
  );
});

describe.each(outsideFacts)("$id", (fact) => {
  test("says what it means, how sure we are, and what is done where it is otherwise", () => {
    expect(fact.says).not.toBe("");
    expect(fact.otherwise).not.toBe("");
    expect(fact.confidence).toBeGreaterThan(0);
    expect(fact.confidence).toBeLessThan(100);
    if (isBelief(fact)) expect(fact.confidence).toBeLessThanOrEqual(85);
  });
});
