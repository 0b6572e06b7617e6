import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { gibibyte } from "../../../src/core/base/bytes.ts";
import { given } from "../../../src/core/base/given.ts";
import {
  chainFile,
  type RestoreRequest,
  restoreDatabase,
} from "../../../src/drivers/parts/database-restore.ts";
import { address, database as source } from "../../support/build-site.ts";
import { type MadeUpMachine, madeUpMeans } from "../../support/made-up-means.ts";
import { type Answers, madeUpServer, refusal, soundAnswers } from "../../support/made-up-server.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const target = { ...address, name: "CM_back" };
const online = { state_desc: "ONLINE", is_broker_enabled: false, is_trustworthy_on: false };

describe("a chain", () => {
  test("is restored link by link, recovered, checked, and what was staged for it is removed", async () => {
    const { folder, sql, means, steps } = await restore({ modes: ["full", "differential", "log"] });
    const disk = (at: number) => `FROM DISK = N'E:\\stage\\sitekeep_PS1_cm01-1_nonce${at}.bak'`;
    expect(sql.batches).toEqual([
      `RESTORE FILELISTONLY ${disk(1)};`,
      `RESTORE DATABASE [CM_back] ${disk(1)} WITH FILE = 1, NORECOVERY, CHECKSUM, STATS = 5, MOVE N'CM_PS1' TO N'F:\\Data\\CM_back.mdf', MOVE N'CM_PS1_log' TO N'G:\\Log\\CM_back_log.ldf';`,
      `RESTORE DATABASE [CM_back] ${disk(2)} WITH FILE = 1, NORECOVERY, CHECKSUM, STATS = 5;`,
      `RESTORE LOG [CM_back] ${disk(3)} WITH FILE = 1, NORECOVERY, CHECKSUM, STATS = 5;`,
      "RESTORE DATABASE [CM_back] WITH RECOVERY;",
      "DBCC CHECKDB (N'CM_back') WITH NO_INFOMSGS, ALL_ERRORMSGS;",
    ]);
    expect(steps).toEqual([
      "Restored the full backup 1 of 3 to CM_back, every page checked.",
      "Restored the differential backup 2 of 3 to CM_back, every page checked.",
      "Restored the log backup 3 of 3 to CM_back, every page checked.",
      "Recovered CM_back on sql01.contoso.com.",
      "CM_back is online; Service Broker and TRUSTWORTHY are off.",
      "DBCC CHECKDB found nothing wrong with CM_back.",
    ]);
    expect(means.reported).toEqual([
      { text: "restoring CM_back, 35 %" },
      { text: "restoring CM_back, 35 %" },
      { text: "restoring CM_back, 35 %" },
      { text: "recovering CM_back, 35 %" },
      { text: "checking CM_back" },
    ]);
    expect(readdirSync(folder)).toEqual([]);
    expect([means.opened, sql.closed()]).toEqual([["master"], 1]);
  });

  test("is read by the server from files that were put where it reads", async () => {
    const folder = temporaryFolder();
    let found: readonly string[] = [];
    const fileList = () => {
      found = readdirSync(folder).map((name) => `${name} ${readFileSync(join(folder, name), "utf8")}`);
      return [];
    };
    await restore({ folder, answers: { fileList }, modes: ["full", "log"] });
    expect(found).toEqual([
      "sitekeep_PS1_cm01-1_nonce1.bak full of 0",
      "sitekeep_PS1_cm01-1_nonce2.bak log of 1",
    ]);
  });

  test("puts every file of the backup beside the instance's own, each under a name of its own", async () => {
    const fileList = [
      file("CM", "D"),
      file("CM_2", "D"),
      file("CM_log", "L"),
      file("CM_log2", "L"),
      file("O'Neill", "S"),
    ];
    const { sql } = await restore({ answers: { fileList } });
    expect(sql.batches[1]!.split(", MOVE ").slice(1)).toEqual([
      "N'CM' TO N'F:\\Data\\CM_back.mdf'",
      "N'CM_2' TO N'F:\\Data\\CM_back_1.ndf'",
      "N'CM_log' TO N'G:\\Log\\CM_back_log2.ldf'",
      "N'CM_log2' TO N'G:\\Log\\CM_back_log3.ldf'",
      "N'O''Neill' TO N'F:\\Data\\CM_back_4';",
    ]);
  });

  test("leaves the files where they were when the instance does not tell its own folders", async () => {
    const dataFolders = [{ data: null, log: null }];
    const { sql } = await restore({ answers: { dataFolders, fileList: [file("CM", "D"), file("L", "L")] } });
    expect(sql.batches[1]).toContain(
      "TO N'D:\\Old folder\\CM_back.mdf', MOVE N'L' TO N'D:\\Old folder\\CM_back_log.ldf';",
    );
  });

  test("goes through the server's own folder where none is named, and through that machine's share", async () => {
    const { sql } = await restore({ unstaged: true });
    expect(sql.batches[0]).toBe(
      "RESTORE FILELISTONLY FROM DISK = N'D:\\SQL\\Backup\\sitekeep_PS1_cm01-1_nonce1.bak';",
    );
  });

  test("replaces a database only where that was asked, and then says so to the server once", async () => {
    const { sql } = await restore({ replace: true, before: [online], modes: ["full", "log"] });
    expect(sql.batches.map((it) => it.includes(", REPLACE;"))).toEqual([false, true, false, false, false]);
  });
});

