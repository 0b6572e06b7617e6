import { expect, test } from "vitest";
import type { FileCount } from "../../../scripts/measure-house/count-file.ts";
import { figuresOf, flatFolders, percentOf } from "../../../scripts/measure-house/figures.ts";
import { largestCircle } from "../../../scripts/measure-house/largest-circle.ts";
import { withTable } from "../../../scripts/measure-house/page.ts";

test("median and ninth of ten are numbers that occur", () => {
  const files = [9, 1, 4, 2, 3, 5, 6, 7, 8, 100].map((lines) => file("src/a/x.ts", { lines }));
  expect(figuresOf(files, 0).fileLines).toEqual({ median: 5, p90: 9, max: 100 });
});

test("percent is rounded down, so that 100 means all", () => {
  expect(percentOf({ names: 1000, withDoc: 999 })).toBe(99);
  expect(percentOf({ names: 3, withDoc: 3 })).toBe(100);
  expect(percentOf({ names: 0, withDoc: 0 })).toBe(100);
});

test("the share of tests is theirs by that of the sources", () => {
  const files = [file("src/a/x.ts", { lines: 40 }), file("src/a/y.ts", { lines: 60 })];
  expect(figuresOf(files, 80).testShare).toBe(0.8);
});

test("a folder is as flat as the files directly in it; folders of like items aren't looked at", () => {
  const files = ["src/a/1.ts", "src/a/b/2.ts", "src/a/b/3.ts", "src/cli/commands/4.ts"].map((it) => file(it));
  expect(flatFolders(files)).toEqual([
    { folder: "src/a/b", files: 2 },
    { folder: "src/a", files: 1 },
  ]);
  expect(figuresOf(files, 0).flattest).toEqual({ folder: "src/a/b", files: 2 });
});

test("two rooms that import each other are a circle, though no two of their files are", () => {
  const figures = figuresOf(
    [
      file("src/a/one.ts", { imports: ["src/b/two.ts"] }),
      file("src/b/two.ts"),
      file("src/b/three.ts", { imports: ["src/a/four.ts"] }),
      file("src/a/four.ts"),
    ],
    0,
  );
  expect(figures.fileCircle).toEqual([]);
  expect(figures.roomCircle).toEqual(["src/a", "src/b"]);
});

test("a contract that a house's rooms keep is a room of its own", () => {
  const figures = figuresOf(
    [
      file("src/drivers/drivers.ts", { imports: ["src/drivers/parts/part.ts"] }),
      file("src/drivers/parts/part.ts", { imports: ["src/drivers/driver.ts"] }),
      file("src/drivers/driver.ts"),
    ],
    0,
  );
  expect(figures.roomCircle).toEqual([]);
});

test("the largest circle is told, however long its detour", () => {
  expect(circle({ a: ["b"], b: ["c"], c: ["a", "d"], d: ["e"], e: ["d"] })).toEqual(["a", "b", "c"]);
  expect(circle({ a: ["b"], b: ["c"], c: [] })).toEqual([]);
});

test("only what stands between the marks of a page is replaced", () => {
  const page = "before\n<!-- npm run measure-house -- --write -->\n\nold\n\n<!-- measured -->\nafter\n";
  expect(withTable(page, "new\n")).toBe(page.replace("old", "new"));
  expect(() => withTable("no marks", "new")).toThrow("no place for the table");
});

function circle(arrows: Readonly<Record<string, readonly string[]>>): readonly string[] {
  return largestCircle(new Map(Object.entries(arrows)));
}

function file(path: string, told: Partial<FileCount> = {}): FileCount {
  const nothing = { functions: [], exports: [], members: [], imports: [], wideComments: [] };
  return { path, lines: 1, ...nothing, ...told };
}
