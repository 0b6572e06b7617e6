import { once } from "node:events";
import { chmodSync, mkdirSync, rmSync, statSync, symlinkSync, utimesSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { statEntry, walkTree } from "../../../../src/drivers/access/files/file-tree.ts";
import type { FoundEntry, WalkOptions } from "../../../../src/drivers/access/files/found-entry.ts";
import { plantFiles } from "../../../support/plant-files.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

test("every file and folder is found once, with size and times", async () => {
  const { root, plant, walk } = tree();
  plant("a.txt", "12345");
  plant("sub/deep/b.bin", "");
  mkdirSync(join(root, "empty"));
  utimesSync(join(root, "a.txt"), 1_700_000_000, 1_700_000_000);
  const { entries } = await walk();
  expect(entries.map((it) => it.path)).toEqual(["a.txt", "empty", "sub", "sub/deep", "sub/deep/b.bin"]);
  expect(entries[0]).toMatchObject({ type: "file", size: 5, modifiedAt: 1_700_000_000_000 });
  expect(entries[0]!.fileId).toBe(statSync(join(root, "a.txt")).ino);
});

test("filters take what is included and leave whole folders that are excluded", async () => {
  const { plant, walk } = tree();
  for (const path of ["inboxes/a/x.box", "inboxes/b/y.log", "logs/z.log", "data/k"]) plant(path, "x");
  const { entries } = await walk({ include: ["inboxes/**", "logs/**"], exclude: ["inboxes/b/**"] });
  expect(entries.map((it) => it.path)).toEqual([
    "inboxes",
    "inboxes/a",
    "inboxes/a/x.box",
    "logs",
    "logs/z.log",
  ]);
});

test("an exception is found in a folder that is left out, and what is beside it is not", async () => {
  const { plant, walk } = tree();
  for (const path of ["tmp/a/keep.txt", "tmp/a/x", "tmp/b/x", "y"]) plant(path, "x");
  const { entries } = await walk({ exclude: ["tmp", "!tmp/a/keep.txt"] });
  expect(entries.map((it) => it.path)).toEqual(["tmp/a/keep.txt", "y"]);
});

test("patterns that asked for something and found nothing are told, exclusions are not", async () => {
  const { plant, walk } = tree();
  for (const path of ["a/x", "b/y", "c"]) plant(path, "x");
  const { idle } = await walk({
    include: ["a", "b/y", "gone/**", "c/"],
    exclude: ["none", "b/**", "!b/z", "!b/y"],
  });
  expect(idle).toEqual(["gone/**", "c/", "!b/z"]);
  expect((await walk({})).idle).toEqual([]);
});

test("names with line breaks and separators are found by every pattern that means them", async () => {
  const { plant, walk } = tree();
  const paths = ["a\nb.txt", "c\rd", "e\u2028f/g\u2029h"];
  for (const path of paths) plant(path, "x");
  for (const include of [["**"], ["*"], ["?*"], ["{a,c,e}*"]]) {
    const { entries } = await walk({ include });
    expect(entries.filter((it) => it.type === "file").map((it) => it.path)).toEqual(paths);
  }
});

test("a link is not followed and is told", async () => {
  const { root, plant, walk } = tree();
  plant("real/a", "x");
  symlinkSync(join(root, "real"), join(root, "link"));
  const { entries, remarks } = await walk();
  expect(entries.map((it) => it.path)).toEqual(["real", "real/a"]);
  expect(remarks.map((it) => [it.path, it.error])).toEqual([["link", "link"]]);
});

test("a link where nothing was wanted is not worth a word", async () => {
  const { root, plant, walk } = tree();
  plant("wanted/a", "x");
  symlinkSync(root, join(root, "Application Data"));
  symlinkSync(root, join(root, "wanted/link"));
  const { remarks } = await walk({ include: ["wanted/**"] });
  expect(remarks.map((it) => it.path)).toEqual(["wanted/link"]);
});

test("folders in which nothing can match are not entered", async () => {
  const { plant, walk } = tree();
  plant("a/b/c/x", "1");
  plant("other/deep/y", "1");
  const { entries } = await walk({ include: ["a/*/c/**"] });
  expect(entries.map((it) => it.path)).toEqual(["a/b/c", "a/b/c/x"]);
});

test.skipIf(process.getuid?.() === 0)(
  "a folder that may not be read is told and the rest goes on",
  async () => {
    const { root, plant, walk } = tree();
    plant("closed/a", "x");
    plant("open/b", "x");
    chmodSync(join(root, "closed"), 0);
    const { entries, remarks } = await walk().finally(() => chmodSync(join(root, "closed"), 0o700));
    expect(entries.map((it) => it.path)).toContain("open/b");
    expect(remarks[0]).toMatchObject({ path: "closed", error: { code: "EACCES" } });
  },
);

test("a missing folder is a throw, not an empty tree", async () => {
  const { root } = tree();
  const message = expect.stringContaining("no such file or directory");
  await expect(walkTree(join(root, "none"), async () => undefined)).rejects.toMatchObject({
    name: "FolderUnreadable",
    message,
    reason: { code: "ENOENT", message },
  });
});

test("an error of the receiver ends the walk, even when it looks like a file's", async () => {
  const { root, plant } = tree();
  for (let at = 0; at < 200; at++) plant(`d${at % 20}/f${at}`, "x");
  const full = Object.assign(new Error("no space"), { code: "ENOSPC", syscall: "write" });
  await expect(walkTree(root, async () => Promise.reject(full))).rejects.toBe(full);
});

test("an aborted walk stops", async () => {
  const { root, plant } = tree();
  for (let at = 0; at < 100; at++) plant(`d${at}/f`, "x");
  const stop = new AbortController();
  let taken = 0;
  const walking = walkTree(root, async () => void (++taken === 10 && stop.abort()), { signal: stop.signal });
  await expect(walking).rejects.toMatchObject({ name: "AbortError" });
  expect(taken).toBeLessThan(200);
});

test("a tree is walked in the order of its paths, letter by letter", async () => {
  const { root, plant } = tree();
  for (const path of ["a/x", "a b/y", "a.txt", "a/deep/er/z", "B/1", "a0", "\u{1F600}/s", "\uFF21"])
    plant(path, "");
  const paths: string[] = [];
  await walkTree(root, ({ path }) => void paths.push(path));
  expect(paths).toHaveLength(14);
  // As JavaScript compares texts, by UTF-16 code units, which is how the store keeps a tree.
  expect(paths).toEqual(paths.toSorted());
});

test("one file is looked at, or a folder, and none is no error", async () => {
  const { root, plant } = tree();
  plant("a", "123");
  symlinkSync("a", join(root, "link"));
  utimesSync(join(root, "a"), 1_700_000_000.123_9, 1_700_000_000.123_9);
  const { ino, ctimeMs } = statSync(join(root, "a"));
  expect(await statEntry(join(root, "a"))).toEqual({
    path: "",
    file: join(root, "a"),
    type: "file",
    size: 3,
    modifiedAt: 1_700_000_000_123,
    fileId: ino,
    changedAt: Math.trunc(ctimeMs),
  });
  expect(await statEntry(root)).toMatchObject({ type: "folder", size: 0 });
  for (const path of ["b", "link", "a/b"]) expect(await statEntry(join(root, path))).toBeUndefined();
  await expect(statEntry(join(root, "x".repeat(300)))).rejects.toMatchObject({ code: "ENAMETOOLONG" });
});

test("a folder that can't be entered is told by its own path, and the rest goes on", async () => {
  const { root, plant, walk } = tree();
  plant("a/x", "1");
  plant("b/x", "1");
  const entries: string[] = [];
  const { remarks } = await walkTree(root, ({ path }) => {
    entries.push(path);
    // Gone between being seen and being listed.
    if (path === "a") rmSync(join(root, "a"), { recursive: true });
  });
  expect(entries).toEqual(["a", "b", "b/x"]);
  const error = { code: "ENOENT", message: expect.any(String) };
  expect(remarks).toEqual([{ path: "a", file: join(root, "a"), error }]);
  expect((await walk()).remarks).toEqual([]);
});

test.skipIf(process.platform === "win32")(
  "a socket is told where something was wanted, or could be",
  async () => {
    const { root, plant, walk } = tree();
    plant("b/x", "1");
    const servers = await Promise.all(["a", "b/s"].map((path) => listening(join(root, path))));
    const remarks = async (include: readonly string[]) =>
      (await walk({ include })).remarks.map((it) => [it.path, it.error]);
    expect(await remarks([])).toEqual([
      ["a", "special"],
      ["b/s", "special"],
    ]);
    expect(await remarks(["b/**"])).toEqual([["b/s", "special"]]);
    expect(await remarks(["a/x"])).toEqual([["a", "special"]]);
    expect(await remarks(["[a]"])).toEqual([["a", "special"]]);
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  },
);

test("what is excluded is not told either, and a folder that is excluded is not entered", async () => {
  const { root, plant, walk } = tree();
  plant("keep/x", "1");
  plant("cache/x", "1");
  symlinkSync("nowhere", join(root, "cache/link"));
  symlinkSync("nowhere", join(root, "skipped"));
  const { entries, remarks } = await walk({ exclude: ["cache", "skipped"] });
  expect(entries.map((it) => it.path)).toEqual(["keep", "keep/x"]);
  expect(remarks).toEqual([]);
});

test("a walk that is stopped before it began lists nothing", async () => {
  const { root, plant } = tree();
  plant("x", "1");
  const taken: string[] = [];
  const walking = walkTree(root, ({ path }) => void taken.push(path), { signal: AbortSignal.abort() });
  await expect(walking).rejects.toMatchObject({ name: "AbortError" });
  expect(taken).toEqual([]);
});

async function listening(path: string): Promise<Server> {
  const server = createServer().listen(path);
  await once(server, "listening");
  return server;
}

/** An empty folder of a test, and what is done with it. */
function tree() {
  const root = temporaryFolder();
  const plant = (path: string, content: string) => plantFiles(root, { [path]: content });
  const walk = async (options: WalkOptions = {}) => {
    const entries: FoundEntry[] = [];
    const { remarks, idle } = await walkTree(root, async (entry) => void entries.push(entry), options);
    return { entries: entries.sort((left, right) => (left.path < right.path ? -1 : 1)), remarks, idle };
  };
  return { root, plant, walk };
}
