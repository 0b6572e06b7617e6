import { expect, test } from "vitest";
import { PatternList } from "../../../src/core/pattern/pattern-list.ts";
import { patternOf, readPattern } from "../../../src/core/pattern/pattern-text.ts";

test.each([
  ["*.log", ["smsexec.log", "SMSEXEC.LOG", "old.log/x"], ["logs/smsexec.log", "smsexec.log.bak"]],
  ["**/*.log", ["a.log", "logs/A.LOG", "logs/old/a.log", "x/.log", "a.log/b"], ["a.txt", "a-log"]],
  ["inboxes/**", ["inboxes", "inboxes/a", "inboxes/a/b"], ["inboxes2", "x/inboxes"]],
  ["inboxes", ["inboxes", "inboxes/a", "inboxes/a/b"], ["inboxes2", "x/inboxes"]],
  ["inboxes/", ["inboxes/a", "inboxes/a/b"], ["inboxes", "inboxes2/a"]],
  ["inboxes/**/hist", ["inboxes/hist", "inboxes/a/b/hist"], ["inboxes/ahist", "inboxes"]],
  ["**/bin/{x64,i386}/**", ["bin/x64", "a/bin/i386/b"], ["bin/arm"]],
  ["{a,b/**}", ["a", "a/c", "b", "b/c"], ["c", "ba"]],
  ["a?c", ["abc", "a😀c", "a\nc"], ["ac", "a/c"]],
  ["CD.Latest/**", ["cd.latest/SMSSETUP"], ["cdxlatest/SMSSETUP"]],
  ["a+(b)$", ["a+(b)$"], ["aab"]],
  ["x/**/*.log", ["x/a.log", "x/y/a.log"], ["a.log", "y/x/a.log"]],
  ["a,b", ["a,b"], ["a", "b"]],
  ["{a,b},c", ["a,c", "b,c"], ["a", "c"]],
  ["{7A0E}", ["{7a0e}"], ["7a0e"]],
  ["{a,{b,c}d}", ["a", "bd", "cd"], ["b", "d", "ad"]],
  ["{,x}y", ["y", "xy"], ["x"]],
  ["a-b|c", ["a-b|c"], ["a-b", "c"]],
  ["**", ["a", "a/b", "\r", "a\u2028b/\u2029"], []],
  ["*", ["a", "a/b", "\n"], []],
  ["a**b", ["ab", "a/x/b"], ["a", "xab"]],
  ["[a-c]x", ["ax", "Bx", "cx"], ["dx", "x", "aax"]],
  ["[!a-c]x", ["dx", "😀x"], ["ax", "Ax", "/x"]],
  ["[^a]x", ["bx"], ["ax"]],
  ["[a-]x", ["ax", "-x"], ["bx"]],
  ["a[[]b]", ["a[b]"], ["ab]"]],
  ["straße/ÄÖ", ["STRAßE/äö"], ["strasse/äö"]],
])("%s fits paths as meant", (pattern, fitting, other) => {
  const of = (path: string) => new PatternList([pattern]).holds(path);
  expect(fitting.filter((path) => !of(path))).toEqual([]);
  expect(other.filter(of)).toEqual([]);
});

test.each([
  ["inboxes/**", ["inboxes", "inboxes/a/b"], ["logs", "inboxes2"]],
  ["inboxes", ["inboxes", "inboxes/a/b"], ["logs", "inboxes2"]],
  ["a/*/c", ["a", "a/b", "a/b/c"], ["b", "a/b/d"]],
  ["**/*.ini", ["x", "x/y/z"], []],
  ["a/**/c", ["a", "a/x/y"], ["b"]],
  ["{a,b/c}/**", ["a", "b", "b/c"], ["q", "b/d"]],
  ["*.log", ["a.log"], ["logs"]],
  ["{a,b}/c", ["a", "b", "a/c"], ["c", "a/d"]],
])("below which folders %s can fit", (pattern, open, closed) => {
  const list = new PatternList([pattern]);
  expect(open.filter((path) => !list.reaches(path))).toEqual([]);
  expect(closed.filter((path) => list.reaches(path))).toEqual([]);
});

