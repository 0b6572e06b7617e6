import { expect, test } from "vitest";
import {
  batchObstacle,
  callsRobocopy,
  quoteForBatch,
} from "../../../../src/drivers/access/formats/batch-file.ts";

test.each([
  ["D:\\Program Files\\x & y (1)\\a^b|c.txt", '"D:\\Program Files\\x & y (1)\\a^b|c.txt"'],
  ["D:\\100%\\%TEMP%", '"D:\\100%%\\%%TEMP%%"'],
  // The program's start-up code would take the quote behind one backslash for a part of the path.
  ["D:\\", '"D:\\\\"'],
  ["\\\\backup01\\share$\\a\\\\", '"\\\\backup01\\share$\\a\\\\\\\\"'],
  ["", '""'],
])("%j is written into a batch file as %j", (text, written) => {
  expect(quoteForBatch(text)).toBe(written);
});

test.each([
  ["D:\\Sicherung für PS1", "letters outside of ASCII"],
  ["D:\\日本", "letters outside of ASCII"],
  ['D:\\"a"', "a quote"],
  ["D:\\a\nb", "a control character"],
])("%j is not written into one: it has %s", (text, what) => {
  expect(batchObstacle(text)).toContain(what);
});

test("what is plain ASCII has no obstacle", () => {
  expect(batchObstacle("D:\\Program Files\\~{a} 'b' & 100% ^!=;,.\\c")).toBeUndefined();
});

test.each([
  ["robocopy a b /E", true],
  ["@rem robocopy a b", false],
  ["xcopy a b\r\n  start /wait RoboCopy.exe a b", true],
  ["xcopy a b", false],
])("%j calls robocopy: %s", (script, calls) => {
  expect(callsRobocopy(script)).toBe(calls);
});
