import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { expect, test } from "vitest";

const page = readFileSync("ARCHITECTURE.md", "utf8");
const codeMap = rowsBelow("## Code map").map(([folder, holds, door]) => ({
  folder: textsIn(folder!)[0]!,
  rooms: textsIn(holds!),
  doors: textsIn(door!).filter((it) => it.endsWith(".ts")),
}));

test("the code map names every room of the program", () => {
  const folders = [...new Set(globSync("src/**/*.ts").map((file) => dirname(file.replaceAll("\\", "/"))))];
  expect(folders.length).toBeGreaterThan(50);
  const isNamed = (folder: string) =>
    codeMap.some((row) => row.folder === folder) ||
    codeMap.some(({ folder: house, rooms }) =>
      rooms.some((room) => `${house.replace(/\/…$/, "")}/${room}` === folder),
    );
  // A house without files of its own is named by its rooms.
  expect(folders.filter((it) => !isNamed(it))).toEqual([]);
});

test("the folders and doors of the code map are there", () => {
  const folders = codeMap.filter(({ folder }) => !folder.endsWith("/…"));
  expect(folders.map(({ folder }) => folder).filter((it) => !existsSync(it))).toEqual([]);
  const doors = folders.flatMap(({ folder, doors }) => doors.map((door) => `${folder}/**/${door}`));
  expect(doors.length).toBeGreaterThan(10);
  expect(doors.filter((door) => globSync(door).length === 0)).toEqual([]);
});

test("each invariant names tests that hold it", () => {
  const rows = rowsBelow("## Invariants, and the tests that hold them");
  expect(rows.length).toBeGreaterThan(10);
  const wrong = rows.flatMap(([invariant, cell]) => {
    const tests = testsIn(cell!);
    return tests.length === 0 ? [invariant] : tests.filter((it) => !isThere(it)).map(({ title }) => title);
  });
  expect(wrong).toEqual([]);
});

test("what the page sends a newcomer to is there", () => {
  const places = rowsBelow("## Where does it go?").flatMap((cells) => cells.flatMap(textsIn));
  const paths = places.filter((it) => /^[\w.-]+(\/[\w.-]+)*(\/|\.\w+)$/.test(it) && !/\b[xX]\b/.test(it));
  expect(paths.length).toBeGreaterThan(20);
  expect(paths.filter((it) => !isFound(it))).toEqual([]);
});

/** A name alone is of a file beside the one that was named before. */
function isFound(path: string): boolean {
  if (path.includes("/")) return existsSync(path);
  return existsSync(path) || globSync([`src/**/${path}`, `packages/*/src/**/${path}`]).length > 0;
}

/** The cells of each row of the table below a heading, its head left out. */
function rowsBelow(heading: string): readonly (readonly string[])[] {
  const section = page.split(`${heading}\n`)[1]!.split("\n## ")[0]!;
  const rows = [...section.matchAll(/^\| (.*) \|$/gm)].map(([, cells]) => cells!.split(" | "));
  return rows.slice(1);
}

function textsIn(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text!);
}

/** `file`: "title", "title"; … */
function testsIn(cell: string): readonly { readonly file: string; readonly title: string }[] {
  return [...cell.matchAll(/`([^`]+)`: ("[^"]+"(?:, "[^"]+")*)/g)].flatMap(([, file, titles]) =>
    [...titles!.matchAll(/"([^"]+)"/g)].map(([, title]) => ({ file: file!, title: title! })),
  );
}

/** Only a test or a group of them holds anything; the title stands at the beginning of its call. */
function isThere({ file, title }: { readonly file: string; readonly title: string }): boolean {
  const isTest = /^(packages\/\w+\/)?test\/.*\.(test|contract)\.ts$/.test(file) && existsSync(file);
  if (!isTest) return false;
  return ['"', "`"].some((quote) => readFileSync(file, "utf8").includes(`(${quote}${title}${quote}, `));
}
