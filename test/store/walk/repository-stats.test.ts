import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { RepositoryStats } from "../../../src/core/model/repository/repository-stats.ts";
import type { Backend } from "../../../src/store/backends/backend.ts";
import { folderBackend } from "../../../src/store/backends/folder.ts";
import { memoryBackend } from "../../../src/store/backends/memory.ts";
import type { Repository } from "../../../src/store/repository.ts";
import { makePages } from "../../support/database-pages.ts";
import { SeededRandom } from "../../support/seeded-random.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { facts, newRepository, reopen } from "../../support/test-repository.ts";

const october = Date.UTC(2026, 9, 5);
const november = Date.UTC(2026, 10, 5);
const random = new SeededRandom(11);
const [both, files, packages, changed] = [90_000, 50_000, 70_000, 40_000].map((it) => random.bytes(it));
const database = makePages(700, random);

test.each(["encrypted", "plain"] as const)("what is said of a repository adds up (%s)", async (how) => {
  const root = temporaryFolder();
  const repository = await filled(folderBackend(root), how);
  const stats = await repository.stats(new AbortController().signal);

  const { content, trees, unreferenced, disk } = stats;
  const once = both!.length + files!.length + packages!.length + changed!.length + database.length;
  expect(content.plainBytes).toBe(once);
  expect(content.sharedPlainBytes).toBe(both!.length);
  expect(content.uniquePlainBytes + content.sharedPlainBytes).toBe(content.plainBytes);
  const unique = stats.sources.reduce((sum, it) => sum + it.uniquePlainBytes, 0);
  expect(unique + content.sharedPlainBytes).toBe(content.plainBytes);
  expect(stats.months.reduce((sum, it) => sum + it.newPlainBytes, 0)).toBe(content.plainBytes);

  const stored = content.storedBytes + trees.storedBytes + unreferenced.storedBytes;
  expect(stored + stats.packOverheadBytes + stats.unindexedPacks.bytes).toBe(disk.packs.bytes);
  const { total, ...kinds } = disk;
  expect(Object.values(kinds).reduce((sum, it) => sum + it.bytes, 0)).toBe(total.bytes);
  expect(total).toEqual(sizeOf(root));
  expect(disk.keys.files).toBe(how === "plain" ? 0 : 2);
  expect({ ...unreferenced, files: stats.unindexedPacks.files, missing: stats.missingPacks }).toEqual({
    blobs: 0,
    plainBytes: 0,
    storedBytes: 0,
    files: 0,
    missing: 0,
  });
  expect(content.storedBytes).toBeLessThan(content.plainBytes);
});

test("each source and each month has what it brought", async () => {
  const stats = await statsOf(await filled(memoryBackend()));
  const [shared, own, other] = [both!.length, files!.length, packages!.length];
  expect(stats.sources).toEqual([
    {
      site: "PS1",
      source: "files",
      snapshots: 2,
      fileBytes: 2 * shared + 2 * own + changed!.length,
      plainBytes: shared + own + changed!.length,
      uniquePlainBytes: own + changed!.length,
    },
    {
      site: "PS1",
      source: "packages",
      snapshots: 1,
      fileBytes: shared + other + database.length,
      plainBytes: shared + other + database.length,
      uniquePlainBytes: other + database.length,
    },
  ]);
  expect(
    stats.months.map(({ month, snapshots, newPlainBytes }) => [month, snapshots, newPlainBytes]),
  ).toEqual([
    ["2026-10", 2, shared + own + other + database.length],
    ["2026-11", 1, changed!.length],
  ]);
  expect(stats.snapshots).toBe(3);
  expect(stats.fileBytes).toBe(stats.sources.reduce((sum, it) => sum + it.fileBytes, 0));
});

test("what a forgotten snapshot alone needed is needed no more, and a pack beside the index is told apart", async () => {
  const objects = new Map<string, Uint8Array>();
  const repository = await filled(memoryBackend(objects));
  const before = await statsOf(repository);
  await repository.forget("s3");
  const after = await statsOf(repository);
  expect(after.content.plainBytes).toBe(before.content.plainBytes - packages!.length - database.length);
  expect(after.content.sharedPlainBytes).toBe(0);
  expect(after.unreferenced.plainBytes).toBe(
    before.content.plainBytes + before.trees.plainBytes - after.content.plainBytes - after.trees.plainBytes,
  );
  expect(after.unreferenced.storedBytes).toBeGreaterThan(packages!.length);

  const [index] = [...objects.keys()].filter((name) => name.startsWith("index/")).slice(-1);
  objects.delete(index!);
  const lost = await statsOf(await reopen(memoryBackend(objects)));
  expect(lost.unindexedPacks.files).toBeGreaterThan(0);
  const stored = lost.content.storedBytes + lost.trees.storedBytes + lost.unreferenced.storedBytes;
  expect(stored + lost.packOverheadBytes + lost.unindexedPacks.bytes).toBe(lost.disk.packs.bytes);
});

