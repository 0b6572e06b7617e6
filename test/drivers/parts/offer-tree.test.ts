import { statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { offerTree, remarkProblem } from "../../../src/drivers/parts/offer-tree.ts";
import type { FoundEntry } from "../../../src/drivers/access/files/found-entry.ts";
import { listingSink } from "../../support/collecting-sink.ts";
import { plantFiles } from "../../support/plant-files.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const means = { signal: new AbortController().signal, own: [] };

test("an offer that is refused while an entry is still looked at ends the walk, and is heard", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "a"), "x");
  const request = {
    folder,
    shown: folder,
    prefix: "",
    what: "A folder",
    where: "PS1/a",
    look: () => sleep(30),
  };
  const sink = { offer: () => Promise.reject(new Error("the capture is lost")) };
  // A rejection that nobody hears in time ends the program, and this run.
  await expect(offerTree(request, sink, means)).rejects.toThrow("the capture is lost");
});

test("of many entries that were left out fifty are told one by one, and the rest are counted", async () => {
  const folder = temporaryFolder();
  for (let link = 0; link < 53; link++) symlinkSync("nowhere", join(folder, `link${link}`));
  const request = { folder, shown: "D:\\files", prefix: "", what: "A folder", where: "PS1/files" };
  const sink = { offer: async () => {} };
  const { problems } = await offerTree(request, sink, means);
  expect(problems).toHaveLength(51);
  expect(new Set(problems.map((it) => it.code))).toEqual(new Set(["link-not-followed"]));
  expect(problems[0]).toEqual({
    code: "link-not-followed",
    severity: "risk",
    message: "A link was left out: D:\\files: link0",
    where: "PS1/files",
    hint: "Protect what it points to as a source of its own, or exclude it.",
    about: { kind: "file", path: "D:\\files/link0" },
  });
  expect(problems.at(-1)).toEqual({
    ...problems[0],
    message: "3 more entries below D:\\files were left out.",
    about: { kind: "rest", of: "D:\\files" },
  });
});

test("of fifty that were left out none is counted", async () => {
  const folder = temporaryFolder();
  for (let link = 0; link < 50; link++) symlinkSync("nowhere", join(folder, `link${link}`));
  const request = { folder, shown: "D:\\files", prefix: "", what: "A folder", where: "PS1/files" };
  const { problems } = await offerTree(request, { offer: async () => {} }, means);
  expect(problems).toHaveLength(50);
  expect(problems.at(-1)!.message).toMatch(/^A link was left out/);
});

const plain = { shown: "D:\\files", what: "A folder", where: "PS1/files" };

test("what is found is offered below its prefix, with what tells a changed file, and counted", async () => {
  const folder = plantFiles(temporaryFolder(), { "a/b.log": "12", "a/c": "3" });
  const looked: string[] = [];
  const sink = listingSink();
  const request = {
    ...plain,
    folder,
    prefix: "D/files",
    knownSha256: (path: string) => (path === "a/c" ? "abc" : undefined),
    isGrowing: (path: string) => path.endsWith(".log"),
    look: ({ path, text }: FoundEntry) => void looked.push(`${path} ${text}`),
    texts: /c$/,
  };
  expect(await offerTree(request, sink, means)).toEqual({
    files: 2,
    bytes: 3,
    idle: [],
    problems: [],
  });
  const { ino, ctimeMs, mtimeMs } = statSync(join(folder, "a/b.log"));
  const [top, log, known] = sink.offers;
  expect(top).toEqual({ type: "folder", path: "D/files/a", modifiedAt: expect.any(Number) });
  expect(log).toEqual({
    type: "file",
    path: "D/files/a/b.log",
    modifiedAt: Math.trunc(mtimeMs),
    size: 2,
    locator: { file: join(folder, "a/b.log") },
    stamp: { fileId: ino, changedAt: Math.trunc(ctimeMs) },
    growing: true,
  });
  expect(known).toMatchObject({ path: "D/files/a/c", size: 1, knownSha256: "abc" });
  expect(Object.keys(known!).toSorted()).toEqual([
    "knownSha256",
    "locator",
    "modifiedAt",
    "path",
    "size",
    "stamp",
    "type",
  ]);
  expect(looked).toEqual(["a undefined", "a/b.log undefined", "a/c 3"]);
});

