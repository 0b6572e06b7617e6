import { describe, expect, test } from "vitest";
import { parseBackupControl } from "../../../../src/drivers/access/formats/backup-control.ts";

const control = `# a remark
[Tokens]
BACKUP_DESTINATION=%BACKUP_DEST_DIR%\\%SITE_CODE%
OWN=D:\\Own Scripts
[Stop]
#stop
service \\\\%SITE_SERVER%\\SMS_EXECUTIVE
[Tasks]
file %SITE_SERVER_ROOT_DIR%\\inboxes\\*.* %BACKUP_DESTINATION%\\inboxes
file "OWN\\*.*" BACKUP_DESTINATION\\own
  file E:\\Plain X
#file D:\\Remark X
reg \\\\S\\HKLM\\X y.dat
[Start]
file F:\\NotATask X
`;

test("the sources of file tasks come with their tokens replaced, and nothing else does", () => {
  const { fileSources } = parseBackupControl(control, "D:\\CM");
  expect(fileSources).toEqual(["D:\\CM\\inboxes", "D:\\Own Scripts", "E:\\Plain"]);
});

test("a token that nobody defines stays as it is written", () => {
  expect(parseBackupControl("[Tasks]\nfile %NOBODY%\\x y", "D:\\CM").fileSources).toEqual(["%NOBODY%\\x"]);
});

describe("a line of the tasks names", () => {
  test.each([
    ['file "E:\\My Files\\*.*" X', ["E:\\My Files"]],
    ['FILE   "E:\\a" X', ["E:\\a"]],
    ["file E:\\a\\* X", ["E:\\a"]],
    ["file E:/a/*.* X", ["E:/a"]],
    ["file E:\\a\\*.log X", ["E:\\a\\*.log"]],
    ["file E:\\*.*\\a X", ["E:\\*.*\\a"]],
    ["file", []],
    ["afile E:\\a X", []],
    ["reg file E:\\a", []],
    ["x [Start]", []],
    [`file ${"x".repeat(4_091)}`, ["x".repeat(4_091)]],
    [`file ${"x".repeat(4_092)}`, []],
  ])("%j: %j", (line, sources) => {
    expect(parseBackupControl(`[Tasks]\r\n${line}\r\n`, "D:\\CM").fileSources).toEqual(sources);
  });
});

describe("a line of the tokens defines", () => {
  test.each([
    ["A=b", { A: "b" }],
    ["A =  b c ", { A: "b c" }],
    ['A="b c"', { A: "b c" }],
    ['A=x"b"', { A: 'x"b"' }],
    ['A="b"x', { A: '"b"x' }],
    ["A=", { A: "" }],
    ["A b", {}],
    ["A b=c", {}],
    ["#A=b", {}],
    ["A=%SITE_SERVER_ROOT_DIR%\\x", { A: "D:\\CM\\x" }],
    ["A=b#", { A: "b#" }],
  ])("%j: %j", (line, tokens) => {
    const read = parseBackupControl(`[Tokens]\n${line}\n`, "D:\\CM").tokens;
    expect(Object.fromEntries(read)).toEqual({ SITE_SERVER_ROOT_DIR: "D:\\CM", ...tokens });
  });
});

test("tokens that would grow without end stay as they are written", () => {
  const tokens = `AA=${"x".repeat(1_024)}\nBB=AA AA AA AA\n`;
  const read = parseBackupControl(`[Tokens]\n${tokens}`, "D:\\CM").tokens;
  expect(read.get("BB")).toBe("AA AA AA AA");
  const fits = parseBackupControl(`[Tokens]\n${tokens.replace("BB=AA ", "BB=A ")}`, "D:\\CM").tokens;
  expect(fits.get("BB")).toHaveLength(2 + 3 * 1_024 + 2);
});
