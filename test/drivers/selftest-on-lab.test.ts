import { expect, test } from "vitest";
import { askFacts } from "../../src/drivers/parts/ask-facts.ts";
import { withSql } from "../../src/drivers/parts/session/sql-session.ts";
import { labMeans } from "../support/lab-means.ts";
import { labDatabase } from "../support/lab-sources.ts";
import { withRunningLab } from "../support/running-lab.ts";

const lab = withRunningLab();

test("nothing of the lab's site, which is written from public documents, differs from the register", async () => {
  const task = { database: labDatabase(lab.folder, "CM_PS1"), where: "PS1/CM_PS1", doing: "be asked" };
  const facts = await withSql(labMeans(lab.folder), task, (sql) => askFacts(sql, { task, values: {} }));
  const found = Map.groupBy(facts, (it) => it.found);
  expect([found.get("differs") ?? [], found.get("not-asked") ?? []]).toEqual([[], []]);
  // What no row holds can't be confirmed: states that this site is not in.
  expect((found.get("not-seen") ?? []).filter(({ id }) => !id.includes(" = "))).toEqual([]);
  expect(found.get("confirmed")!.length).toBeGreaterThan(150);
});
