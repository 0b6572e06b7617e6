import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { exportKey } from "../../../src/drivers/parts/export-key.ts";
import { findLibrary } from "../../../src/drivers/parts/find-library.ts";
import { madeUpMeans } from "../../support/made-up-means.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const smsKey = "HKLM\\SOFTWARE\\Microsoft\\SMS\\DP";
const longKey = smsKey.replace("HKLM", "HKEY_LOCAL_MACHINE");

describe("an export", () => {
  const exported = (key: string, write: (file: string) => void) => {
    const means = madeUpMeans({ runTool: async (_, args) => (write(args[2]!), {}) });
    const file = join(temporaryFolder(), "x.reg");
    return exportKey({ key, file, where: "PS1/registry" }, means);
  };

  test("is the key that was asked for, in whatever case and form it is written", async () => {
    const parsed = await exported("hklm\\software\\Microsoft\\SMS\\dp", (file) =>
      writeFileSync(file, regText({ A: "1" })),
    );
    expect(parsed).toMatchObject({ keys: [{ name: longKey }], valueCount: 1 });
  });

  test.each([
    [
      "of another key",
      `Windows Registry Editor Version 5.00\r\n\r\n[HKEY_USERS\\x]\r\n\r\n`,
      "It begins with HKEY_USERS\\x.",
    ],
    ["of no key", "Windows Registry Editor Version 5.00\r\n\r\n", "The file holds no key."],
    ["that was cut off", regText({ A: "1" }).subarray(0, 160), expect.any(String)],
    ["that was not written", undefined, "No file was written."],
  ])("%s is broken", async (_, text, why) => {
    const write = (file: string) => {
      if (typeof text === "string") writeFileSync(file, utf16(text));
      else if (text !== undefined) writeFileSync(file, text);
    };
    const failure = await exported(smsKey, write).catch((error: unknown) => error);
    const message = typeof why === "string" ? `The export of ${smsKey} is not whole: ${why}` : why;
    expect(failure).toMatchObject({
      problem: {
        code: "registry-export-broken",
        severity: "error",
        message,
        where: "PS1/registry",
        hint: "Check the free space of the temporary folder and run again.",
        about: { kind: "registry-key", key: smsKey },
      },
      cause: expect.any(Error),
    });
  });

  test("that can't be read for another cause fails as that", async () => {
    await expect(exported(smsKey, (file) => mkdirSync(file))).rejects.toMatchObject({ code: "EISDIR" });
  });
});

describe("the site server's content library", () => {
  test("is the folder that the registry notes, and its namesakes on the other usable drives", async () => {
    const { folders, means } = await found("E:\\Lib\\SCCMContentLib", "E, F: ,G:\\,H:,I:\\,C$,J");
    expect(folders).toEqual(["E:\\Lib\\SCCMContentLib", "F:\\SCCMContentLib", "G:\\SCCMContentLib"]);
    expect(means.commands).toEqual([
      ["reg", ["export", smsKey, expect.stringMatching(/library\.reg$/), "/y"], { timeoutMs: 300_000 }],
    ]);
  });

  test("has its own drive once, and a drive that holds a file of the name holds no library", async () => {
    expect((await found("E:\\SCCMContentLib", "e:\\,f:\\,K:\\")).folders).toEqual([
      "E:\\SCCMContentLib",
      "f:\\SCCMContentLib",
    ]);
  });

  test("is one folder where nothing is said of drives, and where it lies on a share", async () => {
    expect((await found("E:\\SCCMContentLib")).folders).toEqual(["E:\\SCCMContentLib"]);
    expect((await found("\\\\nas\\SCCMContentLib", "F:\\")).folders).toEqual(["\\\\nas\\SCCMContentLib"]);
  });

  test.each([undefined, "", "SCCMContentLib"])("is not known where the registry notes %j", async (path) => {
    await expect(found(path)).rejects.toMatchObject({
      problem: {
        code: "source-missing",
        severity: "error",
        message: `The registry names no content library (${smsKey}, ContentLibraryPath).`,
        where: "PS1/library",
        hint: "Name its folders in the policy: folders: ['E:\\SCCMContentLib'].",
      },
    });
  });
});

async function found(path: string | undefined, drives?: string) {
  const root = temporaryFolder();
  for (const drive of ["F", "G", "H", "J"])
    mkdirSync(join(root, drive, "SCCMContentLib"), { recursive: true });
  mkdirSync(join(root, "K"));
  writeFileSync(join(root, "K", "SCCMContentLib"), "x");
  const paths = Object.fromEntries(
    ["F", "G", "I", "J", "K"].map((drive) => [`${drive}:\\`, join(root, drive)]),
  );
  const values = { ContentLibraryPath: path, ContentLibUsableDrives: drives };
  const means = madeUpMeans({
    paths: { ...paths, "H:\\": join(root, "none") },
    runTool: async (_, args) => (writeFileSync(args[2]!, regText(values)), {}),
  });
  return { means, folders: await findLibrary("PS1/library", means) };
}

function regText(values: Readonly<Record<string, string | undefined>>): Buffer {
  const lines = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [`"${name}"="${value.replaceAll("\\", "\\\\")}"`],
  );
  return utf16(["Windows Registry Editor Version 5.00", "", `[${longKey}]`, ...lines, "", ""].join("\r\n"));
}

function utf16(text: string): Buffer {
  return Buffer.from(`\uFEFF${text}`, "utf16le");
}
