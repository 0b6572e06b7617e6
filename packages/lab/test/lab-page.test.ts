import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { incidents } from "../src/incidents/catalogue.ts";
import { sqlIncidents } from "../src/sql/incidents.ts";

test("the page on the lab lists each incident with its machines and its sentence, and no other", () => {
  const page = readFileSync("docs/lab.md", "utf8");
  const rows = page.split("\n").filter((line) => line.startsWith("| `"));
  expect(rows).toEqual(incidents.map((it) => `| \`${it.name}\` | ${it.hosts.join(", ")} | ${it.happens} |`));
});

test("whatever the servers know how to suffer can be turned on", () => {
  const names = new Set<string>(incidents.map((it) => it.name));
  expect(Object.keys(sqlIncidents).filter((name) => !names.has(name))).toEqual([]);
});
