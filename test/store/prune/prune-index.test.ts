import { expect, test } from "vitest";
import { toHex } from "../../../src/core/base/bytes.ts";
import { memoryBackend } from "../../../src/store/backends/memory.ts";
import { decodeIndexFile, type IndexedPack } from "../../../src/store/format/index-file.ts";
import type { LoadedIndex } from "../../../src/store/index/index-loader.ts";
import { objectStore } from "../../../src/store/objects/object-store.ts";
import { planIndex, rewriteIndex, type WantedIndex } from "../../../src/store/prune/prune-index.ts";
import { writeIndexFile } from "../../../src/store/index/index-loader.ts";
import { chance } from "../../support/test-repository.ts";

const wanted: WantedIndex = { keep: new Set(["k1", "k2"]), remember: new Set(["r1", "r2"]) };

test.each<[string, Readonly<Record<string, readonly string[]>>, readonly string[], readonly string[]]>([
  ["that names only what stays is vouched for", { a: ["k1", "k2"] }, ["a"], []],
  ["that names what is gone is replaced", { a: ["k1", "gone"] }, [], ["a"]],
  ["that names only what is to be remembered is left as it is", { a: ["r1", "r2"] }, [], []],
  ["that mixes what stays with what is to be remembered is replaced", { a: ["k1", "r1"] }, [], ["a"]],
  ["that names nothing new is replaced", { b: ["k1"], a: ["k1", "k2"] }, ["a"], ["b"]],
  ["that names something new beside what others name stays", { a: ["k1"], b: ["k1", "k2"] }, ["a", "b"], []],
  ["that an earlier prune is about to remove is replaced", { going: ["k1"], z: ["k2"] }, ["z"], ["going"]],
  ["that names no pack at all is replaced", { a: [] }, [], ["a"]],
])("an index file %s", (_, files, vouched, replaced) => {
  const fences = { readable: [{ replaced: ["going"] }, { replaced: [] }] };
  const index = { files: new Map(Object.entries(files)), fences } as unknown as LoadedIndex;
  expect(planIndex(index, wanted)).toEqual({ vouched, replaced });
});

test("what is rewritten names each pack once, and keeps what stays apart from what is only remembered", async () => {
  const { store, index, packs, write } = await indexStore();
  const [k1, k2, k3, r1, gone] = packs as [IndexedPack, IndexedPack, IndexedPack, IndexedPack, IndexedPack];
  const vouched = await write(k1);
  const replaced = [await write(k1, k2, gone), await write(k2, r1, k3)];
  const keep = new Set([k1, k2, k3].map(hexOf));
  const names = await rewriteIndex(
    store,
    index,
    { vouched: [vouched], replaced },
    { keep, remember: new Set([hexOf(r1)]) },
  );

  expect(names[0]).toBe(vouched);
  expect(names).toHaveLength(2);
  expect(await packsIn(store, names[1]!)).toEqual([k2, k3].map(hexOf));
  const known = new Set([vouched, ...replaced, ...names]);
  const rest = (await Array.fromAsync(store.backend.list("index/"), ({ name }) => name)).filter(
    (it) => !known.has(it),
  );
  expect(rest).toHaveLength(1);
  expect(await packsIn(store, rest[0]!)).toEqual([hexOf(r1)]);
  for (const name of [...rest, names[1]!]) expect(name).toMatch(/^index\/00000007-/);
});

test("nothing is written where nothing is left to name", async () => {
  const { store, index, packs, write } = await indexStore();
  const replaced = [await write(packs[0]!)];
  const plan = { vouched: [], replaced };
  expect(await rewriteIndex(store, index, plan, { keep: new Set(), remember: new Set() })).toEqual([]);
  expect(await Array.fromAsync(store.backend.list("index/"), ({ name }) => name)).toEqual(replaced);
});

async function indexStore() {
  const store = objectStore(memoryBackend(), { repository: new Uint8Array(16) }, chance(3));
  const packs = [1, 2, 3, 4, 5].map((digit): IndexedPack => {
    const digest = new Uint8Array(32).fill(digit);
    return { digest, salt: digest, packBytes: 100, table: Uint8Array.of(0) };
  });
  const index = { files: new Map<string, readonly string[]>(), fences: { epoch: 7, readable: [] } };
  const write = async (...all: readonly IndexedPack[]): Promise<string> => {
    const { name } = await writeIndexFile(store, 6, all);
    index.files.set(name, all.map(hexOf));
    return name;
  };
  return { store, index: index as unknown as LoadedIndex, packs, write };
}

async function packsIn(store: ReturnType<typeof objectStore>, name: string): Promise<readonly string[]> {
  return decodeIndexFile(await store.get({ type: "index", name })).map(hexOf);
}

function hexOf({ digest }: IndexedPack): string {
  return toHex(digest);
}