test("damage is named, and a pack that is gone is counted", async () => {
  const objects = new Map<string, Uint8Array>();
  await filled(memoryBackend(objects));
  const packs = [...objects.keys()].filter((name) => name.startsWith("packs/"));
  for (const name of packs) objects.delete(name);
  objects.set("snapshots/s1", objects.get("snapshots/s1")!.slice(1));
  const stats = await statsOf(await reopen(memoryBackend(objects)));
  expect(stats.missingPacks).toBe(packs.length);
  expect(stats.unreadable[0]).toBe("snapshots/s1");
  expect(stats.unreadable.length).toBe(3);
  expect(stats.snapshots).toBe(2);
});

test("content counts for the month that needed it first, whichever source that was", async () => {
  const repository = await newRepository(memoryBackend());
  await write(repository, "s1", ["a-source", november], { one: both! });
  await write(repository, "s2", ["b-source", october], { two: both! });
  await write(repository, "s3", ["c-source", november], { three: both! });
  const { months } = await statsOf(repository);
  expect(months.map((it) => it.newPlainBytes)).toEqual([both!.length, 0]);
});

test("a file that somebody put among the objects is told apart", async () => {
  const objects = new Map<string, Uint8Array>();
  const repository = await filled(memoryBackend(objects));
  objects.set("readme.txt", new Uint8Array(7));
  objects.set("elsewhere/x", new Uint8Array(5));
  const { disk } = await statsOf(repository);
  expect(disk.other).toEqual({ files: 2, bytes: 12 });
  expect(disk.config.files).toBe(2);
});

test("the trees of a source that hardly changes are read once", async () => {
  const reads: string[] = [];
  const inner = memoryBackend();
  const counting: Backend = {
    ...inner,
    get: (name, part) => {
      if (name.startsWith("packs/")) reads.push(name);
      return inner.get(name, part);
    },
  };
  const repository = await newRepository(counting);
  // Enough for several segments, each in a group of its own or nearly so.
  const names = Array.from({ length: 12_000 }, () => Buffer.from(random.bytes(40)).toString("hex"));
  const tree = Object.fromEntries(names.map((name) => [name, Buffer.from(name, "hex")]));
  await write(repository, "s1", ["files", october], tree);
  const first = await readsOf(repository, reads);
  expect(first).toBeGreaterThan(4);
  await write(repository, "s2", ["files", october], { ...tree, [names[0]!]: Buffer.from("changed") });
  expect(await readsOf(repository, reads)).toBeLessThanOrEqual(first + 2);
});

async function readsOf(repository: Repository, reads: string[]): Promise<number> {
  reads.length = 0;
  await statsOf(repository);
  return reads.length;
}

function statsOf(repository: Repository): Promise<RepositoryStats> {
  return repository.stats(new AbortController().signal);
}

/** Two sources, of which one has two snapshots, over two months. `both` is in both sources. */
async function filled(backend: Backend, how: "encrypted" | "plain" = "encrypted"): Promise<Repository> {
  const repository = await newRepository(backend, how);
  const old = { "a/both": both!, "a/files": files!, empty: new Uint8Array() };
  await write(repository, "s1", ["files", october], old);
  await write(repository, "s2", ["files", november], { ...old, changed: changed! });
  await write(repository, "s3", ["packages", october], {
    "b/both": both!,
    packages: packages!,
    "c.mdf": database,
  });
  return repository;
}

async function write(
  repository: Repository,
  id: string,
  [source, point]: readonly [string, number],
  tree: Readonly<Record<string, Uint8Array>>,
): Promise<void> {
  const { signal } = new AbortController();
  const writer = await repository.beginSnapshot({ site: "PS1", source, signal, rereadPerMille: 0 });
  for (const [path, bytes] of Object.entries(tree))
    await writer.offer({ type: "file", path, modifiedAt: 5, size: bytes.length, locator: { bytes } });
  await writer.commit({ ...facts(id), source, point });
}

function sizeOf(folder: string): { readonly files: number; readonly bytes: number } {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((it) => it.isFile());
  const bytes = entries.reduce((sum, it) => sum + statSync(join(it.parentPath, it.name)).size, 0);
  return { files: entries.length, bytes };
}
