import { expect, test } from "vitest";
import { readTextPlace, writeTextPlace } from "../../../src/core/base/text-place.ts";

test.each([
  [{ path: "policies/ps1.yaml", line: 14, column: 7 }, "policies/ps1.yaml:14:7"],
  [{ path: "C:\\policies\\ps1.yaml", line: 1 }, "C:\\policies\\ps1.yaml:1"],
  [{ path: "odd:5/ps1.yaml", line: 2, column: 1 }, "odd:5/ps1.yaml:2:1"],
  [{ path: "two\nlines.yaml", line: 3 }, "two\nlines.yaml:3"],
])("%j is written as %s, and read again", (place, text) => {
  expect(writeTextPlace(place)).toBe(text);
  expect(readTextPlace(text)).toEqual(place);
});

test.each(["PS1/database", "PS1 window", "repository main", "C:\\sitekeep\\machine.yaml", "plan", ""])(
  "%s is no place in a text",
  (where) => {
    expect(readTextPlace(where)).toBeUndefined();
  },
);
