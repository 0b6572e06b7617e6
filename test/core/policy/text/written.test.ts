import { describe, expect, test } from "vitest";
import { placeOf, problemAt } from "../../../../src/core/policy/text/problem-at.ts";
import { lineOf, makeTextFile, whereOf } from "../../../../src/core/policy/text/text-file.ts";
import {
  asWritten,
  entriesOf,
  find,
  findText,
  itemsOf,
  type Default,
} from "../../../../src/core/policy/text/written.ts";

const byDefault: Default = { default: "default" };
const written = asWritten({ a: { b: "text", n: 1, none: null }, list: ["x", 2], one: "x" }, byDefault);

describe("what is written under a key path is found, and is nothing", () => {
  test.each([
    [["a", "b"], "text"],
    [["a", "n"], undefined],
    [["a", "none"], undefined],
    [["a", "absent"], undefined],
    [["a", "b", "below"], undefined],
    [["list", "0"], undefined],
    [["absent", "b"], undefined],
    [["a"], undefined],
  ])("where it is no text: %j", (keys, text) => {
    expect(findText(written, ...keys)).toBe(text);
  });

  test.each([
    [["a", "n"], 1],
    [["a", "none"], undefined],
    [["a", "b", "below"], undefined],
    [["absent"], undefined],
  ])("where it is null or absent: %j", (keys, value) => {
    expect(find(written, ...keys)).toEqual(
      value === undefined ? undefined : { is: "scalar", value, source: String(value), origin: byDefault },
    );
  });

  test("at the end of no path is the value itself, unless it is null", () => {
    expect(find(written)).toBe(written);
    expect(find(asWritten(null, byDefault))).toBeUndefined();
    expect(find(undefined, "a")).toBeUndefined();
  });
});

test("the entries of a map are those that null did not remove, in their order", () => {
  const names = (...keys: readonly string[]) => entriesOf(find(written, ...keys)).map(([key]) => key);
  expect(names()).toEqual(["a", "list", "one"]);
  expect(names("a")).toEqual(["b", "n"]);
  expect(names("list")).toEqual([]);
  expect(names("one")).toEqual([]);
  expect(names("absent")).toEqual([]);
});

test("a single value counts as a list of itself, a map as no list", () => {
  const items = (key: string) =>
    itemsOf(find(written, key)).map((it) => (it.is === "scalar" ? it.value : it.is));
  expect(items("list")).toEqual(["x", 2]);
  expect(items("one")).toEqual(["x"]);
  expect(items("a")).toEqual([]);
  expect(items("absent")).toEqual([]);
});

test("a place is told by its line and column, whichever the ends of lines; never behind the line's end", () => {
  const text = "a: 1\nbc: 2\r\n\nd: x";
  const file = makeTextFile("p.yaml", text);
  const where = (start: number) => whereOf({ file, start, end: start + 1 });
  const told = [...text, ""].map((_, start) => where(start).replace("p.yaml:", ""));
  expect(told.join(" ")).toBe("1:1 1:2 1:3 1:4 1:5 2:1 2:2 2:3 2:4 2:5 2:6 2:6 3:1 4:1 4:2 4:3 4:4 4:5");
  expect(lineOf({ file, start: 6, end: 7 })).toBe("p.yaml:2");
});

test("a return within a line is a character of it", () => {
  expect(makeTextFile("p.yaml", "a\rb\r\nc\r").lines).toEqual(["a\rb", "c"]);
});

test("a problem stands at the first origin that is in a file, and one about nothing written is our fault", () => {
  const file = makeTextFile("p.yaml", "a: hunter2");
  const place = { file, start: 3, end: 10 };
  expect(placeOf(undefined, byDefault, place, { file, start: 0, end: 1 })).toBe(place);
  expect(() => placeOf(undefined, byDefault)).toThrow(
    "Impossible: a problem about nothing that was written.",
  );
});

test("a problem is an error unless it says otherwise, and hides what is in its file", () => {
  const file = makeTextFile("p.yaml", "a: hunter2");
  const place = { file, start: 0, end: 1 };
  const complaint = { code: "unknown-key", message: "m", hint: "h" } as const;
  const problem = { ...complaint, severity: "error", where: "p.yaml:1:1", frame: "1 | a: hunter2\n  | ^" };
  expect(problemAt(place, complaint)).toEqual(problem);
  expect(problemAt(place, { ...complaint, severity: "risk", hide: byDefault })).toEqual({
    ...problem,
    severity: "risk",
  });
  expect(problemAt(place, { ...complaint, hide: { file, start: 3, end: 10 } })).toEqual({
    ...problem,
    frame: "1 | a: ******\n  | ^",
  });
});
