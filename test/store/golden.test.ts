import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { join, relative } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { JsonObject } from "../../src/core/base/json.ts";
import type { Snapshot } from "../../src/core/model/repository/snapshot.ts";
import { folderBackend } from "../../src/store/backends/folder.ts";
import { type RepositoryKey, parseKeyFile } from "../../src/store/keys/keys.ts";
import { openRepository } from "../../src/store/open-repository.ts";
import type { Repository, TreeEntry } from "../../src/store/repository.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { chance, readTree, restoreAll, verifyAll } from "../support/test-repository.ts";

interface Contents {
  readonly keyFile: string;
  readonly password: string;
  readonly snapshots: readonly (Omit<Snapshot, "files" | "bytes" | "addedBytes"> & {
    readonly entries: readonly TreeEntry[];
  })[];
  readonly records: readonly { readonly name: string; readonly record: JsonObject }[];
}

const golden = join("test", "golden");
const formats = readdirSync(golden).filter((it) => it.startsWith("repository-v"));

describe.each(formats)("%s, as the version that wrote it left it", (format) => {
  const contents = JSON.parse(readFileSync(join(golden, format, "contents.json"), "utf8")) as Contents;
  const keyFile = parseKeyFile(readFileSync(join(golden, format, contents.keyFile)));
  const ways: readonly (readonly [string, string, readonly RepositoryKey[]])[] = [
    ["the plain one", "plain", []],
    ["the encrypted one, by its key file", "encrypted", [{ keyFile }]],
    ["the encrypted one, by its password", "encrypted", [{ password: contents.password }]],
  ];

  test.each(ways)("%s is listed, read, verified and restored", async (_, folder, keys) => {
    const repository = await open(join(golden, format, folder), keys);
    const { snapshots, unreadable } = await repository.snapshots("objects");
    expect(unreadable).toEqual([]);
    expect(snapshots.map((it) => it.id)).toEqual(contents.snapshots.map((it) => it.id));
    for (const [at, { entries, ...manifest }] of contents.snapshots.entries()) {
      expect(snapshots[at]).toMatchObject(manifest);
      expect(await Array.fromAsync(repository.tree(manifest.id))).toEqual(entries);
      expect(await verifyAll(repository, manifest.id)).toMatchObject({ result: "passed", damage: [] });
      const to = temporaryFolder();
      const files = entries.filter((it) => it.type === "file");
      const bytes = files.reduce((sum, it) => sum + it.size, 0);
      expect(await restoreAll(repository, manifest.id, to)).toEqual({
        files: files.length,
        bytes,
        refused: [],
      });
      for (const entry of entries) expect(readTree(to)[entry.path]).toBe(shown(entry));
    }
    expect(await repository.records("")).toEqual({ records: contents.records, unreadable: [] });
    expect((await repository.stats(new AbortController().signal)).unreferenced.blobs).toBe(0);
  });

  test("its content is of every form that the format has for a file", async () => {
    const repository = await open(join(golden, format, "plain"), []);
    const { content, trees } = await repository.stats(new AbortController().signal);
    const sizes = contents.snapshots[0]!.entries.map((it) => it.size);
    expect(sizes).toContain(0);
    expect(Math.max(...sizes)).toBeGreaterThan(4 * 1024 * 1024);
    // Two roots, two segments or more, and lists: of the log, and of each state of the database file.
    expect(trees.blobs).toBeGreaterThanOrEqual(7);
    // Of the database file alone there are 80 runs of pages: content would cut it into 20 chunks.
    expect(content.blobs).toBeGreaterThan(80);
  });

  test.each([
    ["config", "a higher format version", 9, 2],
    ["config", "a feature that is not known", 10, 8],
    ["index/", "a higher format version", 9, 2],
    ["packs/", "a feature that is not known", 10, 8],
    ["snapshots/golden-2", "a higher format version", 9, 2],
    ["snapshots/golden-2", "a feature that is not known", 11, 1],
  ] as const)("%s with %s is refused, and says what is lacking", async (prefix, _, offset, value) => {
    const folder = temporaryFolder();
    cpSync(join(golden, format, "plain"), folder, { recursive: true });
    const changed = filesOf(folder).filter((name) => name.startsWith(prefix));
    for (const name of changed) rewrite(join(folder, name), offset, value);
    // Without a whole index the packs are asked for their own tables.
    if (prefix === "packs/") for (const name of indexOf(folder)) writeFileSync(join(folder, name), "");
    const lacking =
      offset === 9
        ? "it has format version 2, and this version of sitekeep reads none above 1"
        : `it needs a feature that this version of sitekeep lacks (bit ${offset === 10 ? 3 : 8})`;
    const reading = open(folder, []).then((it) => Array.fromAsync(it.tree("golden-2")));
    const error = await reading.catch((thrown: unknown) => thrown);
    const sentences = changed.map((name) => `${name} was written by a later version: ${lacking}.`);
    expect(sentences).toContain((error as Error).message);
  });
});

function indexOf(folder: string): readonly string[] {
  return filesOf(folder).filter((name) => name.startsWith("index/"));
}

/** Names of objects as the format writes them. */
function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((it) => it.isFile())
    .map((it) => relative(folder, join(it.parentPath, it.name)).replaceAll("\\", "/"));
}

async function open(folder: string, keys: readonly RepositoryKey[]): Promise<Repository> {
  const options = { keys, random: chance(3), now: () => 0, threads: 0 };
  const repository = await openRepository(folderBackend(folder), options);
  onTestFinished(() => repository.close());
  return repository;
}

function shown({ type, modifiedAt, size, sha256 }: TreeEntry): string {
  return `${modifiedAt} ${type === "folder" ? "folder" : `${size} ${sha256}`}`;
}

/** Changes a byte of an object's header and its digest with it: whole, and of another kind. */
function rewrite(file: string, offset: number, value: number): void {
  const bytes = readFileSync(file);
  bytes[offset] = value;
  bytes.set(createHash("sha256").update(bytes.subarray(0, -32)).digest(), bytes.length - 32);
  writeFileSync(file, bytes);
}
