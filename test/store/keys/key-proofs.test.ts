import { expect, onTestFinished, test } from "vitest";
import type { FileOffer, Offer } from "../../../src/core/model/offer.ts";
import type { Backend } from "../../../src/store/backends/backend.ts";
import { memoryBackend } from "../../../src/store/backends/memory.ts";
import { addKey, removeKey } from "../../../src/store/keys/key-ring.ts";
import { digestOf } from "../../../src/store/format/encoding/envelope.ts";
import type { RepositoryKey } from "../../../src/store/keys/keys.ts";
import { openRepository } from "../../../src/store/open-repository.ts";
import { NothingToRead, NotEncrypted, ObjectDamaged } from "../../../src/store/objects/repository-errors.ts";
import type { Repository } from "../../../src/store/repository.ts";
import { makePages } from "../../support/database-pages.ts";
import { SeededRandom } from "../../support/seeded-random.ts";
import { capture, chance, keyFile, newRepository } from "../../support/test-repository.ts";

const { signal } = new AbortController();
const first: RepositoryKey = { keyFile };
const second: RepositoryKey = { keyFile: new Uint8Array(32).fill(10) };
const random = new SeededRandom(61);
const folder: Offer = { type: "folder", path: "a", modifiedAt: 5000 };

test("a second key's proof names its slot, its machine and what was read, and every key shows it", async () => {
  const { repository, elsewhere, escrow } = await withSecondKey();
  await capture(repository, "s1", [folder, file("a/1", 0), file("a/2", 70)]);
  await capture(repository, "s2", [folder, file("a/1", 0), file("a/2", 80), file("a/3", 9000)]);
  const there = await elsewhere();
  expect([repository.openedBy, there.openedBy]).toEqual([expect.not.stringMatching(escrow), escrow]);

  const proof = await there.proveKey("admin07", signal);
  expect(proof).toEqual({ at: 4711, slot: escrow, machine: "admin07", snapshot: "s2", bytes: 80 });
  const { slots, proofs } = await repository.provenSlots();
  expect(proofs).toEqual([proof]);
  expect([...slots].sort()).toEqual([repository.openedBy!, escrow].sort());
  expect((await repository.check({ readPerMille: 0, signal })).damage).toEqual([]);
});

test("content of a file of many chunks, and of runs of pages, is read as well as that of a small one", async () => {
  const { repository, elsewhere } = await withSecondKey();
  const there = await elsewhere();
  const contents = { large: random.bytes(900_000), pages: makePages(600, random) };
  for (const [id, bytes] of Object.entries(contents)) {
    await capture(repository, id, [offer(id, bytes)]);
    const proof = await there.proveKey("admin07", signal);
    expect(proof.snapshot).toBe(id);
    expect(proof.bytes).toBeGreaterThan(8_000);
    expect(proof.bytes).toBeLessThan(bytes.length);
  }
});

test("a snapshot of empty files and folders proves the key by its tree", async () => {
  const { repository, elsewhere } = await withSecondKey();
  await capture(repository, "s1", [folder, file("a/1", 0)]);
  expect(await (await elsewhere()).proveKey("admin07", signal)).toMatchObject({ snapshot: "s1", bytes: 0 });
});

test("a repository without a snapshot, or without keys, has nothing to prove a key by", async () => {
  const { repository, elsewhere } = await withSecondKey();
  await expect((await elsewhere()).proveKey("admin07", signal)).rejects.toThrow(NothingToRead);
  expect((await repository.provenSlots()).proofs).toEqual([]);
  const plain = await newRepository(memoryBackend(), "plain");
  await capture(plain, "s1", [file("a", 5)]);
  expect(plain.openedBy).toBeUndefined();
  await expect(plain.proveKey("admin07", signal)).rejects.toThrow(NotEncrypted);
});

test.each([["packs/"], ["snapshots/"]])("what can't be read of %s proves no key", async (below) => {
  const { objects, repository, elsewhere } = await withSecondKey();
  await capture(repository, "s1", [file("a", 5000)]);
  for (const [name, bytes] of objects)
    if (name.startsWith(below)) objects.set(name, bytes.with(60, bytes[60]! ^ 1));
  await expect((await elsewhere()).proveKey("admin07", signal)).rejects.toThrow(ObjectDamaged);
  expect((await repository.provenSlots()).proofs).toEqual([]);
});