test("a pattern that ends in a slash fits folders, whose type is asked", () => {
  const list = new PatternList(["Temp/"]);
  expect([list.holds("Temp", "folder"), list.holds("Temp", "file")]).toEqual([true, false]);
});

test("the last pattern that fits decides, and an exception takes back what those before it fit", () => {
  const list = new PatternList(["**", "!keep", "keep/old", "!keep/old/a.txt"]);
  const paths = ["x", "keep", "keep/b", "keep/old", "keep/old/b", "keep/old/a.txt"];
  expect(paths.filter((path) => list.holds(path))).toEqual(["x", "keep/old", "keep/old/b"]);
});

test("a folder that is left out is entered where an exception may be below it", () => {
  const list = new PatternList(["Temp", "!Temp/a/keep.txt", "Cache"]);
  const folders = ["Temp", "Temp/a", "Temp/b", "Cache", "other"];
  expect(folders.filter((folder) => list.holdsAllOf(folder))).toEqual(["Temp/b", "Cache"]);
});

test("patterns that fitted nothing are known", () => {
  const list = new PatternList(["a", "b/**", "!c", "**/*.x"]);
  for (const path of ["a/1", "b", "d.x"]) list.holds(path);
  list.reaches("c");
  expect(list.idle).toEqual(["!c"]);
  expect(new PatternList([]).holds("a")).toBe(false);
});

test.each(["a[1]{2}*?.txt", "!a", "a,b", "{7A0E}", "x]"])(
  "%j is written as the pattern of itself alone",
  (name) => {
    const list = new PatternList([patternOf(name)]);
    expect([name, "a1{2}*?.txt", "a", "a[1]2zz.txt"].map((it) => list.holds(it))).toEqual([
      true,
      false,
      false,
      false,
    ]);
  },
);

test.each([
  ["", "The pattern names nothing."],
  ["!", "The pattern names nothing."],
  ["{a,b", "A `{` of the pattern is not closed."],
  ["{a,{b}", "A `{` of the pattern is not closed."],
  ["a}b", "A `}` stands in the pattern without a `{` before it."],
  ["a[bc", "A `[` of the pattern has no `]` behind some signs, within one name."],
  ["a[]b", "A `[` of the pattern has no `]` behind some signs, within one name."],
  ["a[b/c]", "A `[` of the pattern has no `]` behind some signs, within one name."],
  ["[z-a]", "A range of the pattern's `[…]` ends before it begins."],
  ["C:/Temp", "The pattern begins at a drive, and patterns are of paths below the folder."],
  ["c:", "The pattern begins at a drive, and patterns are of paths below the folder."],
  ["/a", "The pattern begins at a drive, and patterns are of paths below the folder."],
  ["a\\b", "The pattern has a `\\` in it."],
  ["a//b", "The pattern has two slashes in a row, and would fit nothing."],
  ["./a", "`.` is no name that a file has."],
  ["a/../b", "`..` is no name that a file has."],
])("%j can't be read, and the reason is told", (pattern, message) => {
  expect(readPattern(pattern)).toMatchObject({ message, hint: expect.stringMatching(/^Write /) });
});

test("the time grows with the length of the path, whatever the pattern is", () => {
  const hard = [
    "**a**a**a**a**a**a**a**a**z",
    `${"{,}".repeat(300)}x`,
    `${"*a".repeat(100)}z`,
    "**/**/**/**/**/x",
  ];
  const begun = performance.now();
  const list = new PatternList(hard);
  expect(list.holds("a/".repeat(10_000) + "a".repeat(10_000))).toBe(false);
  expect(performance.now() - begun).toBeLessThan(2000);
});

test("a list that leads to more standings than are remembered answers as before", () => {
  const list = new PatternList(["**a????????????b"]);
  let bits = 1;
  for (let round = 0; round < 400; round++) {
    bits = (bits * 1_103_515_245 + 12_345) % 2_147_483_648;
    const path = bits.toString(2).replaceAll("0", "a").replaceAll("1", "c");
    expect(list.holds(`${path}a${"c".repeat(12)}b`)).toBe(true);
    expect(list.holds(`c${path}`)).toBe(false);
  }
});
