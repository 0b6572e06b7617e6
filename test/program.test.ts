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
  const lock = require("../package-lock.json") as { packages: Record<string, Locked> };
  const places = Object.entries(lock.packages).filter(([, it]) => it.resolved !== undefined);
  // A package of this project is linked from its folder, which npm writes down under the same word.
  const ours = [["node_modules/sitekeep-lab", { resolved: "packages/lab", link: true }]];
  expect(places).toEqual(ours);
});

interface Locked {
  readonly resolved?: string;
}
