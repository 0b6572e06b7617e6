import { expect, test } from "vitest";
import { fileProblem } from "../../../../src/drivers/access/files/file-problems.ts";

const place = { where: "PS1/scup", path: "\\\\admin07\\C$\\Users", what: "The profiles" };

test.each([
  ["ENOENT", "file-missing", "is not there"],
  ["EACCES", "file-access-denied", "may not be read"],
  ["EBUSY", "file-locked", "is held open by another program"],
  ["EHOSTUNREACH", "share-unreachable", "can't be reached"],
  ["ENOSPC", "disk-full", "the disk is full"],
  ["EIO", "file-unreadable", "can't be read"],
])("%s is %s", (code, expected, words) => {
  const problem = fileProblem(Object.assign(new Error(code), { code }), place);
  expect(problem).toMatchObject({ code: expected, severity: "error", where: "PS1/scup" });
  expect(problem.message).toContain(`The profiles ${words === "the disk is full" ? "could" : words}`);
  expect(problem.message).toContain(place.path);
});

test("an error without a cure of its own keeps its code in the message", () => {
  expect(fileProblem(Object.assign(new Error("?"), { code: "EIO" }), place).message).toMatch(/\(EIO\)$/);
});