test("at the root of a snapshot, each file of a set is essential", async () => {
  const folder = plantFiles(temporaryFolder(), { "a/b": "12", "a/c": "3" });
  const offersOf = async (isSet: boolean) => {
    const sink = listingSink();
    const request = { ...plain, folder, prefix: "", isSet, include: ["**/b"], exclude: ["x"] };
    await offerTree(request, sink, means);
    return sink.offers.map((it) => [it.path, "essential" in it]);
  };
  expect(await offersOf(true)).toEqual([["a/b", true]]);
  expect(await offersOf(false)).toEqual([["a/b", false]]);
});

test("a folder that can't be read is told as the policy names it", async () => {
  const request = { ...plain, folder: join(temporaryFolder(), "none"), prefix: "" };
  const failure = offerTree(request, listingSink(), means);
  await expect(failure).rejects.toMatchObject({
    problem: {
      code: "file-missing",
      severity: "error",
      message: "A folder is not there: D:\\files",
      where: "PS1/files",
      hint: "Check the path in the policy.",
    },
    cause: { name: "FolderUnreadable" },
  });
});

test("a tree is offered until the run is stopped", async () => {
  const folder = plantFiles(temporaryFolder(), { a: "1" });
  const stopped = offerTree({ ...plain, folder, prefix: "" }, listingSink(), {
    signal: AbortSignal.abort(),
    own: [],
  });
  await expect(stopped).rejects.toMatchObject({ name: "AbortError" });
});

test.each([
  [
    "special" as const,
    {
      code: "file-unreadable",
      message: "A socket or device was left out, where a file was looked for: D:\\files: a/b",
      hint: "Look what program keeps it there, or exclude it.",
    },
  ],
  [
    { code: "EACCES", message: "denied" },
    {
      code: "file-access-denied",
      message: "An entry may not be read: D:\\files\\a\\b",
      hint: 'Give the account that runs sitekeep Read on the folder: icacls "D:\\files\\a\\b" /grant "DOMAIN\\account:(OI)(CI)RX"',
    },
  ],
  [
    { code: "ENOENT", message: "gone" },
    {
      code: "file-vanished",
      message: "An entry was gone when it was looked at: D:\\files: a/b",
      hint: "Nothing, if it was temporary. Otherwise look what removes files during a capture.",
    },
  ],
])("what was left out for %j is a risk of that entry", (error, problem) => {
  const remark = { path: "a/b", file: "/lab/a/b", error };
  expect(remarkProblem(remark, plain)).toEqual({
    severity: "risk",
    where: "PS1/files",
    about: { kind: "file", path: "D:\\files/a/b" },
    ...problem,
  });
});

test.skipIf(process.platform === "win32")(
  "a name that is no text is told as that, and left out",
  async () => {
    const folder = plantFiles(temporaryFolder(), { a: "1" });
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.of(0xe9)]), "1");
    const sink = listingSink();
    const { problems } = await offerTree({ ...plain, folder, prefix: "" }, sink, means);
    expect(sink.files()).toEqual(["a"]);
    expect(problems).toMatchObject([
      {
        code: "file-name-unreadable",
        message: "An entry has a name that is no Unicode text, and was left out: D:\\files: caf\uFFFD",
        about: { kind: "file", path: "D:\\files/caf\uFFFD" },
      },
    ]);
  },
);

test("places of the program's own are left out where they are asked for, each with a remark", async () => {
  const folder = plantFiles(temporaryFolder(), {
    a: "1",
    "Repo/packs/1": "1",
    "keys/main.key": "1",
    "keys/note": "1",
    "x/secret": "1",
  });
  const own = ["Repo", "keys/main.key", "x", "none"].map((it) => join(folder, it));
  const sink = listingSink();
  const request = { ...plain, folder, prefix: "", exclude: ["x"] };
  const { problems } = await offerTree(request, sink, { ...means, own });
  expect(sink.offers.map((it) => it.path)).toEqual(["a", "keys", "keys/note"]);
  expect(problems.map((it) => [it.code, it.message.split(": ").at(-1)])).toEqual([
    ["own-place-left-out", "Repo"],
    ["own-place-left-out", "keys/main.key"],
  ]);
});

test("a tree that lies in a place of the program's own is a problem, and nothing of it is offered", async () => {
  const folder = plantFiles(temporaryFolder(), { "repo/packs/1": "1" });
  const own = [join(folder, "repo")];
  for (const below of ["repo", "repo/packs"]) {
    const sink = listingSink();
    const request = { ...plain, folder: join(folder, below), prefix: "" };
    await expect(offerTree(request, sink, { ...means, own })).rejects.toMatchObject({
      problem: { code: "own-place-left-out", severity: "error" },
    });
    expect(sink.offers).toEqual([]);
  }
});
