import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { realDisk } from "../../../src/store/backends/disk.ts";
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
