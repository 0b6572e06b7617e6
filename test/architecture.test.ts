import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";

const nouns = ["core/base", "core/pattern", "core/outside/**", "core/model/**"];
const decisions = [
  "core/kinds/**",
  "core/policy/**",
  "core/lint/**",
  "core/alarms",
  "core/plan/**",
  "core/simulate",
  "core/report/**",
];
const formats = ["store/format/encoding", "store/format"];
// What the engine is shown of the store: the contract of a repository, how one is opened, and what goes wrong
// with it.
const keeping = ["store", "store/repository.ts", "store/backends", "store/objects", "store/keys"];
const access = ["drivers/access/sql", "drivers/access/files", "drivers/access/formats"];
const driving = ["drivers", "drivers/driver.ts", "drivers/parts/**", "drivers/selftest", ...access];

// Lowest first. A folder may import itself and what it names (`/**`: with all its rooms); nothing else.
const mayImport: Record<string, readonly string[]> = {
  "core/base": [],
  "core/pattern": ["core/base"],
  ...stacked("core/outside", { rooms: ["facts", "sql", "site"], on: ["core/base"] }),
  ...stacked("core/model", {
    rooms: ["policy", "repository", "facts"],
    on: ["core/base", "core/outside/**"],
  }),
  "core/policy/text": nouns,
  ...stacked("core/kinds", { rooms: ["parts"], on: [...nouns, "core/policy/text"] }),
  ...stacked("core/policy", {
    rooms: ["shape", "yaml", "resolve", "check"],
    on: [...nouns, "core/policy/text", "core/kinds/**"],
  }),
  ...stacked("core/lint", { rooms: ["parts", "questions", "hazards"], on: [...nouns, "core/kinds/**"] }),
  "core/alarms": nouns,
  ...stacked("core/plan", {
    rooms: ["points", "calendar", "window", "retention", "survey", "risks"],
    on: [...nouns, "core/kinds/**", "core/lint/**", "core/alarms"],
  }),
  "core/simulate": [...nouns, "core/kinds/**", "core/plan/**"],
  ...stacked("core/report", { rooms: ["words"], on: nouns }),
  threads: [],
  "store/backends": ["core/base"],
  ...stacked("store/format", { rooms: ["encoding"], on: nouns }),
  "store/ingest": [...nouns, "threads", ...formats],
  "store/repository.ts": nouns,
  ...stacked("store", {
    rooms: ["objects", "keys", "index", "tree", "crew", "walk", "write", "restore", "prune", "check"],
    on: [...nouns, "threads", ...formats, "store/backends", "store/ingest", "store/repository.ts"],
  }),
  "drivers/access/sql": ["core/base", "core/outside/**"],
  // The two ways to a server. Nobody but who connects knows which one it is.
  "drivers/access/sql/mssql": ["core/base", "drivers/access/sql"],
  "drivers/access/sql/sqlcmd": ["core/base", "core/outside/**", "drivers/access/sql"],
  "drivers/access/files": ["core/base", "core/pattern", "core/outside/**", "threads"],
  "drivers/access/formats": ["core/base", "core/outside/**"],
  "drivers/driver.ts": [...nouns, ...access],
  ...stacked("drivers/parts", {
    rooms: ["session", "staging", "keys", "backup", "task", "reports"],
    on: [...nouns, ...access, "drivers/driver.ts"],
  }),
  "drivers/selftest": [...nouns, ...access, "drivers/driver.ts", "drivers/parts/**"],
  drivers: [...nouns, ...access, "drivers/driver.ts", "drivers/parts/**"],
  // Of the two lowest rooms the engine names the contracts only: `Backend` and `SqlRunner` are in its
  // `World`.
  ...stacked("engine", {
    rooms: ["session", "alarms", "look", "repository", "run"],
    on: [...nouns, "threads", ...decisions, ...keeping, ...driving],
  }),
  "packages/lab/src": [], // The simulated site knows nothing of the product, so it can't flatter it.
  ...stacked("cli", {
    rooms: ["command", "options", "screen", "world", "session", "demo", "commands", "groups"],
    on: [...nouns, ...decisions, "engine/**", ...keeping, ...driving, "drivers/access/sql/**"],
  }),
};

/**
 * A house whose rooms lie one on the other: each may import those named before it, and the house's own files
 * all of them.
 */
function stacked(
  house: string,
  { rooms, on: ground }: { readonly rooms: readonly string[]; readonly on: readonly string[] },
): Record<string, readonly string[]> {
  const places = [...rooms.map((room) => `${house}/${room}`), house];
  return Object.fromEntries(places.map((place, floor) => [place, [...ground, ...places.slice(0, floor)]]));
}

