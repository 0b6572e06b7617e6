import { createHash } from "node:crypto";
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ContentLibrary } from "../../src/core/model/policy/source.ts";
import { contentLibrary } from "../../src/drivers/content-library.ts";
import { noon, policyOf } from "../support/build-site.ts";
import { listingSink } from "../support/collecting-sink.ts";
import { type MadeUpMachine, madeUpMeans } from "../support/made-up-means.ts";
import { plantFiles } from "../support/plant-files.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const { site } = policyOf();
const source: ContentLibrary = {
  kind: "content-library",
  name: "library",
  discover: false,
  folders: ["E:\\SCCMContentLib"],
  verifyPerMille: 50,
};
const one = digest("one");
const two = digest("two");
const entry = (hash: string) => `[File]\r\nSize=3\r\nHash = ${hash}\r\n`;
const objectOf = (hash: string) => `FileLib/${hash.slice(0, 4)}/${hash}`;
const sound = {
  "DataLib/PS100001.1/a.msi.INI": entry(one),
  "DataLib/PS100001.1.INI": `[Content]\r\nHash=${digest("tree")}\r\n`,
  "PkgLib/PS100001.INI": "[Package]\r\n",
  [objectOf(one)]: "one",
};

describe("a capture", () => {
  test("offers what describes the content, then each object under the digest that names it", async () => {
    const { sink, captured } = await capture({ "E:\\SCCMContentLib": sound });
    expect(sink.files()).toEqual([
      "E/SCCMContentLib/DataLib/PS100001.1.INI",
      "E/SCCMContentLib/DataLib/PS100001.1/a.msi.INI",
      "E/SCCMContentLib/PkgLib/PS100001.INI",
      `E/SCCMContentLib/${objectOf(one)}`,
    ]);
    expect(sink.offers.at(-1)).toMatchObject({ size: 3, knownSha256: one.toLowerCase() });
    expect(captured).toEqual({
      mode: "full",
      asOf: noon,
      facts: { folders: ["E:\\SCCMContentLib"], entries: 1, objects: 1 },
      problems: [],
    });
  });

  test("finds an object on any drive, in whatever case it is written", async () => {
    const { captured } = await capture({
      "E:\\SCCMContentLib": { ...sound, "DataLib/PS100001.1/b.msi.ini": entry(two.toLowerCase()) },
      "F:\\SCCMContentLib": { [objectOf(two).toLowerCase().replace("filelib", "FileLib")]: "two" },
    });
    expect(captured.facts).toMatchObject({ entries: 2, objects: 2 });
    expect(captured.problems).toEqual([]);
  });

  test("takes for an object what lies where its name says, and offers the rest as it is", async () => {
    const other = {
      [`FileLib/ABCD/${one}`]: "one",
      [`FileLib/${one.slice(0, 4)}/${one}.x`]: "one",
      [`FileLib/${two.slice(0, 4)}/x/${two}`]: "two",
      [`FileLib/x/${two.slice(0, 4)}/${two}`]: "two",
    };
    const { sink, captured } = await capture({ "E:\\SCCMContentLib": other });
    expect(captured.facts).toMatchObject({ entries: 0, objects: 0 });
    expect(sink.files()).toHaveLength(4);
    expect(sink.offers.filter((it) => "knownSha256" in it)).toEqual([]);
  });

  test.each([
    [`Hash=${one}`, 1],
    [`  hash = ${one}`, 1],
    [`[File]\r\nSize=3\r\nHash:SHA256=${one}\r\n`, 1],
    [`\uFEFF[File]\r\nHash=${one}\r\n`, 1],
  ])("reads the digest that an entry names: %j", async (text, entries) => {
    const { captured } = await capture({
      "E:\\SCCMContentLib": { "DataLib/PS100001.1/a.INI": text, [objectOf(one)]: "one" },
    });
    expect(captured).toMatchObject({ facts: { entries, objects: 1 }, problems: [] });
  });

  test.each([
    ["empty", ""],
    ["NUL alone", "\0".repeat(180)],
    ["cut", `[File]\r\nSize=3\r\nHash=${one.slice(1)}`],
    ["another key", `OldHash=${one}`],
    ["UTF-16 without its mark", [...entry(one)].join("\0")],
  ])("an entry that is broken is told by its file, and asks for no object: %s", async (_, text) => {
    const { captured } = await capture({
      "E:\\SCCMContentLib": { ...sound, "DataLib/PS100001.1/sub/b.dll.INI": text },
    });
    expect(captured).toMatchObject({
      facts: { entries: 1, objects: 1 },
      problems: [
        {
          code: "library-entry-broken",
          severity: "risk",
          message: expect.stringContaining("the entry of sub/b.dll of PS100001.1 names no digest"),
        },
      ],
    });
  });

  test("of many broken entries twenty are named, and the rest is counted", async () => {
    const names = Array.from({ length: 23 }, (_, at) => `DataLib/PS100001.1/f${at}.ini`);
    const { captured } = await capture({
      "E:\\SCCMContentLib": Object.fromEntries(names.map((name) => [name, ""])),
    });
    expect(captured.problems).toHaveLength(21);
    expect(captured.problems.at(-1)!.message).toContain("3 more entries name no digest");
  });

  test("names a link among the objects as a part of FileLib", async () => {
    const { captured } = await capture(
      { "E:\\SCCMContentLib": { "FileLib/": "" } },
      { link: "FileLib/ABCD" },
    );
    expect(captured.problems).toMatchObject([
      { code: "link-not-followed", message: "A link was left out: E:\\SCCMContentLib\\FileLib: ABCD" },
    ]);
  });

  test("leaves out what is on its way in", async () => {
    const { sink } = await capture({
      "E:\\SCCMContentLib": {
        "SMS_DP$/x": "1",
        "DataLib/y.temp": "1",
        "FileLib/ABCD/z.temp": "1",
        "FileLib/ABCD/z": "1",
      },
    });
    expect(sink.files()).toEqual(["E/SCCMContentLib/FileLib/ABCD/z"]);
    expect(sink.offers.map(({ path }) => path)).not.toContain("E/SCCMContentLib/SMS_DP$");
  });

  test("names an entry whose object is on no drive, once for each object", async () => {
    const { captured } = await capture({
      "E:\\SCCMContentLib": {
        "DataLib/PS100001.1/a.msi.INI": entry(one),
        "DataLib/PS100001.1/sub/b.ini.x.ini": entry(two),
        "DataLib/PS100002.1/a.msi.INI": entry(one),
      },
    });
    const missing = (path: string, content: string, hash: string) => ({
      code: "library-object-missing",
      severity: "risk",
      message: `In the content library ${path} of ${content} has no object ${hash} on any drive.`,
      where: "PS1/library",
      hint: "Check that every drive of the library is among the source's folders; then redistribute the content.",
      about: { kind: "content", digest: hash },
    });
    expect(captured.facts).toMatchObject({ entries: 3, objects: 0 });
    expect(captured.problems).toEqual([
      missing("a.msi", "PS100001.1", one),
      missing("sub/b.ini.x", "PS100001.1", two),
    ]);
  });

  test.each([
    [20, []],
    [22, ["In the content library 2 more entries have no object on any drive."]],
  ])("of %i entries without objects names twenty, and counts the rest", async (count, rest) => {
    const names = Array.from({ length: count }, (_, at) => `DataLib/PS100001.1/f${at}.ini`);
    const files = Object.fromEntries(names.map((name) => [name, entry(digest(name))]));
    const { captured } = await capture({ "E:\\SCCMContentLib": files });
    const more = captured.problems.slice(20);
    expect(more.map((it) => [it.message, it.about])).toEqual(
      rest.map((message) => [message, { kind: "rest", of: "PS1/library" }]),
    );
  });

  test("of a library that is away says so", async () => {
    await expect(capture({}, { source: { folders: ["Z:\\SCCMContentLib"] } })).rejects.toMatchObject({
      problem: {
        code: "file-missing",
        severity: "error",
        message: "The content library is not there: Z:\\SCCMContentLib",
        where: "PS1/library",
      },
    });
  });

  test("of what the registry names takes the policy's folders as well, each once", async () => {
    const { captured, sink } = await capture(
      { "E:\\SCCMContentLib": sound, "G:\\More": { "DataLib/": "" } },
      {
        source: { discover: true, folders: ["G:\\More", "E:\\SCCMContentLib"] },
        registry: "E:\\SCCMContentLib",
      },
    );
    expect(captured.facts["folders"]).toEqual(["E:\\SCCMContentLib", "G:\\More"]);
    expect(sink.offers.map(({ path }) => path)).toContain("G/More/DataLib");
  });

  test("of another machine's library goes over its shares", async () => {
    const { captured } = await capture({ "\\\\dp01\\E$\\SCCMContentLib": sound }, { source: { on: "dp01" } });
    expect(captured.facts).toEqual({ folders: ["E:\\SCCMContentLib"], entries: 1, objects: 1 });
  });
});

