import { expect, test } from "vitest";
import { fileProblem } from "../../../../src/drivers/access/files/file-problems.ts";

const share = "\\\\admin07\\C$\\Users";
const folder = "D:\\Users";
const place = { where: "PS1/scup", what: "The profiles" };
const reach = "Check that the machine is on, its name resolves, and file sharing (TCP 445) is open.";
const disk = "Check the disk and the system's event log, then run again.";

test.each([
  ["ENOENT", folder, "file-missing", "is not there", "Check the path in the policy."],
  [
    "ENOENT",
    share,
    "file-missing",
    "is not there",
    "Check the path and the share's name; create or restore it.",
  ],
  ["ENOTDIR", folder, "file-missing", "is not there", "Check the path in the policy."],
  [
    "EACCES",
    folder,
    "file-access-denied",
    "may not be read",
    'Give the account that runs sitekeep Read on the folder: icacls "D:\\Users" /grant "DOMAIN\\account:(OI)(CI)RX"',
  ],
  [
    "EPERM",
    share,
    "file-access-denied",
    "may not be read",
    "Give the account that runs sitekeep Read on the share and on the NTFS folder (docs/permissions.md).",
  ],
  ...["EBUSY", "ETXTBSY"].map((code) => [
    code,
    folder,
    "file-locked",
    "is held open by another program",
    "Close the program that holds the file (Updates Publisher, for one), or run at another hour.",
  ]),
  ...["EHOSTDOWN", "EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT"].map((code) => [
    code,
    share,
    "share-unreachable",
    "can't be reached",
    reach,
  ]),
  ["ENOSPC", folder, "disk-full", "could not be written, the disk is full", "Free space on that disk."],
])("%s of %s is %s, with its cure", (...[error, path, code, says, hint]) => {
  expect(fileProblem({ code: error!, message: "?" }, { ...place, path: path! })).toEqual({
    code,
    severity: "error",
    message: `The profiles ${says}: ${path}`,
    where: "PS1/scup",
    hint,
    about: { kind: "file", path },
  });
});

test.each([
  [{ code: "EIO", message: "i/o error" }, "EIO"],
  [{ code: undefined, message: "i/o error" }, "i/o error"],
])("an error without a cure of its own is told as it came: %j", (error, words) => {
  expect(
    fileProblem({ ...error } as NodeJS.ErrnoException, {
      ...place,
      path: folder,
      severity: "risk",
      on: "cm02",
    }),
  ).toEqual({
    code: "file-unreadable",
    severity: "risk",
    message: `The profiles can't be read: D:\\Users (${words})`,
    where: "PS1/scup",
    hint: disk,
    about: { kind: "file", path: folder, on: "cm02" },
  });
});
