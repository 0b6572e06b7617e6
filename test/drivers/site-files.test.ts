import { describe, expect, test } from "vitest";
import type { SiteFiles } from "../../src/core/model/policy/source.ts";
import { siteFiles } from "../../src/drivers/site-files.ts";
import { noon, policyOf } from "../support/build-site.ts";
import { listingSink } from "../support/collecting-sink.ts";
import { madeUpMeans } from "../support/made-up-means.ts";
import { plantFiles } from "../support/plant-files.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const { site } = policyOf();
const source: SiteFiles = {
  kind: "site-files",
  name: "files",
  root: "D:\\ConfigMgr",
  include: [],
  exclude: [],
};
const taskParts = ["inboxes/**", "cd.latest/**", "data/**", "srvacct/**", "logs/smsbkup.*"];
const media = { "cd.latest/SMSSETUP/version.ini": "[Version]\r\nVersion=5.00.9128.1000\r\n" };
const control = "inboxes/smsbkup.box/smsbkup.ctl";
const noMedia = {
  code: "cd-latest-missing",
  severity: "risk",
  message:
    "D:\\ConfigMgr holds no CD.Latest: without the media of its own version a site can't be recovered.",
  where: "PS1/files",
  hint: "Find out why the folder is gone; media of the same version can be made by updating a lab site to it.",
};

describe("a capture", () => {
  test("takes what the site's own task takes, and tells logs as files that grow", async () => {
    const { captured, sink } = await capture({
      ...media,
      "inboxes/a.box/x.PCK": "1",
      "inboxes/a.box/y.log": "1",
      "inboxes/a.box/y.lo_": "1",
      "inboxes/a.box/ylog": "1",
      "data/d": "1",
      "srvacct/s": "1",
      "Logs/smsbkup.txt": "1",
      "inboxes/a.box/z.log.txt": "1",
      "Logs/smsexec.log": "1",
      "bin/x.exe": "1",
      "data/Logs/z": "1",
    });
    const growing = sink.offers.filter((it) => "growing" in it && it.growing).map((it) => it.path);
    expect(sink.files()).toEqual([
      "Logs/smsbkup.txt",
      "cd.latest/SMSSETUP/version.ini",
      "data/Logs/z",
      "data/d",
      "inboxes/a.box/x.PCK",
      "inboxes/a.box/y.lo_",
      "inboxes/a.box/y.log",
      "inboxes/a.box/ylog",
      "inboxes/a.box/z.log.txt",
      "srvacct/s",
    ]);
    expect(growing).toEqual([
      "Logs/smsbkup.txt",
      "data/Logs/z",
      "inboxes/a.box/y.lo_",
      "inboxes/a.box/y.log",
    ]);
    expect(captured).toEqual({
      mode: "full",
      asOf: noon,
      facts: { root: "D:\\ConfigMgr", files: 10, parts: taskParts, cdLatest: "5.00.9128.1000" },
      problems: [],
    });
  });

  test("takes what the control file adds below the install folder, and names what it adds elsewhere", async () => {
    const { captured, sink } = await capture({
      ...media,
      "bin/x.exe": "1",
      [control]: tasks(
        "file %SITE_SERVER_ROOT_DIR%\\bin\\*.* %DEST%\\bin",
        "file %SITE_SERVER_ROOT_DIR%\\CD.Latest\\*.* %DEST%\\cd",
        "file %SITE_SERVER_ROOT_DIR%\\*.* %DEST%",
        "file D:\\Scripts\\*.* %DEST%\\S",
      ),
    });
    expect(sink.files()).toEqual(["bin/x.exe", "cd.latest/SMSSETUP/version.ini", control]);
    expect(captured.facts["parts"]).toEqual([
      "inboxes/**",
      "CD.Latest/**",
      "data/**",
      "srvacct/**",
      "logs/smsbkup.*",
      "bin/**",
    ]);
    expect(captured.problems).toEqual([elsewhere("D:\\Scripts")]);
  });

  test("of the policy's own choice names what the control file asks for beside it", async () => {
    const { captured, sink } = await capture(
      {
        ...media,
        "bin/x.exe": "1",
        "bin/y.dll": "1",
        "data/d": "1",
        [control]: tasks(
          "file %SITE_SERVER_ROOT_DIR%\\bin\\*.* %DEST%\\bin",
          "file %SITE_SERVER_ROOT_DIR%\\data\\sub\\*.* %DEST%\\data",
          "file D:\\Scripts\\*.* %DEST%\\S",
        ),
      },
      { include: ["bin/**"], exclude: ["**/*.dll"] },
    );
    expect(sink.files()).toEqual(["bin/x.exe"]);
    expect(captured.facts).toMatchObject({ files: 1, parts: ["bin/**"] });
    expect(captured.problems).toEqual([elsewhere("D:\\ConfigMgr\\data\\sub"), elsewhere("D:\\Scripts")]);
  });

  test("without the recovery media is made, and red", async () => {
    const { captured } = await capture({ "data/d": "1" });
    expect(captured).toMatchObject({ facts: { cdLatest: "missing" }, problems: [noMedia] });
  });

  test("of an install folder that is away says so", async () => {
    await expect(capture({}, { root: "D:\\None" })).rejects.toMatchObject({
      problem: {
        code: "file-missing",
        message: "The install folder is not there: D:\\None",
        where: "PS1/files",
      },
    });
  });

  test("of another machine goes over its share", async () => {
    const { captured } = await capture(media, { on: "cm02" }, "\\\\cm02\\D$");
    expect(captured.facts).toMatchObject({ root: "D:\\ConfigMgr", files: 1 });
  });
});

