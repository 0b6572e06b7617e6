import { expect, test } from "vitest";
import { compileGlob, compileReach } from "../../../../src/drivers/access/files/glob.ts";

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
])("below which folders %s can match", (pattern, open, closed) => {
  const reaches = compileReach([pattern]);
  expect(open.filter((path) => !reaches(path))).toEqual([]);
  expect(closed.filter((path) => reaches(path))).toEqual([]);
});
