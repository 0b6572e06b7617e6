import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { memoryBackend } from "../../src/store/backends/memory.ts";
import { digestOf } from "../../src/store/format/encoding/envelope.ts";
import { decodeSealedObject, encodeSealedObject } from "../../src/store/format/sealed-object.ts";
import { ObjectCache } from "../../src/store/objects/object-cache.ts";
import { objectStore, type ObjectStore } from "../../src/store/objects/object-store.ts";
import { StampCache, StampColumn } from "../../src/store/tree/stamp-cache.ts";
import { fuzzLater } from "../support/fuzz/fuzz.ts";
import { mutateBytes } from "../support/fuzz/mutate-bytes.ts";
import { SeededRandom } from "../support/seeded-random.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { chance } from "../support/test-repository.ts";

const random = new SeededRandom(5);
const salt = random.bytes(32);
const place = { type: "record", name: "cache/objects" } as const;
const objects = ["records/a", "records/b", "records/c"].map((name, at) => ({
  place: { type: "record" as const, name },
  body: random.bytes(40 * at),
}));

test("a cache of objects that is damaged gives what the objects hold, and never anything else", async () => {
  const { store, file } = await objectCache();
  const read = async (bytes: Uint8Array) => {
    writeFileSync(file, bytes);
    for (const [at, body] of (await bodiesOf(file, store)).entries())
      if (Buffer.compare(body, objects[at]!.body) !== 0) throw new Error("The cache gave other bytes.");
  };
  await fuzzLater({ samples: [readFileSync(file)], mutate: mutateBytes, read, refusals: [] });
});

test("a cache of objects is opened at little cost, whatever was sealed in it", async () => {
  const { store, file } = await objectCache();
  const body = decodeSealedObject(store.secret, place, readFileSync(file));
  const read = async (forged: Uint8Array) => {
    writeFileSync(file, encodeSealedObject(store.secret, place, salt, forged));
    await bodiesOf(file, store);
  };
  await fuzzLater({ samples: [body], mutate: mutateBytes, read, refusals: [] });
});

test("stamps of files that are damaged are none", async () => {
  const { cache, file, whole } = await stampCache();
  const read = async (bytes: Uint8Array) => {
    writeFileSync(file, bytes);
    const known = await cache.read("s1");
    if (known && Buffer.compare(bytes, whole) !== 0) throw new Error("Damaged stamps were believed.");
  };
  await fuzzLater({ samples: [whole], mutate: mutateBytes, read, refusals: [] });
  writeFileSync(file, whole);
  expect((await cache.read("s1"))?.agrees(0, { fileId: 7, changedAt: 9 })).toBe(true);
  expect(await cache.read("s2")).toBeUndefined();
});

test("stamps whose digest is right are asked, whatever their rows are", async () => {
  const { cache, file, whole } = await stampCache();
  const read = async (rows: Uint8Array) => {
    writeFileSync(file, Buffer.concat([digestOf(Buffer.from("s1")), digestOf(rows), rows]));
    const known = await cache.read("s1");
    for (const entry of [0, 1, 99, 2 ** 31]) known?.agrees(entry, { fileId: 7, changedAt: 9 });
  };
  await fuzzLater({ samples: [whole.subarray(64)], mutate: mutateBytes, read, refusals: [] });
});

async function objectCache() {
  const backend = memoryBackend();
  const store = objectStore(backend, { repository: new Uint8Array(16) }, chance(1));
  for (const it of objects) await store.putNew(it.place, it.body);
  const file = join(temporaryFolder(), "objects.cache");
  const cache = await ObjectCache.open(file, store);
  for (const it of objects) await cache.get(it.place, it.body.length);
  await cache.save();
  return { store, file };
}

async function bodiesOf(file: string, store: ObjectStore): Promise<readonly Uint8Array[]> {
  const cache = await ObjectCache.open(file, store);
  return Promise.all(objects.map((it) => cache.get(it.place, it.body.length)));
}

async function stampCache() {
  const folder = temporaryFolder();
  const cache = new StampCache(folder, "repository", "PS1", "files");
  const column = new StampColumn();
  for (const entry of [0, 1, 2]) column.set(entry, { fileId: 7 + entry, changedAt: 9 });
  await cache.write("s1", column.take(Uint32Array.of(0, 1, 2)));
  const [name] = readdirSync(join(folder, "repository"));
  const file = join(folder, "repository", name!);
  return { cache, file, whole: readFileSync(file) };
}