describe("a look", () => {
  test.each<[string, Record<string, string | Uint8Array>, string]>([
    ["beside Setup", media, "5.00.9128.1000"],
    ["in Setup's own file", { ...media, "cd.latest/SMSSETUP/BIN/X64/setup.exe": program() }, "5.0.9128.1007"],
    [
      "beside a Setup that has none",
      { ...media, "cd.latest/SMSSETUP/BIN/X64/setup.exe": "MZ" },
      "5.00.9128.1000",
    ],
    [
      "in a folder of another case",
      { "CD.Latest/SMSSETUP/version.ini": "[Version]\nVersion=5.00.1\n" },
      "5.00.1",
    ],
    ["nowhere", { "cd.latest/SMSSETUP/x": "1" }, "unknown"],
  ])("reads the version of the recovery media that stands %s", async (_, files, cdLatest) => {
    expect(await look(files)).toEqual({ answers: true, facts: { cdLatest }, risks: [] });
  });

  test("is red without the recovery media", async () => {
    expect(await look({ "cd.latest/x": "1" })).toEqual({
      answers: true,
      facts: { cdLatest: "missing" },
      risks: [noMedia],
    });
  });

  test("tells how the site's own task is set up", async () => {
    const seen = await look({ ...media, "inboxes/smsbkup.box/AfterBackup.bat": "robocopy E:\\a E:\\b /MIR" });
    expect(seen).toMatchObject({ facts: { cdLatest: "5.00.9128.1000", afterBackup: { mirrors: true } } });
  });

  test("at an install folder that is not there is no answer", async () => {
    expect(await look({}, { root: "D:\\None" })).toMatchObject({
      answers: false,
      problem: {
        code: "file-missing",
        message: "The install folder is not there: D:\\None",
        where: "PS1/files",
        about: { kind: "file", path: "D:\\None" },
      },
    });
  });
});

function elsewhere(path: string) {
  return {
    code: "control-file-elsewhere",
    severity: "risk",
    message: `smsbkup.ctl tells the backup task to copy ${path} as well, and this source does not.`,
    where: "PS1/files",
    hint: "Add it to the source's include, or, when it is not below the install folder, as a source of kind folder.",
    about: { kind: "file", path },
  };
}

function tasks(...lines: readonly string[]): string {
  return ["[Tasks]", ...lines, "[Start]"].join("\r\n");
}

/** A program whose version resource says 5.0.9128.1007. */
function program(): Buffer {
  const numbers = [0xfeef04bd, 0x00010000, 5 << 16, (9128 << 16) | 1007];
  const info = Buffer.alloc(52);
  for (const [at, number] of numbers.entries()) info.writeUInt32LE(number >>> 0, at * 4);
  return info;
}

type Files = Readonly<Record<string, string | Uint8Array>>;

async function capture(files: Files, change: Partial<SiteFiles> = {}, drive = "D:\\") {
  const sink = listingSink();
  const request = { source: { ...source, ...change }, site, mode: "full" } as const;
  return { sink, captured: await siteFiles.capture(request, meansOf(files, drive), sink) };
}

function look(files: Files, change: Partial<SiteFiles> = {}) {
  return siteFiles.observe({ source: { ...source, ...change }, site }, meansOf(files, "D:\\"));
}

function meansOf(files: Files, drive: string) {
  const folder = temporaryFolder();
  plantFiles(folder, { "ConfigMgr/": "" });
  plantFiles(`${folder}/ConfigMgr`, files);
  return madeUpMeans({ paths: { [drive]: folder } });
}
