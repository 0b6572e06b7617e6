import { expect, test } from "vitest";
import {
  administrativeShare,
  cutPath,
  isWithin,
  joinPath,
  mapPath,
  nameOf,
  reachPath,
  snapshotPath,
} from "../../../../src/drivers/access/files/windows-path.ts";

test.each([
  ["d:\\Program Files\\x", "D:\\", ["Program Files", "x"]],
  ["E:", "E:\\", []],
  ["\\\\sql01\\stage$\\a\\b", "\\\\sql01\\stage$\\", ["a", "b"]],
  ["\\\\?\\UNC\\srv\\Backup\\PR1", "\\\\srv\\Backup\\", ["PR1"]],
  ["\\\\?\\C:\\long", "C:\\", ["long"]],
  ["/var/x", "/", ["var", "x"]],
  ["C:/a//b\\.\\c\\", "C:\\", ["a", "b", "c"]],
  ["//nas/share/a", "\\\\nas\\share\\", ["a"]],
  ["\\\\nas\\\\share", "\\\\nas\\share\\", []],
  ["\\\\?\\unc\\nas\\share\\a", "\\\\nas\\share\\", ["a"]],
])("%s is cut at its root", (path, root, parts) => {
  expect(cutPath(path)).toEqual({ root, parts });
});

test("a relative path and a drive-relative one have no root", () => {
  expect(cutPath("stage\\x")).toBeUndefined();
  expect(cutPath("C:x")).toBeUndefined();
  expect(cutPath("xC:\\a")).toBeUndefined();
  expect(cutPath("a\\\\nas\\share")).toBeUndefined();
  expect(cutPath("\\a")).toBeUndefined();
  expect(cutPath("a/b")).toBeUndefined();
  expect(() => snapshotPath("stage\\x")).toThrow("stage\\x is not an absolute path.");
});

test("parts are joined with the separator of the folder", () => {
  expect(joinPath("E:\\", "a", "b/c")).toBe("E:\\a\\b\\c");
  expect(joinPath("\\\\sql01\\stage$", "x.bak")).toBe("\\\\sql01\\stage$\\x.bak");
  expect(joinPath("/srv/stage", "a\\b")).toBe("/srv/stage/a/b");
  expect(joinPath("/srv/a\\b/", "c")).toBe("/srv/a\\b/c");
  expect(joinPath("stage\\x", "a/b")).toBe("stage\\x\\a\\b");
  expect(joinPath("a/\\\\b", "c")).toBe("a/\\\\b\\c");
  expect(joinPath("stage", "a", "b")).toBe("stage/a/b");
  expect(joinPath("E:", "a")).toBe("E:\\a");
  expect(joinPath("E:\\stage")).toBe("E:\\stage");
  expect(joinPath("E:\\stage", "")).toBe("E:\\stage");
});

test("a path's last part is its name", () => {
  expect(nameOf("E:\\a\\b\\")).toBe("b");
  expect(nameOf("/a/b")).toBe("b");
  expect(nameOf("\\")).toBe("\\");
});

test("in a snapshot the drive and the share stay visible", () => {
  expect(snapshotPath("e:\\SCCMContentLib")).toBe("E/SCCMContentLib");
  expect(snapshotPath("\\\\cm01\\Sources$\\Office\\")).toBe("cm01/Sources$/Office");
  expect(snapshotPath("/srv/x")).toBe("srv/x");
});

test("a drive of another machine is reached through its administrative share", () => {
  expect(administrativeShare("C:\\Users", "admin07")).toBe("\\\\admin07\\C$\\Users");
  expect(administrativeShare("\\\\nas\\users", "admin07")).toBe("\\\\nas\\users");
  expect(administrativeShare("d:\\", "admin07")).toBe("\\\\admin07\\D$");
  expect(administrativeShare("/var/x", "admin07")).toBe("/var/x");
  expect(administrativeShare("stage", "admin07")).toBe("stage");
});

test("the longest prefix of the table wins, whatever the case of the letters", () => {
  const table = { "D:\\": "/lab/D", "D:\\Sources": "/lab/other", "\\\\SQL01\\Stage$": "/lab/stage" };
  expect(mapPath("d:\\sources\\Office", table)).toBe("/lab/other/Office");
  expect(mapPath("D:\\SourcesOld\\x", table)).toBe("/lab/D/SourcesOld/x");
  expect(mapPath("\\\\sql01\\stage$\\a.bak", table)).toBe("/lab/stage/a.bak");
  expect(mapPath("F:\\x", table)).toBe("F:\\x");
  const reversed = Object.fromEntries(Object.entries(table).toReversed());
  expect(mapPath("d:\\sources\\Office", reversed)).toBe("/lab/other/Office");
  expect(mapPath("x\\y", table)).toBe("x\\y");
  expect(mapPath("E:\\x", { relative: "/lab", "E:\\": "/lab/E" })).toBe("/lab/E/x");
});

test("a path of this machine stays; one of another machine becomes a share and is then mapped", () => {
  const reach = { identity: "cm01.contoso.com", paths: { "\\\\admin07\\C$": "/lab/admin07/C" } };
  expect(reachPath("C:\\Users", undefined, reach)).toBe("C:\\Users");
  expect(reachPath("C:\\Users", "CM01", reach)).toBe("C:\\Users");
  expect(reachPath("C:\\Users", "admin07", reach)).toBe("/lab/admin07/C/Users");
});

test("a folder holds itself and what is below it, not its namesakes", () => {
  expect(isWithin("D:\\SOURCES\\a", "d:\\sources")).toBe(true);
  expect(isWithin("D:\\Sources", "D:\\Sources\\")).toBe(true);
  expect(isWithin("D:\\Sources2", "D:\\Sources")).toBe(false);
  expect(isWithin("E:\\Sources", "D:\\Sources")).toBe(false);
  expect(isWithin("D:\\", "D:\\Sources")).toBe(false);
  expect(isWithin("D:\\Sources", "Sources")).toBe(false);
  expect(isWithin("Sources", "D:\\")).toBe(false);
});
