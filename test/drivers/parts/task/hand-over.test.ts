import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  handOverFiles,
  type HandOverPlace,
  installHandOver,
  keptScriptName,
  readHandOver,
  readScripts,
  removeHandOver,
} from "../../../../src/drivers/parts/task/hand-over.ts";
import { renderHandOver } from "../../../../src/drivers/parts/task/hand-over-script.ts";
import { noon } from "../../../support/build-site.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

/** No text: bytes of a code page, a zero, line ends of both kinds. */
const theirs = Buffer.from("@rem f\xfcr \x81\x00\nrobocopy a b /MIR\r\n\x1a", "latin1");
const ours = renderHandOver({
  site: "PS1",
  source: "task",
  command: ["C:\\n.exe"],
  result: "R",
  halfResult: "H",
  log: "L",
  olderLog: "O",
});

function newBox(files: Readonly<Record<string, Buffer | string>> = {}) {
  const local = temporaryFolder();
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(local, name), bytes);
  const place: HandOverPlace = { local, shown: "D:\\box", script: "S", kept: "K", log: "L", where: "PS1" };
  return { place, read: (name: string) => readFileSync(join(local, name)), list: () => readdirSync(local) };
}

async function install(place: HandOverPlace, script = ours): Promise<void> {
  await installHandOver(place, { script, found: await readScripts(place) });
}

test("a script that was there keeps its bytes and its time under another name, and gets its own back", async () => {
  const box = newBox({ "AfterBackup.bat": theirs });
  utimesSync(join(box.place.local, "AfterBackup.bat"), noon / 1000, noon / 1000);
  await install(box.place);
  expect(box.read("AfterBackup.bat")).toEqual(ours);
  expect(box.read(keptScriptName)).toEqual(theirs);
  await removeHandOver(box.place, await readScripts(box.place));
  expect(box.list()).toEqual(["AfterBackup.bat"]);
  expect(box.read("AfterBackup.bat")).toEqual(theirs);
  expect(statSync(join(box.place.local, "AfterBackup.bat")).mtimeMs).toBe(noon);
});

test("where there was none, none is left; the log stays", async () => {
  const box = newBox();
  await install(box.place);
  expect(box.list()).toEqual(["AfterBackup.bat"]);
  for (const name of [handOverFiles.log, handOverFiles.result])
    writeFileSync(join(box.place.local, name), "state=begun");
  await removeHandOver(box.place, await readScripts(box.place));
  expect(box.list()).toEqual([handOverFiles.log]);
});

test("an update of ours leaves the script of before as it is", async () => {
  const box = newBox({ "AfterBackup.bat": theirs });
  await install(box.place);
  await install(box.place, Buffer.concat([ours, Buffer.from("x")]));
  expect(box.read(keptScriptName)).toEqual(theirs);
  expect(box.read("AfterBackup.bat")).toHaveLength(ours.length + 1);
});

test("an installation that was cut off after its first step goes on", async () => {
  const box = newBox({ "AfterBackup.bat": theirs, [keptScriptName]: theirs });
  await install(box.place);
  expect(box.read(keptScriptName)).toEqual(theirs);
  expect(box.read("AfterBackup.bat")).toEqual(ours);
});

test.each(["install", "remove"] as const)(
  "to %s stops when a script was changed since it was looked at",
  async (what) => {
    const box = newBox({ "AfterBackup.bat": what === "install" ? theirs : ours });
    const found = await readScripts(box.place);
    writeFileSync(join(box.place.local, "AfterBackup.bat"), "somebody was quicker");
    const done =
      what === "install"
        ? installHandOver(box.place, { script: ours, found })
        : removeHandOver(box.place, found);
    await expect(done).rejects.toMatchObject({ problem: { code: "hand-over-blocked" } });
    expect(box.read("AfterBackup.bat").toString()).toBe("somebody was quicker");
    expect(box.list()).toEqual(["AfterBackup.bat"]);
  },
);

test("what is in the way is told, and nothing is half done", async () => {
  const box = newBox({ "AfterBackup.bat": theirs });
  mkdirSync(join(box.place.local, "AfterBackup.bat.half"));
  await expect(install(box.place)).rejects.toMatchObject({ problem: { code: "file-not-written" } });
  expect(box.read("AfterBackup.bat")).toEqual(theirs);
});

test.each([
  [{}, { script: "none" }],
  [{ "AfterBackup.bat": theirs }, { script: "theirs" }],
  [{ "AfterBackup.bat": ours }, { script: "ours", source: "task" }],
  [{ "AfterBackup.bat": Buffer.concat([ours, Buffer.from("x")]) }, { script: "edited", source: "task" }],
  [
    { "AfterBackup.bat": ours, [keptScriptName]: theirs },
    { script: "ours", kept: { mirrors: true, copies: true } },
  ],
  [{ "AfterBackup.bat": ours, [keptScriptName]: "xcopy a b" }, { kept: { mirrors: false, copies: false } }],
  [
    { "AfterBackup.bat": ours, [handOverFiles.result]: "state=ended\r\nsitekeep=3\r\nkept=none\r\n" },
    { last: { state: "ended", sitekeep: 3, at: expect.any(Number) } },
  ],
  [
    { "AfterBackup.bat": ours, [handOverFiles.result]: "\x00\x00" },
    { lastUnread: expect.objectContaining({ code: "hand-over-unread" }) },
  ],
])("a folder of %j is found as it is", async (files, found) => {
  expect(await readHandOver(newBox(files).place)).toMatchObject(found);
});

test("a folder that is not there is no hand-over of nobody: it is told", async () => {
  const { place } = newBox();
  const gone = { ...place, local: join(place.local, "gone") };
  await expect(readHandOver(gone)).rejects.toMatchObject({ problem: { code: "file-missing" } });
});

test("a script that can't be read is none of nobody's, either", async () => {
  const box = newBox();
  mkdirSync(join(box.place.local, "AfterBackup.bat"));
  await expect(readHandOver(box.place)).rejects.toMatchObject({ problem: { code: "file-unreadable" } });
});
