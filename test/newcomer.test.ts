import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { copyProject, newHazard, newKind, touch } from "./support/newcomer/what-a-newcomer-does.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

/**
 * What asks for all that a newcomer may forget; each is tried with the kind and the hazard that are made up.
 */
const asking = [
  "test/core/kinds", // the orders of capturing and of giving back
  "test/core/lint", // the hazard fires, is silent, is accepted, and is a row of docs/lint.md
  "test/core/policy", // the examples mean what their golden files say
  "test/cli/session/check-plan-shape.test.ts", // a plan with a source of each kind, in order, is taken when saved
  "test/schemas/parity.test.ts",
  "test/docs.test.ts",
  "test/policies.test.ts",
  "test/exports.test.ts",
];

test("who follows ARCHITECTURE.md adds a kind of source and a hazard, and nothing is missing", () => {
  const folder = join(temporaryFolder(), "sitekeep");
  copyProject(folder);
  touch(folder, [...newKind, ...newHazard]);
  expect(run(folder, ".bin/tsc", "-p", "tsconfig.json")).toEqual({ status: 0, said: "" });
  // The row says that golden files are written anew, and read.
  const { status, said } = run(folder, ".bin/vitest", "run", "-u", ...asking);
  expect(status, said).toBe(0);
}, 600_000);

test.each([
  ["kind of source", newKind],
  ["lint hazard", newHazard],
])("who adds a %s touches all that the row of ARCHITECTURE.md names, and nothing else", (thing, touches) => {
  const named = placesIn(`| add a ${thing} |`);
  const touched = touches.map(({ file }) => file);
  expect(touched.filter((file) => !named.some((place) => file.startsWith(place)))).toEqual([]);
  expect(named.filter((place) => !touched.some((file) => file.startsWith(place)))).toEqual([]);
});

/** The files and folders that a row of ARCHITECTURE.md names. */
function placesIn(start: string): readonly string[] {
  const row = readFileSync("ARCHITECTURE.md", "utf8")
    .split("\n")
    .find((it) => it.startsWith(start));
  return [...row!.matchAll(/`((?:src|test|docs|schemas|policies)\/[^` ]*)`/g)].map(([, place]) => place!);
}

/** Runs a tool of the project in a copy of it. */
function run(folder: string, tool: string, ...args: readonly string[]) {
  const { VITEST: _, ...env } = process.env;
  const ran = spawnSync(join("node_modules", tool), args, { cwd: folder, env, encoding: "utf8" });
  return { status: ran.status, said: `${ran.stdout}${ran.stderr}`.trim() };
}