describe("a look", () => {
  test("tells the folders, and the one that is in use", async () => {
    const { seen, means } = await look({}, { registry: "F:\\SCCMContentLib" });
    expect(seen).toEqual({
      answers: true,
      facts: { folders: ["E:\\SCCMContentLib"], inUse: "F:\\SCCMContentLib" },
      risks: [],
    });
    expect(means.commands).toHaveLength(1);
  });

  test.each<[string, Partial<ContentLibrary>]>([
    ["the registry named", { discover: true, folders: [] }],
    ["of another machine", { on: "dp01" }],
  ])("at folders that %s does not ask the registry which is in use", async (_, change) => {
    const { seen } = await look(change, { registry: "E:\\SCCMContentLib" });
    expect(seen).toEqual({ answers: true, facts: { folders: ["E:\\SCCMContentLib"] }, risks: [] });
  });

  test("at named folders holds nothing against them when the registry is closed", async () => {
    const { seen } = await look({}, {});
    expect(seen).toEqual({ answers: true, facts: { folders: ["E:\\SCCMContentLib"] }, risks: [] });
  });

  test("passes a fault of ours on", async () => {
    const runTool = () => Promise.reject(new TypeError("x is not a function"));
    const { paths } = planted({ "E:\\SCCMContentLib": sound });
    const looking = contentLibrary.observe({ source, site }, madeUpMeans({ paths, runTool }));
    await expect(looking).rejects.toThrow(TypeError);
  });

  test("at a folder that is not there is no answer", async () => {
    const { seen } = await look({ folders: ["E:\\SCCMContentLib", "Z:\\None"] }, {});
    expect(seen).toMatchObject({
      answers: false,
      problem: {
        code: "file-missing",
        message: "The content library is not there: Z:\\None",
        where: "PS1/library",
        about: { kind: "file", path: "Z:\\None" },
      },
    });
  });

  test("at folders that nobody knows says so", async () => {
    const { seen } = await look({ discover: true, folders: [] }, {});
    expect(seen).toMatchObject({ answers: false, problem: { code: "registry-key-unreadable" } });
  });
});

