import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findStaging, putStaged, removeStaged, sweepStaging } from "../../../src/drivers/parts/staging.ts";
import { address, noon } from "../../support/build-site.ts";
import { madeUpMeans } from "../../support/made-up-means.ts";
import { madeUpServer, soundAnswers } from "../../support/made-up-server.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const sql = madeUpServer(soundAnswers((path) => path));

test("a folder that the policy names is reached by the name for this machine", async () => {
  const means = madeUpMeans({ paths: { "\\\\sql01\\stage$": "/srv/stage" } });
  const named = { sql: "E:\\stage", read: "\\\\sql01\\stage$" };
  expect(await findStaging(named, { database: address, where: "x" }, { means, sql })).toEqual({
    ...named,
    local: "/srv/stage",
  });
});

test.each([
  ["another machine", "sql01.contoso.com\\CM,1544", "\\\\sql01.contoso.com\\D$\\SQL\\Backup", undefined],
  ["this machine", "cm01", "\\\\cm01\\D$\\SQL\\Backup", "D:\\SQL\\Backup"],
])("the folder of a server on %s is reached as that machine's", async (_, server, read, local = read) => {
  const found = findStaging(
    undefined,
    { database: { ...address, server }, where: "x" },
    { means: madeUpMeans(), sql },
  );
  expect(await found).toEqual({ sql: "D:\\SQL\\Backup", read, local });
});

test("a staged file that can't be removed is a risk by the server's name for it, and the others go", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "kept"));
  const left = await removeStaged(
    [
      { file: join(folder, "kept"), sql: "E:\\stage\\kept" },
      { file: join(folder, "gone"), sql: "E:\\stage\\gone" },
    ],
    "PS1/database",
  );
  expect(left).toEqual([
    {
      code: "file-unreadable",
      severity: "risk",
      message: "A staged file can't be read: E:\\stage\\kept (ERR_FS_EISDIR)",
      where: "PS1/database",
      hint: "Check the disk and the system's event log, then run again.",
      about: { kind: "file", path: "E:\\stage\\kept" },
    },
  ]);
});

test("a staging folder that is gone has nothing to be swept", async () => {
  const local = join(temporaryFolder(), "none");
  await expect(sweepStaging({ sql: "E:\\", read: "E:\\", local }, "PS1", noon)).resolves.toBeUndefined();
});

test("a file that can't be put into the folder is told of the folder as the operator knows it", async () => {
  const folder = temporaryFolder();
  const staged = { sql: "E:\\stage\\x.bak", file: join(folder, "none", "x.bak") };
  const staging = { sql: "E:\\stage", read: "\\\\sql01\\stage$", local: join(folder, "none") };
  await expect(putStaged(join(folder, "x"), staged, staging, "PS1/database")).rejects.toMatchObject({
    problem: { code: "file-missing", message: "The staging folder is not there: \\\\sql01\\stage$" },
  });
});
