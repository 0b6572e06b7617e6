import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { kindOf, kindsInRestoreOrder, sourceKinds } from "../../../src/core/kinds/catalogue.ts";

test("every kind is described under its own name", () => {
  for (const kind of sourceKinds) expect(kindOf(kind).kind).toBe(kind);
});

test("every kind's driver is held to the contract of drivers", () => {
  const text = globSync("test/drivers/*.test.ts").map((file) => readFileSync(file, "utf8"));
  const held = text.flatMap((it) =>
    [...it.matchAll(/^driverContract\("([a-z-]+)"/gm)].map(([, kind]) => kind),
  );
  expect(held.sort()).toEqual([...sourceKinds].sort());
});

test("every kind has its own place in the order of giving back", () => {
  expect(kindsInRestoreOrder).toEqual([
    "sql-keys",
    "site-database",
    "task-backup",
    "site-files",
    "windows-registry",
    "content-library",
    "package-sources",
    "reporting-server",
    "user-state",
    "sql-database",
    "scup-database",
    "folder",
  ]);
});

test("what is said of a kind are whole sentences", () => {
  for (const kind of sourceKinds.map((it) => kindOf(it)))
    for (const words of [kind.captures, ...kind.runbook]) expect(words).toMatch(/^[A-Z].*[.]$/);
});

test("no runbook tells to give Setup a native backup, or to change the broker's identity", () => {
  const words = kindOf("site-database").runbook.join(" ");
  expect(words).toContain("DatabaseRecoveryOptions=20");
  expect(words).toContain("never use NEW_BROKER");
  expect(words).toContain("never use KEEP_REPLICATION");
});
