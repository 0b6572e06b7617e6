import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { handOverFiles, readHandOver } from "../../src/drivers/parts/task/hand-over.ts";
import { type HandOverScript, renderHandOver } from "../../src/drivers/parts/task/hand-over-script.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { hasWine, startWine, type Wine } from "../support/wine.ts";

/**
 * AfterBackup.bat as sitekeep writes it, run by Wine's cmd.exe. In sitekeep's own place stands a batch file
 * that notes its words and ends with a code that the test chooses: Wine runs no program of this system with
 * its exit code.
 */

if (!hasWine) process.stderr.write("Wine is not installed: AfterBackup.bat meets no real cmd.exe.\n");

describe.skipIf(!hasWine)("AfterBackup.bat and cmd.exe", () => {
  let wine: Wine;
  beforeAll(async () => {
    wine = await startWine();
  });
  afterAll(() => wine?.close());

  const windows = (path: string): string => `Z:${path.replaceAll("/", "\\")}`;
  const lines = (...all: readonly string[]): string => all.map((line) => `${line}\r\n`).join("");

  /** A task's folder with the script in it, and the script of before where there is one. */
  function plant({ box = "smsbkup.box", kept, code = 0, command }: Planted) {
    const folder = join(temporaryFolder(), "Program Files", "SMS", box);
    mkdirSync(folder, { recursive: true });
    const standIn = join(dirname(folder), "site keep.bat");
    const heard = join(dirname(folder), "heard.txt");
    const line = `>>"${windows(heard)}" echo %1 %2 %3 %~4`;
    writeFileSync(standIn, lines("@echo off", line, "echo sitekeep speaks", `exit ${code}`));
    const inBox = (name: string) => windows(join(folder, name));
    const { result, halfResult, log, olderLog } = handOverFiles;
    const script: HandOverScript = {
      site: "PS1",
      source: "task",
      command: command ?? [
        "C:\\windows\\system32\\cmd.exe",
        "/c",
        "call",
        windows(standIn),
        "capture",
        "PS1",
        "task",
        "Z:\\my policies\\",
      ],
      ...(kept !== undefined && { kept: inBox(handOverFiles.kept) }),
      result: inBox(result),
      halfResult: inBox(halfResult),
      log: inBox(log),
      olderLog: inBox(olderLog),
    };
    writeFileSync(join(folder, handOverFiles.script), renderHandOver(script));
    if (typeof kept === "string") writeFileSync(join(folder, handOverFiles.kept), kept);
    return { folder, heard, text: (name: string) => readFileSync(join(folder, name), "latin1") };
  }

  interface Planted {
    readonly box?: string;
    /** The script of before; `null`: it was there at the installation, and is gone. */
    readonly kept?: string | null;
    /** What sitekeep ends with. */
    readonly code?: number;
    /** What is called in sitekeep's place; absent: the batch file. */
    readonly command?: readonly string[];
  }

  /** Runs the script as the task does, from another folder, and gives its exit code. */
  function runTask(folder: string): { readonly code: number | null; readonly said: string } {
    const [program, ...before] = wine.line("cmd");
    const ran = spawnSync(program!, [...before, "/c", handOverFiles.script], {
      cwd: folder,
      encoding: "latin1",
      timeout: 60_000,
    });
    return { code: ran.status, said: ran.stdout + ran.stderr };
  }

  const look = (local: string) =>
    readHandOver({ local, shown: "B", script: "S", kept: "K", log: "L", where: "PS1" });

  test("without a script of before sitekeep is called with its words, and its code is kept", async () => {
    const { folder, heard, text } = plant({ code: 3 });
    expect(runTask(folder)).toEqual({ code: 3, said: "" });
    expect(readFileSync(heard, "latin1")).toBe("capture PS1 task Z:\\my policies\\\\\r\n");
    expect(text(handOverFiles.log)).toMatch(/handed over by the task[^]*sitekeep speaks[^]*ended with 3/);
    expect(await look(folder)).toMatchObject({
      script: "ours",
      source: "task",
      last: { state: "ended", sitekeep: 3 },
    });
    expect((await look(folder)).last).not.toHaveProperty("kept");
    expect(existsSync(join(folder, handOverFiles.halfResult))).toBe(false);
  });

  test.each([
    // Wine's own `call` makes 1 of whatever a batch file says with `exit /b`.
    ["exit /b 1", 1],
    ["exit 3", 3],
    ["exit 4", 4],
    ["@exit", 0],
    ["ver >nul", 0],
  ])("the script of before runs first, and sitekeep behind it though it says %s", async (end, code) => {
    const { folder, heard, text } = plant({ kept: lines("@echo off", "echo I copy", end) });
    expect(runTask(folder)).toEqual({ code: 0, said: "" });
    expect(existsSync(heard)).toBe(true);
    expect(text(handOverFiles.log)).toMatch(/I copy[^]*sitekeep speaks/);
    expect((await look(folder)).last).toMatchObject({ sitekeep: 0, kept: code });
  });

  test("a script of before that is gone is noted, and sitekeep runs", async () => {
    const { folder, heard } = plant({ kept: null });
    expect(runTask(folder).code).toBe(0);
    expect(existsSync(heard)).toBe(true);
    expect((await look(folder)).last).toMatchObject({ sitekeep: 0, kept: "missing" });
  });

  test.each(["my box", "a & b", "(x) 'y', z"])("in a folder called %s", async (box) => {
    const { folder } = plant({ box, kept: lines("exit 2"), code: 1 });
    expect(runTask(folder).code).toBe(1);
    expect((await look(folder)).last).toMatchObject({ sitekeep: 1, kept: 2 });
  });

  test("a program is given each sign as it is: per cent, caret, ampersand, backslash at the end", async () => {
    const value = "D:\\100% mine\\%TEMP%\\a^b & (c)! | d\\";
    const key = "HKCU\\Software\\sitekeep";
    const reg = "C:\\windows\\system32\\reg.exe";
    const { folder } = plant({ command: [reg, "add", key, "/v", "path", "/d", value, "/f"] });
    expect(runTask(folder).code).toBe(0);
    const [program, ...before] = wine.line("reg");
    const { stdout } = spawnSync(program!, [...before, "query", key, "/v", "path"], { encoding: "utf8" });
    expect(stdout).toContain(`REG_SZ    ${value}\r\n`);
  });

  test("a log that has grown large begins anew, once", () => {
    const { folder, text } = plant({});
    writeFileSync(join(folder, handOverFiles.log), "x".repeat(1_000_001));
    runTask(folder);
    expect(text(handOverFiles.olderLog)).toHaveLength(1_000_001);
    expect(text(handOverFiles.log)).toMatch(/^[^x]{10,200}$/);
    runTask(folder);
    expect(text(handOverFiles.olderLog)).toHaveLength(1_000_001);
  });
});
