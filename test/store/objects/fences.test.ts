import { expect, test } from "vitest";
import { faultyBackend } from "../../support/faulty-backend.ts";
import { memoryBackend } from "../../../src/store/backends/memory.ts";
import { publishedAt, publishFence, readFences, unlessOvertaken } from "../../../src/store/objects/fences.ts";
import type { Fence } from "../../../src/store/format/fence-object.ts";
import { isRunning, readLeases, underLease } from "../../../src/store/objects/leases.ts";
import { objectStore } from "../../../src/store/objects/object-store.ts";
import { chance } from "../../support/test-repository.ts";

const packs = ["a", "b", "c"].map((digit) => digit.repeat(64));

test("before the first prune the epoch is 0 and nothing is condemned", async () => {
  const fences = await readFences(newStore().store);
  expect(fences).toMatchObject({ epoch: 0, newest: undefined, readable: [] });
  expect(fences.condemned.size).toBe(0);
});

test("of two prunes that publish the same number one wins, and its fence is read", async () => {
  const { store } = newStore();
  const other = fence(1, { at: 8, trashed: [packs[1]!] });
  expect(await publishFence(store, fence(1, { honoured: ["s1"] }))).toBe(true);
  expect(await publishFence(store, other)).toBe(false);
  expect(await readFences(store)).toMatchObject({
    epoch: 1,
    newest: { at: 5, honoured: ["s1"], trashed: [] },
  });
});

test("what any fence has condemned stays condemned, and so does what lies in the trash", async () => {
  const { store, objects } = newStore();
  await publishFence(store, fence(1, { trashed: [packs[0]!] }));
  await publishFence(store, fence(2, { trashed: [packs[1]!] }));
  objects.set(`trash/00000001/${packs[2]}`, new Uint8Array(3));
  expect([...(await readFences(store)).condemned].sort()).toEqual(packs);
});

test("a fence that was torn counts by its number and honours nobody", async () => {
  const { store, objects } = newStore();
  await publishFence(store, fence(1, { honoured: ["s1"], trashed: [packs[0]!] }));
  await publishFence(store, fence(2, { at: 9, honoured: ["s1"] }));
  objects.set("fences/00000002", objects.get("fences/00000002")!.slice(0, 60));
  const fences = await readFences(store);
  expect(fences).toMatchObject({ epoch: 2, newest: undefined, condemned: new Set([packs[0]]) });
  expect(publishedAt(fences, 2)).toBeUndefined();
  await publishFence(store, fence(3, { at: 12 }));
  expect(publishedAt(await readFences(store), 2)).toBe(12);
});

test("what is no fence has no number, whatever lies beside the fences and the trash", async () => {
  const { store, objects } = newStore();
  await publishFence(store, fence(1, {}));
  objects.set("fences/half-written", new Uint8Array(3));
  objects.set("trash/half-written", new Uint8Array(3));
  const fences = await readFences(store);
  expect(fences).toMatchObject({ epoch: 1, newest: { number: 1 } });
  expect(fences.condemned.size).toBe(0);
});

test("a number below one that was published since is not taken, and nothing is left of it", async () => {
  const { store, objects } = newStore();
  await publishFence(store, fence(2, {}));
  expect(await publishFence(store, fence(1, {}))).toBe(false);
  expect([...objects.keys()]).toEqual(["fences/00000002"]);
  expect(await publishFence(store, fence(3, {}))).toBe(true);
});

test("a failure is passed on, unless another has published a fence meanwhile", async () => {
  const { store } = newStore();
  const before = await readFences(store);
  const failure = new Error("gone");
  await expect(unlessOvertaken(store, before)(failure)).rejects.toBe(failure);
  await publishFence(store, fence(1, {}));
  expect(await unlessOvertaken(store, before)(failure)).toBeUndefined();
});

test("a lease is there while its work goes on, and gone afterwards, also when the work fails", async () => {
  const { store } = newStore();
  const order = { snapshot: "s1", tree: new Uint8Array(32).fill(4), holder: "cm01", now: () => 1000 };
  const seen = await underLease(store, order, () => readLeases(store));
  expect(seen).toMatchObject([{ snapshot: "s1", tree: order.tree, from: 1000, holder: "cm01" }]);
  expect(isRunning(seen[0]!, 1001)).toBe(true);
  expect(isRunning(seen[0]!, seen[0]!.until)).toBe(false);
  expect(await readLeases(store)).toEqual([]);
  await expect(underLease(store, order, () => Promise.reject(new Error("full")))).rejects.toThrow("full");
  expect(await readLeases(store)).toEqual([]);
});

test("work does not begin without its lease", async () => {
  const { store } = newStore();
  const dead = { ...store, backend: faultyBackend(store.backend, { change: 1, fault: "before" }) };
  const unwritten = objectStore(dead.backend, store.secret, store.random);
  const order = { snapshot: "s1", tree: new Uint8Array(32), holder: "cm01", now: () => 0 };
  let began = false;
  const work = async () => void (began = true);
  await expect(underLease(unwritten, order, work)).rejects.toThrow("Change 1 failed");
  expect(began).toBe(false);
});

function newStore() {
  const objects = new Map<string, Uint8Array>();
  const store = objectStore(memoryBackend(objects), { repository: new Uint8Array(16) }, chance(1));
  return { store, objects };
}

function fence(number: number, members: Partial<Fence>): Fence {
  return { number, at: 5, honoured: [], trashed: [], index: [], replaced: [], ...members };
}
