import { mkdirSync, readdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ProblemError } from "../../../../src/core/base/problem.ts";
import {
  cleanedUp,
  findStaging,
  putStaged,
  removeStaged,
  sweepEnded,
  sweepStaging,
} from "../../../../src/drivers/parts/staging/staging.ts";
import { address, noon } from "../../../support/build-site.ts";
import { madeUpMeans } from "../../../support/made-up-means.ts";
import { madeUpServer, soundAnswers } from "../../../support/made-up-server.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

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

/** A folder in place of a file can't be removed as one, by root neither. */
function stuck(folder: string, name: string): { readonly file: string; readonly sql: string } {
  mkdirSync(join(folder, name));
  return { file: join(folder, name), sql: `E:\\stage\\${name}` };
}

const removal = { means: madeUpMeans(), where: "PS1/database" };

test("a staged file that can't be removed is a risk by the server's name for it, and the others go", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "goes"), "x");
  const left = await removeStaged(
    [
      stuck(folder, "kept.bak"),
      { file: join(folder, "goes"), sql: "E:\\stage\\goes" },
      { file: join(folder, "gone"), sql: "E:\\stage\\gone" },
    ],
    removal,
  );
  expect(left).toEqual([
    {
      code: "staged-file-left",
      severity: "risk",
      message:
        "E:\\stage\\kept.bak can't be deleted (ERR_FS_EISDIR), and takes room where SQL Server writes.",
      where: "PS1/database",
      hint: expect.stringContaining("the next run tries again"),
      about: { kind: "file", path: "E:\\stage\\kept.bak" },
    },
  ]);
  expect(readdirSync(folder)).toEqual(["kept.bak"]);
});

test("a file that SQL Server has still open is removed a moment later", async () => {
  const file = stuck(temporaryFolder(), "open.bak");
  let waits = 0;
  const sleep = async () => {
    if (++waits === 2) rmdirSync(file.file);
  };
  expect(await removeStaged([file], { ...removal, means: { sleep } })).toEqual([]);
  expect(waits).toBe(2);
  const kept = stuck(temporaryFolder(), "open.bak");
  await removeStaged([kept], { ...removal, means: { sleep } });
  expect(waits).toBe(6);
});

test.each(["key", "pvk"])("a file that holds a key and stays is told as that: .%s", async (extension) => {
  const [left] = await removeStaged([stuck(temporaryFolder(), `kept.${extension}`)], removal);
  expect(left).toMatchObject({
    code: "key-file-left",
    message: expect.stringContaining(
      `E:\\stage\\kept.${extension} holds an exported key and can't be deleted`,
    ),
    hint: expect.stringMatching(/^Delete it on the SQL Server now/),
  });
});

test("what is thrown for failed work tells what stayed behind, and is itself where nothing did", async () => {
  const folder = temporaryFolder();
  const thrown = new ProblemError({
    code: "staging-full",
    severity: "error",
    message: "It was stopped.",
    where: "PS1/database",
    hint: "Free space.",
  });
  expect(await cleanedUp(thrown, async () => [])).toBe(thrown);
  const abort = new Error("stopped");
  const left = () => removeStaged([stuck(folder, `${Math.random()}.bak`)], removal);
  expect(await cleanedUp(abort, left)).toBe(abort);
  expect(await cleanedUp(thrown, left)).toMatchObject({
    problem: {
      code: "staging-full",
      message: expect.stringMatching(/^It was stopped\. E:\\stage\\.* can't be deleted/),
      hint: expect.stringMatching(/^Free space\. Let the account/),
    },
  });
});

describe("what processes of this machine left", () => {
  const names = [
    "sitekeep_PS1_cm01-77_abc234.bak",
    "sitekeep_PS1_cm01-77_abc234.key",
    "sitekeep_PS1_cm01-78_abc234.bak",
    "sitekeep_PS1_abc234.bak",
    "sitekeep_PS2_cm01-77_abc234.bak",
    "sitekeep_PS1_cm01-77_abc234.bak.x",
    "x_sitekeep_PS1_cm01-77_abc234.bak",
  ];
  const swept = async (gone: readonly string[]) => {
    const local = temporaryFolder();
    for (const name of names) writeFileSync(join(local, name), "x");
    const means = madeUpMeans({ gone });
    const left = await sweepEnded({ sql: "E:\\stage", read: "E:\\stage", local }, "PS1", {
      ...removal,
      means,
    });
    return { left, kept: readdirSync(local).sort() };
  };

  test("goes at once where they have ended, of the site alone", async () => {
    const { left, kept } = await swept(["cm01-77"]);
    expect(kept).toEqual(names.slice(2).sort());
    expect(left).toEqual([]);
  });

  test("stays where they may be at work", async () => {
    expect((await swept([])).kept).toEqual([...names].sort());
  });

  test("is told where it holds a key and stays", async () => {
    const local = temporaryFolder();
    stuck(local, "sitekeep_PS1_cm01-77_abc234.key");
    stuck(local, "sitekeep_PS1_cm01-77_abc234.bak");
    const means = madeUpMeans({ gone: ["cm01-77"] });
    const left = await sweepEnded({ sql: "E:\\stage", read: "E:\\stage", local }, "PS1", {
      ...removal,
      means,
    });
    expect(left.map(({ code, message }) => [code, message.split(" ")[0]])).toEqual([
      ["key-file-left", "E:\\stage\\sitekeep_PS1_cm01-77_abc234.key"],
    ]);
  });
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
