import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeFolders } from "../../../src/store/backends/make-folders.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

test("missing folders are made, and the first of them is named", async () => {
  const root = temporaryFolder();
  expect(await makeFolders(join(root, "a/b/c"))).toBe(join(root, "a"));
  expect(statSync(join(root, "a/b/c")).isDirectory()).toBe(true);
  expect(await makeFolders(join(root, "a/b/d"))).toBe(join(root, "a/b/d"));
});

test("folders that are there stay as they are, links to folders too", async () => {
  const root = temporaryFolder();
  mkdirSync(join(root, "real"));
  symlinkSync(join(root, "real"), join(root, "link"));
  expect(await makeFolders(join(root, "real"))).toBeUndefined();
  expect(await makeFolders(join(root, "link"))).toBeUndefined();
  expect(await makeFolders(join(root, "link/below"))).toBe(join(root, "link/below"));
});

test("two that make the same folders at once both succeed", async () => {
  const root = temporaryFolder();
  const folder = join(root, "a/b/c/d");
  await Promise.all(Array.from({ length: 8 }, () => makeFolders(folder)));
  expect(statSync(folder).isDirectory()).toBe(true);
});

test("many that make folders beside each other below a new one all succeed, each time", async () => {
  const root = temporaryFolder();
  for (let time = 0; time < 50; time++) {
    const names = Array.from({ length: 16 }, (_, at) => join(root, `packs-${time}`, `${at}`));
    await Promise.all(names.map(makeFolders));
    expect(readdirSync(join(root, `packs-${time}`))).toHaveLength(16);
  }
});

test("a file in the way is an error", async () => {
  const root = temporaryFolder();
  writeFileSync(join(root, "file"), "");
  await expect(makeFolders(join(root, "file"))).rejects.toMatchObject({ code: "EEXIST" });
  await expect(makeFolders(join(root, "file/below/it"))).rejects.toMatchObject({ code: "ENOTDIR" });
});

test.runIf(existsSync("/proc/self"))("a folder that can hold none is an error, not a wait", async () => {
  await expect(makeFolders("/proc/sitekeep/below")).rejects.toMatchObject({ code: "ENOENT" });
});
