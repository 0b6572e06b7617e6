import { expect, test } from "vitest";
import { compileGlob, compileGlobs, compileReach } from "../../../../src/drivers/access/files/glob.ts";

test.each([
  ["*.log", ["smsexec.log", "SMSEXEC.LOG"], ["logs/smsexec.log", "smsexec.log.bak"]],
  ["**/*.log", ["a.log", "logs/A.LOG", "logs/old/a.log", "x/.log"], ["a.txt", "a.log/b", "a-log"]],
  ["inboxes/**", ["inboxes", "inboxes/a", "inboxes/a/b"], ["inboxes2", "x/inboxes"]],
  ["inboxes/**/hist", ["inboxes/hist", "inboxes/a/b/hist"], ["inboxes/ahist"]],
  ["**/bin/{x64,i386}/**", ["bin/x64", "a/bin/i386/b"], ["bin/arm"]],
  ["a?c", ["abc"], ["ac", "a/c"]],
  ["CD.Latest/**", ["cd.latest/SMSSETUP"], ["cdxlatest/SMSSETUP"]],
  ["a+(b)[c]$", ["a+(b)[c]$"], ["aab"]],
  ["logs\\*.lo_", ["logs/x.lo_"], ["x.lo_"]],
  ["**/*.sdf", ["Scupdb.SDF", "a/b.sdf"], ["a.sdf/x", "sdf", "a.sd"]],
  ["x/**/*.log", ["x/a.log", "x/y/a.log"], ["a.log", "y/x/a.log"]],
  ["a,b", ["a,b"], ["a", "b"]],
  ["{a,b},c", ["a,c", "b,c"], ["a", "c"]],
  ["a}", ["a}"], ["a"]],
  ["{a,{b,c}d}", ["a", "bd", "cd"], ["b", "d", "ad"]],
  ["a-b|c", ["a-b|c"], ["a-b", "c"]],
  ["**", ["a", "a/b"], []],
  ["a**b", ["ab", "a/x/b"], ["a", "xab"]],
])("%s matches names as meant", (pattern, matching, other) => {
  const matches = compileGlob(pattern);
  expect(matching.filter((path) => !matches(path))).toEqual([]);
  expect(other.filter((path) => matches(path))).toEqual([]);
});

test.each([
  ["inboxes/**", ["inboxes", "inboxes/a/b"], ["logs", "inboxes2"]],
  ["a/*/c", ["a", "a/b"], ["a/b/c", "b"]],
  ["**/*.ini", ["x", "x/y/z"], []],
  ["a/**/c", ["a", "a/x/y"], ["b"]],
  ["{a,b/c}/**", ["a", "b", "b/c", "q"], []],
  ["*.log", [], ["logs"]],
  ["a/b", ["a"], ["a/b", "b"]],
  ["a\\b\\c", ["a", "a/b"], ["b"]],
  ["{a,b}/c", ["a", "b"], ["c", "a/c"]],
])("below which folders %s can match", (pattern, open, closed) => {
  const reaches = compileReach([pattern]);
  expect(open.filter((path) => !reaches(path))).toEqual([]);
  expect(closed.filter((path) => reaches(path))).toEqual([]);
});

test("of several patterns one is enough", () => {
  const matches = compileGlobs(["a", "b/**"]);
  expect(["a", "b", "b/c", "c"].filter(matches)).toEqual(["a", "b", "b/c"]);
  const reaches = compileReach(["a/x", "b/**"]);
  expect(["a", "b/c", "c"].filter(reaches)).toEqual(["a", "b/c"]);
  expect(compileGlobs([])("a")).toBe(false);
});