test("content alone that is damaged proves no key", async () => {
  const { objects, repository, elsewhere } = await withSecondKey();
  await capture(repository, "s1", [file("a", 50_000)]);
  const packs = [...objects].filter(([name]) => name.startsWith("packs/"));
  const [[name, bytes]] = packs.sort((left, right) => right[1].length - left[1].length) as [
    (typeof packs)[0],
  ];
  objects.set(name, bytes.with(60, bytes[60]! ^ 1));
  await expect((await elsewhere()).proveKey("admin07", signal)).rejects.toThrow("damaged or missing");
});

test("a proof that can't be read proves nothing, and the others still do", async () => {
  const { objects, repository, elsewhere } = await withSecondKey();
  await capture(repository, "s1", [file("a", 5)]);
  const there = await elsewhere();
  for (const machine of ["one", "two", "three"]) await there.proveKey(machine, signal);
  const names = [...objects.keys()].filter((name) => name.startsWith("key-proofs/"));
  expect(names).toHaveLength(3);
  const [torn, later] = names.map((name) => objects.get(name)!);
  objects.set(names[0]!, torn!.subarray(0, 90));
  objects.set(names[1]!, ofLaterVersion(later!));
  expect((await repository.provenSlots()).proofs).toHaveLength(1);
});

test("a repair takes a proof away that can't be read", async () => {
  const { objects, repository, elsewhere } = await withSecondKey();
  await capture(repository, "s1", [file("a", 5)]);
  await (await elsewhere()).proveKey("admin07", signal);
  const name = [...objects.keys()].find((it) => it.startsWith("key-proofs/"))!;
  objects.set(name, objects.get(name)!.subarray(0, 90));
  const { plan, apply } = await repository.planRepair({ signal });
  expect(plan).toMatchObject({ removed: [name], left: [] });
  await apply(signal);
  expect(objects.has(name)).toBe(false);
});

test("a slot that was taken away, or is damaged twice, is not among those that can be opened", async () => {
  for (const damage of [removeEscrow, flipEscrow]) {
    const place = await withSecondKey();
    await damage(place);
    expect((await place.repository.provenSlots()).slots).toEqual([place.repository.openedBy]);
  }
});

type Place = Awaited<ReturnType<typeof withSecondKey>>;

function removeEscrow({ backend, escrow }: Place): Promise<void> {
  return removeKey({ backend, keys: [first] }, escrow);
}

async function flipEscrow({ objects, escrow }: Place): Promise<void> {
  for (const name of [`keys/${escrow}`, `keys/${escrow}.copy`]) objects.get(name)![60]! ^= 1;
}

/** Whole, and of a format that is not known yet. */
function ofLaterVersion(object: Uint8Array): Uint8Array {
  const later = object.with(9, 2);
  later.set(digestOf(later.subarray(0, -32)), later.length - 32);
  return later;
}

/** A repository with two keys; `elsewhere` opens it by the second one. */
async function withSecondKey() {
  const objects = new Map<string, Uint8Array>();
  const backend = memoryBackend(objects);
  const repository = await newRepository(backend);
  const { id } = await addKey({ backend, keys: [first] }, second, { random: chance(5) });
  return { objects, backend, repository, escrow: id, elsewhere: () => openWith(backend, second) };
}

async function openWith(backend: Backend, key: RepositoryKey): Promise<Repository> {
  const repository = await openRepository(backend, {
    keys: [key],
    random: chance(8),
    now: () => 4711,
    threads: 0,
  });
  onTestFinished(() => repository.close());
  return repository;
}

function file(path: string, size: number): FileOffer {
  return offer(path, random.bytes(size));
}

function offer(path: string, bytes: Uint8Array): FileOffer {
  return { type: "file", path, modifiedAt: 5000, size: bytes.length, locator: { bytes } };
}
