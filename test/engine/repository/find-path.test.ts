import { expect, test } from "vitest";
import { ProblemError } from "../../../src/core/base/problem.ts";
import { findPath } from "../../../src/engine/repository/find-path.ts";
import type { TreeEntry } from "../../../src/store/repository.ts";
import { noon, snapshotOf } from "../../support/build-site.ts";
import { files } from "../../support/engine-site.ts";

const held = [
  "cm01/Sources$/Apps/Office/setup.exe",
  "cm01/Sources$/Apps/Office/Office/data.cab",
  "cm01/Sources$/Apps/7-Zip/7z.msi",
  "cm01/Sources$/Drivers/Dell/x64/a.inf",
  "cm01/Sources$/Drivers/HP/x64/b.inf",
  "D/Scripts/tell.ps1",
];
const snapshot = snapshotOf(files, noon);

test.each([
  ["cm01/Sources$/Apps", "cm01/Sources$/Apps"],
  ["\\\\cm01\\Sources$\\Apps\\7-Zip\\", "cm01/Sources$/Apps/7-Zip"],
  ["D:\\Scripts", "D/Scripts"],
  ["Office", "cm01/Sources$/Apps/Office"],
  ["office/SETUP.EXE", "cm01/Sources$/Apps/Office/setup.exe"],
  ["Office\\Office", "cm01/Sources$/Apps/Office/Office"],
  ["HP/x64", "cm01/Sources$/Drivers/HP/x64"],
  ["tell.ps1", "D/Scripts/tell.ps1"],
])("%s means %s", async (typed, path) => {
  expect(await findPath(trees, snapshot, typed)).toBe(path);
});

test("the end of several paths is refused with their list, and what is not there as that", async () => {
  expect(await problemOf("x64")).toMatchObject({
    code: "snapshot-path-ambiguous",
    message: "2 paths of PS1/files end in x64.",
    hint: "Name one of them: cm01/Sources$/Drivers/Dell/x64, cm01/Sources$/Drivers/HP/x64.",
  });
  for (const typed of ["ffice", "Office/7-Zip", "\\", "."])
    expect(await problemOf(typed), typed).toMatchObject({ code: "snapshot-path-missing" });
});

async function problemOf(typed: string): Promise<unknown> {
  const thrown = await findPath(trees, snapshot, typed).catch((it: unknown) => it);
  expect(thrown).toBeInstanceOf(ProblemError);
  return (thrown as ProblemError).problem;
}

/** A repository's trees, of these files alone. */
const trees = {
  async *tree(_: string, path?: string): AsyncGenerator<TreeEntry> {
    for (const it of held)
      if (path === undefined || it === path || it.startsWith(`${path}/`))
        yield { type: "file", path: it, modifiedAt: noon, size: 1 } as TreeEntry;
  },
};
