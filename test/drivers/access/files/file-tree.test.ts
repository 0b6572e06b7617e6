import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { statEntry, walkTree } from "../../../../src/drivers/access/files/file-tree.ts";
import type { FoundEntry, WalkOptions } from "../../../../src/drivers/access/files/found-entry.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "tree-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test("every file and folder is found once, with size and times", async () => {
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

test("a link is not followed and is told", async () => {
  plant("real/a", "x");
  symlinkSync(join(root, "real"), join(root, "link"));
  const { entries, remarks } = await walk();
  expect(entries.map((it) => it.path)).toEqual(["real", "real/a"]);
  expect(remarks.map((it) => [it.path, it.error])).toEqual([["link", "link"]]);
});

test("a link where nothing was wanted is not worth a word", async () => {
  plant("wanted/a", "x");
  symlinkSync(root, join(root, "Application Data"));
  symlinkSync(root, join(root, "wanted/link"));
  const { remarks } = await walk({ include: ["wanted/**"] });
  expect(remarks.map((it) => it.path)).toEqual(["wanted/link"]);
});

test("folders in which nothing can match are not entered", async () => {
  plant("a/b/c/x", "1");
  plant("other/deep/y", "1");
  const { entries } = await walk({ include: ["a/*/c/**"] });
  expect(entries.map((it) => it.path)).toEqual(["a/b/c", "a/b/c/x"]);
});

test.skipIf(process.getuid?.() === 0)(
  "a folder that may not be read is told and the rest goes on",
  async () => {
    plant("closed/a", "x");
    plant("open/b", "x");
    chmodSync(join(root, "closed"), 0);
    const { entries, remarks } = await walk().finally(() => chmodSync(join(root, "closed"), 0o700));
    expect(entries.map((it) => it.path)).toContain("open/b");
    expect(remarks[0]).toMatchObject({ path: "closed", error: { code: "EACCES" } });
  },
);

test("a missing folder is a throw, not an empty tree", async () => {
  await expect(walkTree(join(root, "none"), async () => undefined)).rejects.toMatchObject({
    reason: { code: "ENOENT" },
  });
});

test("an error of the receiver ends the walk, even when it looks like a file's", async () => {
  for (let at = 0; at < 200; at++) plant(`d${at % 20}/f${at}`, "x");
  const full = Object.assign(new Error("no space"), { code: "ENOSPC", syscall: "write" });
  await expect(walkTree(root, async () => Promise.reject(full))).rejects.toBe(full);
});

test("an aborted walk stops", async () => {
  for (let at = 0; at < 100; at++) plant(`d${at}/f`, "x");
  const stop = new AbortController();
  let taken = 0;
  const walking = walkTree(root, async () => void (++taken === 10 && stop.abort()), { signal: stop.signal });
  await expect(walking).rejects.toMatchObject({ name: "AbortError" });
  expect(taken).toBeLessThan(200);
});

test.each(["near", "far"] as const)(
  "the walk waits for its receiver: of a %s folder one entry is out at a time, in the order of the paths",
  async (reach) => {
    for (let at = 0; at < 600; at++) plant(`d${at % 30}/f${at}`, "x");
    let [out, most] = [0, 0];
    const paths: string[] = [];
    const take = async ({ path }: FoundEntry) => {
      most = Math.max(most, ++out);
      paths.push(path);
      await new Promise((resolve) => setImmediate(resolve));
      out--;
    };
    await walkTree(root, take, { reach });
    expect(paths).toHaveLength(630);
    expect(paths).toEqual(paths.toSorted());
    expect(most).toBe(1);
  },
);

test("threads find in a large tree what one finds alone: every entry once, in order, with its facts and texts", async () => {
  for (let at = 0; at < 6_000; at++) plant(`a${at % 70}/b${at % 3}/f${at}${at % 5 ? "" : ".ini"}`, `${at}`);
  for (let at = 0; at < 5_000; at++) plant(`wide/f${at}`, "");
  for (const path of ["wide/f7 x/y", "wide/g/z", "wide/e/z", "a1 b/c", "a1-b/c"]) plant(path, "1");
  symlinkSync(join(root, "a1"), join(root, "a2/link"));
  const found: FoundEntry[] = [];
  const remarks = await walkTree(root, (entry) => void found.push(entry), { texts: /^a.*\.ini$/ });
  const names = readdirSync(root, { recursive: true }).map((name) => `${name}`.replaceAll("\\", "/"));
  expect(found.map(({ path }) => path)).toEqual(names.filter((name) => !name.startsWith("a2/link")).sort());
  expect(remarks.map((it) => [it.path, it.error])).toEqual([["a2/link", "link"]]);
  for (const { path, file, size, fileId, type, text } of found) {
    const look = statSync(join(root, path));
    expect([file, fileId, type]).toEqual([join(root, path), look.ino, look.isFile() ? "file" : "folder"]);
    if (type === "file") expect(size).toBe(look.size);
    expect(text).toBe(/^a.*\.ini$/.test(path) ? readFileSync(file, "latin1") : undefined);
  }
});

test("a walk that ends early leaves nothing running", async () => {
  for (let at = 0; at < 6_000; at++) plant(`a${at % 300}/f${at}`, "");
  const full = new Error("enough");
  let taken = 0;
  const take = () => {
    if (++taken === 4_000) throw full;
  };
  await expect(walkTree(root, take)).rejects.toBe(full);
});

test("a tree is walked in the order of its paths, letter by letter", async () => {
  for (const path of ["a/x", "a b/y", "a.txt", "a/deep/er/z", "B/1", "a0", "\u{1F600}/s", "\uFF21"])
    plant(path, "");
  const paths: string[] = [];
  await walkTree(root, ({ path }) => void paths.push(path));
  expect(paths).toHaveLength(14);
  // As JavaScript compares texts, by UTF-16 code units, which is how the store keeps a tree.
  expect(paths).toEqual(paths.toSorted());
});

test("one file is looked at, and none is no error", async () => {
  plant("a", "123");
  expect(await statEntry(join(root, "a"))).toMatchObject({ type: "file", size: 3 });
  expect(await statEntry(join(root, "b"))).toBeUndefined();
});

function plant(path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

async function walk(options: WalkOptions = {}) {
  const entries: FoundEntry[] = [];
  const remarks = await walkTree(root, async (entry) => void entries.push(entry), options);
  return { entries: entries.sort((left, right) => (left.path < right.path ? -1 : 1)), remarks };
}
