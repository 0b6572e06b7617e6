import { createRequire } from "node:module";
import { expect, test } from "vitest";

const require = createRequire(import.meta.url);

test("npm scripts run on the Node that is installed with the project, whatever the machine has", () => {
  const { version } = require("node/package.json") as { version: string };
  expect(process.versions.node).toBe(version);
});

test("the SQL driver is one that never falls back to plain text", () => {
  const { version } = require("tedious/package.json") as { version: string };
  expect(Number(version.split(".")[0])).toBeGreaterThanOrEqual(20);
});

test("the lock file names no place that packages were fetched from", () => {
  const lock = require("../package-lock.json") as { packages: Record<string, { resolved?: string }> };
  expect(Object.values(lock.packages).filter((it) => it.resolved !== undefined)).toEqual([]);
});