describe("a folder where the target's server reads", () => {
  test("is one of its machine where nobody says how it is reached from here", async () => {
    const { sql, means } = await restore({ staging: { sql: "E:\\stage" } });
    expect(sql.batches[0]).toContain("N'E:\\stage\\sitekeep_PS1_");
    expect(means.spaces[0]).toBe(means.localPath("\\\\sql01.contoso.com\\E$\\stage"));
  });

  test("is cleared of what ended runs left, before it is asked for room", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "sitekeep_PS1_cm01-77_old.bak"), "x");
    const space = () => {
      expect(readdirSync(folder)).toEqual([]);
      return { freeBytes: tebibyte, totalBytes: tebibyte };
    };
    await restore({ folder, gone: ["cm01-77"], space });
  });

  test("that keeps a file when all is done is told among what was done", async () => {
    const folder = temporaryFolder();
    // A folder in place of the file, which can't be removed as one.
    const check = () => {
      const [name] = readdirSync(folder);
      rmSync(join(folder, name!));
      mkdirSync(join(folder, name!));
      return [];
    };
    const { steps } = await restore({ folder, answers: { check } });
    expect(steps.at(-1)).toMatch(
      /^E:\\stage\\sitekeep_PS1_cm01-1_nonce1\.bak can't be deleted .* the next run tries/,
    );
  });
});

const tebibyte = 1024 * gibibyte;

describe("room for a restore", () => {
  const free = (freeBytes: number) => ({ freeBytes, totalBytes: tebibyte });
  const dataBytes = 100 * gibibyte;

  test("is asked for the backups, and for the data files where the instance puts them", async () => {
    const { means } = await restore({ dataBytes });
    expect(means.spaces).toEqual([means.localPath("\\\\sql01\\stage$"), "\\\\sql01.contoso.com\\F$\\Data"]);
  });

  test("that lacks for the backups ends it before anything is copied", async () => {
    const folder = temporaryFolder();
    const sql = serverOf({});
    const space = () => free(10 * gibibyte + 8);
    await restore({ modes: ["log"], space });
    await expect(restore({ folder, sql, modes: ["full", "log"], space })).rejects.toMatchObject({
      problem: {
        code: "disk-full",
        message:
          "To restore CM_back, the backups (17 B) have to go to E:\\stage of sql01.contoso.com, where 10 GiB are free, of which 10 GiB have to stay free. Nothing was copied.",
        where: "PS1/database",
        hint: expect.stringContaining("--staging"),
      },
    });
    expect([readdirSync(folder), sql.batches]).toEqual([[], []]);
  });

  test("that lacks for the data files names them", async () => {
    const space = (folder: string) => free(folder.includes("F$") ? 109 * gibibyte : 500 * gibibyte);
    await expect(restore({ dataBytes, space })).rejects.toMatchObject({
      problem: {
        code: "disk-full",
        message: expect.stringContaining("the data files (100 GiB) have to go to F:\\Data"),
      },
    });
    await restore({ dataBytes, space: () => free(110 * gibibyte) });
  });

  test("of one drive is that of both together", async () => {
    const dataFolders = [{ data: "E:\\Data", log: "E:\\Data" }];
    const space = () => free(110 * gibibyte);
    await restore({ dataBytes, space });
    await expect(restore({ dataBytes, space, answers: { dataFolders } })).rejects.toMatchObject({
      problem: {
        message: expect.stringContaining(
          "the backups (9 B) and the data files (100 GiB) have to go to E:\\stage and E:\\Data",
        ),
      },
    });
  });

  test("is not asked for files that others leave to these, nor where nobody can tell it", async () => {
    const small = (folder: string) => free(folder.includes("F$") ? 0 : tebibyte);
    await restore({ dataBytes, replace: true, before: [online], space: small });
    await restore({ dataBytes, answers: { dataFolders: [{ data: null, log: null }] }, space: small });
    await restore({ space: small });
    await restore({ dataBytes, space: () => Promise.reject(new Error("no")) });
  });
});