const homes = Object.keys(mayImport).sort((left, right) => right.length - left.length);

// The core decides; it never looks, waits, or asks the time.
const effects =
  /from "(node:|mssql|tedious|chokidar|listr2)|\bDate\.now\(|new Date\(\)|Math\.random\(|\bprocess\./;
const coreLibraries = new Set(["yaml", "ajv", "cron-parser", "fastest-levenshtein", "luxon"]);

// Paths below `src`; the packages beside it begin with `packages/`.
const files = globSync(["src/**/*.ts", "packages/*/src/**/*.ts"])
  .map((file) => file.replaceAll("\\", "/").replace(/^src\//, ""))
  .sort();
const text = new Map(files.map((file) => [file, readFileSync(pathOf(file), "utf8")]));

describe.each(files)("%s", (file) => {
  test("imports only what its folder may", () => {
    const home = homeOf(file);
    const strays = importsOf(file)
      .map(homeOf)
      .filter((to) => to !== home && !mayImport[home]!.some((it) => opens(it, to)));
    expect(strays).toEqual([]);
  });

  test("fits in 350 lines", () => {
    expect(text.get(file)!.split("\n").length).toBeLessThanOrEqual(350);
  });
});

test("every room of the program has a line of its own in the import table", () => {
  const rooms = new Set(files.filter((file) => !file.startsWith("packages/")).map((file) => dirname(file)));
  expect(rooms.size).toBeGreaterThan(50);
  expect([...rooms].filter((room) => !(room in mayImport))).toEqual([]);
});

// One test for all: a test of each file would hold the name that it judges in its own title, and could never
// fail.
test("every file has a name that says what it is", () => {
  expect(files.filter((file) => !/^([a-z0-9-]+\/)*[a-z0-9-]+\.ts$/.test(file))).toEqual([]);
  expect(files.filter((file) => /\/(types|utils|helpers|interfaces|index)\.ts$/.test(file))).toEqual([]);
});

test.each(files.filter((file) => file.startsWith("core/")))("%s has no effects", (file) => {
  expect(text.get(file)).not.toMatch(effects);
  expect(librariesOf(file).filter((name) => !coreLibraries.has(name.split("/")[0]!))).toEqual([]);
});

test("one file knows the library that draws a run", () => {
  const drawing = files.filter((file) => librariesOf(file).includes("listr2"));
  expect(drawing).toEqual(["cli/screen/live-tree.ts"]);
});

test("the lab imports nothing of the product", () => {
  const lab = files.filter((file) => file.startsWith("packages/lab/"));
  expect(lab.length).toBeGreaterThan(100);
  expect(lab.flatMap(importsOf).filter((to) => !to.startsWith("packages/lab/src/"))).toEqual([]);
});

test("no file imports itself by a detour", () => {
  expect(files.filter((file) => reach(file).has(file))).toEqual([]);
});

// The lab need not be installed beside the product: a second file that asked for it would fail where it is
// missing, or bring it along.
test("one file of the product knows the lab, and by the name of its package", () => {
  const askers = files.filter((file) => librariesOf(file).some((it) => /^sitekeep-lab(\/|$)/.test(it)));
  expect(askers).toEqual(["cli/world/lab-world.ts"]);
});

function pathOf(file: string): string {
  return file.startsWith("packages/") ? file : `src/${file}`;
}

function opens(permission: string, home: string): boolean {
  const house = permission.replace(/\/\*\*$/, "");
  return house === home || (house !== permission && home.startsWith(`${house}/`));
}

/**
 * The innermost folder of the table that holds the file, or the file itself; a folder missing from the table
 * is a failure.
 */
function homeOf(file: string): string {
  const home = homes.find((it) => file === it || file.startsWith(`${it}/`));
  if (home === undefined) throw new Error(`${pathOf(file)} lies in no folder of the import table.`);
  return home;
}

function specifiersOf(file: string): readonly string[] {
  const pattern = /(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g;
  return [...text.get(file)!.matchAll(pattern)].map((match) => match[1]!);
}

function importsOf(file: string): readonly string[] {
  return specifiersOf(file)
    .filter((it) => it.startsWith("."))
    .map((it) => normalize(join(dirname(pathOf(file)), it)).replaceAll("\\", "/"))
    .map((it) => it.replace(/^src\//, ""))
    .filter((it) => it.endsWith(".ts"));
}

function librariesOf(file: string): readonly string[] {
  return specifiersOf(file).filter((it) => !it.startsWith("."));
}

function reach(start: string): ReadonlySet<string> {
  const seen = new Set<string>();
  const queue = [...importsOf(start)];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    queue.push(...(text.has(file) ? importsOf(file) : []));
  }
  return seen;
}