interface Setting {
  readonly source?: Partial<ContentLibrary>;
  /** The library's place in the registry; absent: the key is closed. */
  readonly registry?: string;
  /** A link in the first folder. */
  readonly link?: string;
}

async function capture(
  folders: Readonly<Record<string, Readonly<Record<string, string>>>>,
  { source: change, registry, link }: Setting = {},
) {
  const { paths, root } = planted(folders);
  if (link !== undefined) symlinkSync("nowhere", join(root, "0", link));
  const named = Object.keys(folders).map((path) => path.replace("\\\\dp01\\E$", "E:"));
  const means = madeUpMeans({ paths, runTool: registryOf(registry) });
  const sink = listingSink();
  const request = { source: { ...source, folders: named, ...change }, site, mode: "full" } as const;
  return { sink, captured: await contentLibrary.capture(request, means, sink) };
}

async function look(change: Partial<ContentLibrary>, { registry }: Setting) {
  const { paths } = planted({ "E:\\SCCMContentLib": sound, "\\\\dp01\\E$\\SCCMContentLib": sound });
  const means = madeUpMeans({ paths, runTool: registryOf(registry) });
  return { means, seen: await contentLibrary.observe({ source: { ...source, ...change }, site }, means) };
}

function planted(folders: Readonly<Record<string, Readonly<Record<string, string>>>>) {
  const root = temporaryFolder();
  const paths = Object.entries(folders).map(([path, files], at) => {
    const folder = join(root, `${at}`);
    plantFiles(folder, files);
    return [path, folder] as const;
  });
  return { root, paths: { "Z:\\": join(root, "none"), ...Object.fromEntries(paths) } };
}

function registryOf(path: string | undefined): NonNullable<MadeUpMachine["runTool"]> {
  return async (_, [, , file]) => {
    if (path === undefined) return { exitCode: 1 };
    const key = "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SMS\\DP]";
    const value = `"ContentLibraryPath"="${path.replaceAll("\\", "\\\\")}"`;
    const text = `Windows Registry Editor Version 5.00\r\n\r\n${key}\r\n${value}\r\n\r\n`;
    writeFileSync(file!, Buffer.from(`\uFEFF${text}`, "utf16le"));
    return {};
  };
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").toUpperCase();
}