describe("a restore that goes wrong", () => {
  test("before it began is told as that", async () => {
    const request = { target, siteCode: "PS1", where: "PS1/database", chain: [], replace: false };
    const means = madeUpMeans({ sql: refusal([18456, "Login failed."]) });
    await expect(restoreDatabase(request, means)).rejects.toMatchObject({
      problem: {
        code: "sql-login-refused",
        message: "sql01.contoso.com could not restore CM_back: Login failed. (error 18456)",
        where: "PS1/database",
      },
    });
  });

  test("for want of a folder that somebody names says so", async () => {
    const answers = { stagingFolder: [{ folder: null }] };
    await expect(restore({ unstaged: true, answers })).rejects.toMatchObject({
      problem: {
        code: "staging-not-named",
        where: "PS1/database",
        hint: expect.stringContaining("--staging 'E:\\stage'"),
      },
    });
  });

  test("touches no database that is there", async () => {
    const sql = madeUpServer({ database: [online] });
    await expect(restore({ sql })).rejects.toMatchObject({
      problem: {
        code: "restore-would-overwrite",
        severity: "error",
        message: "CM_back is already on sql01.contoso.com.",
        where: "PS1/database",
        hint: "Restore under another name, or ask for the replacement of CM_back.",
      },
    });
    expect(sql.batches).toEqual([]);
  });

  test("before it has begun drops nothing, which may be somebody else's by now", async () => {
    const sql = serverOf({});
    const chain = [{ file: join(temporaryFolder(), "none.bak"), mode: "full" as const }];
    await expect(restore({ sql, chain })).rejects.toThrow();
    expect(sql.batches).toEqual([]);
  });

  test("leaves no half of a new database and no staged file, whatever dropping it comes to", async () => {
    const folder = temporaryFolder();
    const restoring = refusal([3203, "Read failed."], [3013, "RESTORE DATABASE is terminating abnormally."]);
    const sql = serverOf({ answers: { restore: restoring, drop: refusal([5, "Not now."]) } });
    await expect(restore({ folder, sql })).rejects.toMatchObject({
      problem: {
        code: "backup-unreadable",
        message: "sql01.contoso.com could not restore CM_back: Read failed. (error 3203)",
        where: "PS1/database",
      },
    });
    expect(sql.batches.at(-1)).toBe("IF DB_ID(N'CM_back') IS NOT NULL DROP DATABASE [CM_back];");
    expect(readdirSync(folder)).toEqual([]);
  });

  test("names the folder as the server sees it where that is the cause", async () => {
    const answers = { restore: refusal([3201, "Cannot open backup device."]) };
    await expect(restore({ answers })).rejects.toMatchObject({
      problem: {
        code: "staging-unusable",
        hint: expect.stringContaining("read and change files in E:\\stage, "),
      },
    });
  });

  test("does not drop what was there before", async () => {
    const sql = serverOf({ before: [online], answers: { restore: refusal([3203, "Read failed."]) } });
    await expect(restore({ sql, replace: true })).rejects.toThrow("Read failed.");
    expect(sql.batches.filter((it) => it.includes("DROP"))).toEqual([]);
  });

  test("for want of a file to put in the folder says so of the folder", async () => {
    const chain = [{ file: join(temporaryFolder(), "none.bak"), mode: "full" as const }];
    await expect(restore({ chain })).rejects.toMatchObject({
      problem: {
        code: "file-missing",
        severity: "error",
        message: "The staging folder is not there: \\\\sql01\\stage$",
        where: "PS1/database",
        hint: "Check the path and the share's name; create or restore it.",
      },
    });
  });

  test.each([
    ["it is not there", []],
    ["it is SUSPECT", [{ ...online, state_desc: "SUSPECT" }]],
    ["its Service Broker is on", [{ ...online, is_broker_enabled: true }]],
    ["TRUSTWORTHY is on", [{ ...online, is_trustworthy_on: true }]],
  ])("at last, as %s, is told and taken back", async (what, after) => {
    const sql = serverOf({ after });
    await expect(restore({ sql })).rejects.toMatchObject({
      problem: {
        code: "restore-check-failed",
        severity: "error",
        message: `CM_back was restored on sql01.contoso.com, but ${what}.`,
        where: "PS1/database",
        hint: "Don't let anything connect to it; drop it and look into the server's error log.",
      },
    });
    expect(sql.batches.at(-1)).toContain("DROP DATABASE [CM_back];");
  });

  test("in its check is told as a database that is damaged", async () => {
    const answers = { check: refusal([8928, "Object ID 1: page (1:79) could not be processed."]) };
    await expect(restore({ answers })).rejects.toMatchObject({
      problem: {
        code: "database-damaged",
        message:
          "sql01.contoso.com could not check CM_back: Object ID 1: page (1:79) could not be processed. (error 8928)",
      },
    });
  });

  test("is stopped with the run", async () => {
    const stop = new AbortController();
    const signals = new Set<unknown>();
    const noted: Answers["restore"] = (_, { signal }) => (signals.add(signal), []);
    await restore({ signal: stop.signal, answers: { restore: noted, check: noted } });
    expect([...signals]).toEqual([stop.signal]);
  });
});

