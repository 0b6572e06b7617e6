import { expect, test } from "vitest";
import { decidePathRefusal } from "../../../src/store/restore/restore-path.ts";

test.each(["a", "a/b.txt", "…", "con", "a:b", "back\\slash", "dot.", "COM1.log"])(
  "“%s” is written on Linux",
  (path) => {
    expect(decidePathRefusal(path, "linux")).toBeUndefined();
  },
);

test.each(["", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/..", "./a", "a\0b"])(
  "“%s” is written nowhere",
  (path) => {
    expect(decidePathRefusal(path, "linux")).toBeDefined();
    expect(decidePathRefusal(path, "win32")).toBeDefined();
  },
);

const characters = [
  "C:/x",
  "a/C:x",
  "file:stream",
  "..\\a",
  "\\\\server\\share",
  "a?b",
  "a*b",
  "a|b",
  'a"b',
  "a\tb",
];
const names = [
  "con",
  "a/CON/b",
  "nul.txt",
  "Com1",
  "lpt9.log",
  "COM¹",
  "conin$",
  "trailing.",
  "trailing ",
  "a. /b",
];

test.each([...characters, ...names])("“%s” is not written on Windows", (path) => {
  expect(decidePathRefusal(path, "win32")).toBeDefined();
});

test.each(["console", "com", "com10", "a.con", "null", ".hidden", "a b"])(
  "“%s” is written on Windows",
  (path) => {
    expect(decidePathRefusal(path, "win32")).toBeUndefined();
  },
);
