import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

/** How many imports away from a test each source file is; the test's own support files count for nothing. */
export type Reach = ReadonlyMap<string, number>;

const program = "test/support/program.ts";
const entry = "src/cli/sitekeep.ts";

export function testFiles(): readonly string[] {
  return globSync("{test,packages/*/test}/**/*.test.ts").map(forward).sort();
}

/** Does the test run the packed program, so that it must be built first? */
export function needsProgram(test: string): boolean {
  return readFileSync(test, "utf8").includes("dist/") || visit(test).has(program);
}

/**
 * The source files that a test can notice. What it reads as text or runs as a program is found by the path it
 * names.
 */
export function reachOf(test: string): Reach {
  const sources = [...visit(test)].filter(([file]) => isBreakable(file));
  // The simulated site is the stand-in of other tests: broken, it would say nothing about them.
  return new Map(
    sources.filter(
      ([file]) => test.startsWith("packages/lab/test/") || !file.startsWith("packages/lab/src/"),
    ),
  );
}

function visit(start: string): ReadonlyMap<string, number> {
  const distances = new Map([[start, 0]]);
  const queue = [start];
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    for (const next of importsOf(file)) {
      if (distances.has(next)) continue;
      distances.set(next, distances.get(file)! + (isBreakable(next) ? 1 : 0));
      queue.push(next);
    }
  }
  return distances;
}

function isBreakable(file: string): boolean {
  return file.startsWith("src/") || file.startsWith("packages/") || file.startsWith("scripts/");
}

const known = new Map<string, readonly string[]>();

function importsOf(file: string): readonly string[] {
  const found = known.get(file) ?? readImports(file);
  known.set(file, found);
  return found;
}

function readImports(file: string): readonly string[] {
  const text = readFileSync(file, "utf8").replaceAll(/^import type .*$/gm, "");
  const named = [...text.matchAll(/"(\.{1,2}\/[^"\n]+\.ts)"/g)].map((match) =>
    forward(normalize(join(dirname(file), match[1]!))),
  );
  const runs = file === program || text.includes('"dist/') ? [entry] : [];
  return [...named, ...runs].filter((it) => existsSync(it));
}

function forward(path: string): string {
  return path.replaceAll("\\", "/");
}