test("a backup file is looked for among what was restored", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "CM_PS1.full.bak"), "x");
  expect(await chainFile(folder, "CM_PS1.full.bak", source)).toBe(join(folder, "CM_PS1.full.bak"));
  await expect(chainFile(folder, "CM_PS1.log.bak", source)).rejects.toMatchObject({
    problem: {
      code: "backup-not-in-snapshot",
      severity: "error",
      message: "CM_PS1.log.bak is not among the restored files of database.",
      where: "database",
      hint: "Restore the whole snapshot, then give it back.",
    },
  });
});

interface Setting {
  readonly modes?: readonly ("full" | "differential" | "log")[];
  readonly chain?: RestoreRequest["chain"];
  readonly answers?: Answers;
  /** Rows for the database before it is restored, and afterwards. */
  readonly before?: readonly Record<string, string | boolean>[];
  readonly after?: readonly Record<string, string | boolean>[];
  readonly replace?: boolean;
  readonly unstaged?: boolean;
  readonly folder?: string;
  readonly sql?: ReturnType<typeof madeUpServer>;
  readonly signal?: AbortSignal;
  readonly staging?: RestoreRequest["staging"];
  readonly dataBytes?: number;
  readonly space?: MadeUpMachine["space"];
  readonly gone?: readonly string[];
}

async function restore(setting: Setting = {}) {
  const { modes = ["full"], replace = false, folder = temporaryFolder(), signal } = setting;
  const restored = temporaryFolder();
  const chain = modes.map((mode, at) => {
    const backup = join(restored, `${at}.${mode}.bak`);
    writeFileSync(backup, `${mode} of ${at}`);
    return { file: backup, mode };
  });
  const sql = setting.sql ?? serverOf(setting);
  const shares = [
    "\\\\sql01\\stage$",
    "\\\\sql01.contoso.com\\D$\\SQL\\Backup",
    "\\\\sql01.contoso.com\\E$\\stage",
  ];
  const paths = Object.fromEntries(shares.map((share) => [share, folder]));
  const { space, gone, dataBytes } = setting;
  const means = madeUpMeans({ sql, paths, ...given({ signal, space, gone }) });
  const named = setting.staging ?? { sql: "E:\\stage", read: "\\\\sql01\\stage$" };
  const staging = setting.unstaged ? {} : { staging: named };
  const request = { target, ...staging, siteCode: "PS1", where: "PS1/database", replace, dataBytes };
  const steps = await restoreDatabase({ ...request, chain: setting.chain ?? chain }, means);
  return { folder, sql, means, steps };
}

function serverOf({ answers, before = [], after = [online] }: Setting) {
  let looks = 0;
  return madeUpServer({
    ...soundAnswers((path) => path),
    database: () => (looks++ === 0 ? before : after),
    restore(_, { onMessage }) {
      onMessage?.({ number: 3211, severity: 10, text: "35 Prozent verarbeitet." });
      onMessage?.({ number: 3014, severity: 10, text: "RESTORE DATABASE successfully processed 3 pages." });
      return [];
    },
    ...answers,
  });
}

function file(name: string, type: string) {
  return { LogicalName: name, PhysicalName: `D:\\Old folder\\${name}.mdf`, Type: type, Size: 8 };
}
