import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { realDisk } from "../../../src/store/backends/disk.ts";
import { ObjectMissing, ObjectTooLarge } from "../../../src/store/backends/backend.ts";
import { folderBackend } from "../../../src/store/backends/folder.ts";
import { backendContract } from "../../contracts/backend.contract.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

backendContract("folder", async () => folderBackend(temporaryFolder()));

test("a file that a dead writer left half written is no object", async () => {
  const root = temporaryFolder();
  const backend = folderBackend(root);
  await backend.put("packs/aa/whole", new Uint8Array(3));
  writeFileSync(join(root, "packs/aa/.tmp-0011223344556677"), "half");
  const { mtimeMs } = statSync(join(root, "packs/aa/whole"));
  expect(await Array.fromAsync(backend.list(""))).toEqual([
    { name: "packs/aa/whole", size: 3, modifiedAt: Math.trunc(mtimeMs) },
  ]);
});

test("no temporary file stays behind, whether a name is new or taken", async () => {
  const root = temporaryFolder();
  const backend = folderBackend(root);
  await backend.put("one", new Uint8Array(1));
  await backend.putNew("two", new Uint8Array(1));
  await backend.putNew("two", new Uint8Array(2));
  expect(readdirSync(root).sort()).toEqual(["one", "two"]);
});

test("an object that was torn is put whole again", async () => {
  const root = temporaryFolder();
  const backend = folderBackend(root);
  writeFileSync(join(root, "torn"), "ha");
  await backend.put("torn", new TextEncoder().encode("half"));
  expect(Buffer.from(await backend.get("torn")).toString()).toBe("half");
});

test("what a dead writer left half written is named, and removed by that name", async () => {
  const root = temporaryFolder();
  const backend = folderBackend(root);
  await backend.put("packs/aa/whole", new Uint8Array(3));
  writeFileSync(join(root, ".tmp-aa"), "half");
  writeFileSync(join(root, "packs/aa/.tmp-bb"), "");
  const found = await Array.fromAsync(backend.unfinished!());
  expect(found.map(({ name, size }) => `${name}:${size}`).sort()).toEqual([
    ".tmp-aa:4",
    "packs/aa/.tmp-bb:0",
  ]);
  for (const { name } of found) await backend.remove(name);
  expect(readdirSync(root, { recursive: true }).sort()).toEqual(["packs", "packs/aa", "packs/aa/whole"]);
});

test("an object that has its name is put, though a prune took the temporary file that it was written to", async () => {
  const link: typeof realDisk.link = async (from, to) => {
    await realDisk.link(from, to);
    await realDisk.unlink(from);
  };
  const backend = folderBackend(temporaryFolder(), { ...realDisk, link });
  expect(await backend.putNew("one", new Uint8Array(3))).toBe(true);
  expect(await backend.get("one")).toHaveLength(3);
});

test("what has an object's name and is no file is no object, and nobody waits for it", async () => {
  const root = temporaryFolder();
  const backend = folderBackend(root);
  const outside = join(temporaryFolder(), "secret");
  writeFileSync(outside, "of somebody else");
  symlinkSync(outside, join(root, "link"));
  symlinkSync("/dev/zero", join(root, "endless"));
  execFileSync("mkfifo", [join(root, "pipe")]);
  mkdirSync(join(root, "folder"));
  for (const name of ["link", "endless", "pipe", "folder"]) {
    await expect(backend.get(name), name).rejects.toThrow(ObjectMissing);
    await expect(backend.get(name, { offset: -4, length: 4 }), name).rejects.toThrow(ObjectMissing);
  }
  expect(await Array.fromAsync(backend.list(""))).toEqual([]);
  const found = await Array.fromAsync(backend.nonObjects!());
  expect(found.map(({ name, isFolder }) => `${name}${isFolder ? "/" : ""}`).sort()).toEqual([
    "endless",
    "folder/",
    "link",
    "pipe",
  ]);
  // A link gives way to the object, and what it led to stays as it was.
  await backend.put("link", new Uint8Array(16));
  expect(await backend.get("link")).toEqual(Buffer.alloc(16));
  expect(readFileSync(outside, "utf8")).toBe("of somebody else");
});

test("nothing is read, written or removed through a folder that is a link", async () => {
  const root = temporaryFolder();
  const outside = temporaryFolder();
  writeFileSync(join(outside, "one"), "of somebody else");
  symlinkSync(outside, join(root, "packs"));
  const backend = folderBackend(root);
  expect(await Array.fromAsync(backend.list("packs/"))).toEqual([]);
  await expect(backend.get("packs/one")).rejects.toThrow(ObjectMissing);
  await expect(backend.put("packs/two", new Uint8Array(3))).rejects.toThrow("is a link");
  await expect(backend.putNew("packs/aa/two", new Uint8Array(3))).rejects.toThrow("is a link");
  await expect(backend.remove("packs/one")).rejects.toThrow("is a link");
  expect(readdirSync(outside)).toEqual(["one"]);
});

test("what is larger than any object is not read", async () => {
  const root = temporaryFolder();
  const backend = folderBackend(root);
  await backend.put("giant", new Uint8Array(3));
  truncateSync(join(root, "giant"), 2 ** 40);
  await expect(backend.get("giant")).rejects.toThrow(ObjectTooLarge);
  await expect(backend.get("giant", { bytesMax: 100 })).rejects.toThrow(ObjectTooLarge);
  expect(await backend.get("giant", { offset: 0, length: 3 })).toEqual(Buffer.alloc(3));
});

test("where nothing may be renamed or removed, objects are put whole all the same", async () => {
  const root = temporaryFolder();
  const refuse = async () => {
    throw Object.assign(new Error("EPERM: operation not permitted"), { code: "EPERM", syscall: "unlink" });
  };
  const backend = folderBackend(root, { ...realDisk, rename: refuse, unlink: refuse });
  await backend.put("one", new Uint8Array(3));
  expect(await backend.putNew("two", new Uint8Array(4))).toBe(true);
  expect(await backend.putNew("two", new Uint8Array(4))).toBe(false);
  const names = (await Array.fromAsync(backend.list(""))).map(({ name, size }) => `${name}:${size}`);
  expect(names.sort()).toEqual(["one:3", "two:4"]);
  // What can't be taken away is left to a prune.
  const left = await Array.fromAsync(backend.unfinished!());
  expect(left).toHaveLength(3);
  for (const { name } of left) rmSync(join(root, name));
  expect(await backend.get("one")).toEqual(Buffer.alloc(3));
  // Another object of the name can't be replaced there, and that is said.
  writeFileSync(join(root, "torn"), "ha");
  await expect(backend.put("torn", new Uint8Array(4))).rejects.toThrow("EPERM");
});
