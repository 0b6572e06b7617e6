import { expect, test } from "vitest";
import type { Backend } from "../../../src/store/backends/backend.ts";
import { memoryBackend } from "../../../src/store/backends/memory.ts";
import { addKey, listKeySlots, removeKey } from "../../../src/store/keys/key-ring.ts";
import type { RepositoryKey } from "../../../src/store/keys/keys.ts";
import { initRepository, openRepository } from "../../../src/store/open-repository.ts";
import {
  KeySlotMissing,
  KeySlotNeeded,
  NotEncrypted,
  RepositoryLocked,
} from "../../../src/store/objects/repository-errors.ts";
import { type Fault, faultyBackend, InjectedFault } from "../../support/faulty-backend.ts";
import { chance } from "../../support/test-repository.ts";

const cost = { by: "password", log2N: 4, blockSize: 1, lanes: 1 } as const;
const first: RepositoryKey = { keyFile: new Uint8Array(32).fill(9) };
const second: RepositoryKey = { keyFile: new Uint8Array(32).fill(10) };
const words: RepositoryKey = { password: "three blind mice" };

test("a key that is added opens the repository, a file or a password", async () => {
  const { backend } = await made();
  await addKey({ backend, keys: [first] }, second, { random: chance(5) });
  await addKey({ backend, keys: [second] }, words, { random: chance(6), cost });
  for (const key of [first, second, words]) expect(await opens(backend, key)).toBe(true);
});

test("the list says of each slot what locks it and which keys open it", async () => {
  const { backend } = await made();
  const { id: added } = await addKey({ backend, keys: [first] }, words, { random: chance(5), cost });
  const slots = await listKeySlots({ backend, keys: [second, words, first] });
  const told = Object.fromEntries(slots.map(({ id, ...it }) => [id === added ? "added" : "first", it]));
  expect(told).toEqual({
    first: { by: "key-file", copies: 2, opensWith: [2] },
    added: { by: "password", copies: 2, opensWith: [1] },
  });
});

test("a key that opens the repository already gets no second slot", async () => {
  const { backend, objects } = await made();
  const { id } = await addKey({ backend, keys: [first] }, second, { random: chance(5) });
  const before = objects.size;
  expect(await addKey({ backend, keys: [first] }, second, { random: chance(6) })).toEqual({
    id,
    isNew: false,
  });
  expect(objects.size).toBe(before);
});

test("whoever can't open the repository adds no key to it", async () => {
  const { backend, objects } = await made();
  const before = objects.size;
  const adding = addKey({ backend, keys: [second] }, words, { random: chance(5), cost });
  await expect(adding).rejects.toBeInstanceOf(RepositoryLocked);
  expect(objects.size).toBe(before);
});

test("a slot that is removed opens nothing any more, and both of its objects are gone", async () => {
  const { backend, objects, slot } = await made();
  await addKey({ backend, keys: [first] }, second, { random: chance(5) });
  await removeKey({ backend, keys: [second] }, slot);
  expect(await opens(backend, first)).toBe(false);
  expect(await opens(backend, second)).toBe(true);
  expect([...objects.keys()].filter((name) => name.includes(slot))).toEqual([]);
});

test("the last slot stays, though another one lies there damaged", async () => {
  const { backend, objects, slot } = await made();
  const { id } = await addKey({ backend, keys: [first] }, second, { random: chance(5) });
  for (const name of [`keys/${id}`, `keys/${id}.copy`]) objects.set(name, objects.get(name)!.slice(0, -1));
  await expect(removeKey({ backend, keys: [first] }, slot)).rejects.toMatchObject({ why: "last" });
  expect(await opens(backend, first)).toBe(true);
  await removeKey({ backend, keys: [first] }, id);
  expect((await listKeySlots({ backend, keys: [first] })).map((it) => it.id)).toEqual([slot]);
});

test("a slot is removed only by whoever can open another one that stays", async () => {
  const { backend, slot } = await made();
  await addKey({ backend, keys: [first] }, second, { random: chance(5) });
  const counting = faultyBackend(backend, { change: -1, fault: "before" });
  const removing = removeKey({ backend: counting, keys: [first] }, slot);
  await expect(removing).rejects.toMatchObject({ why: "no-other-key" });
  expect(counting.changes()).toBe(0);
});

test("a slot that is not there can't be removed", async () => {
  const { backend } = await made();
  await expect(removeKey({ backend, keys: [first] }, "0123")).rejects.toBeInstanceOf(KeySlotMissing);
});

test("of two who each remove the slot that the other counts on, one slot is left", async () => {
  const { backend, slot } = await made();
  const { id } = await addKey({ backend, keys: [first] }, second, { random: chance(5) });
  // The other one is done between our look and our removal.
  let isOtherDone = false;
  const meanwhile: Backend = {
    ...backend,
    async remove(name) {
      if (!isOtherDone) {
        isOtherDone = true;
        await removeKey({ backend, keys: [first] }, id);
      }
      await backend.remove(name);
    },
  };
  await expect(removeKey({ backend: meanwhile, keys: [second] }, slot)).rejects.toBeInstanceOf(KeySlotNeeded);
  expect(await opens(backend, first)).toBe(true);
});

test.each<Fault>(["before", "after"])(
  "adding and removing that die %s any change leave a key that opens, and can be done again",
  async (fault) => {
    for (let change = 1; change <= 4; change++) {
      const { backend, slot } = await made();
      const rotate = async (through: Backend) => {
        await addKey({ backend: through, keys: [first, second] }, second, { random: chance(change + 5) });
        await removeKey({ backend: through, keys: [second] }, slot);
      };
      await expect(rotate(faultyBackend(backend, { change, fault }))).rejects.toBeInstanceOf(InjectedFault);
      const slots = await listKeySlots({ backend, keys: [first, second] });
      expect(slots.filter((it) => it.opensWith.length === 0)).toEqual([]);
      expect(slots.length).toBeGreaterThan(0);
      if (slots.some((it) => it.id === slot)) await rotate(backend);
      const [left, ...others] = await listKeySlots({ backend, keys: [first, second] });
      expect(others).toEqual([]);
      expect(left?.opensWith).toEqual([1]);
    }
  },
);

test("an unencrypted repository has no slots, and takes no key", async () => {
  const backend = memoryBackend();
  await initRepository(backend, { unencrypted: true, random: chance(1) });
  await expect(listKeySlots({ backend, keys: [] })).rejects.toBeInstanceOf(NotEncrypted);
  const adding = addKey({ backend, keys: [first] }, second, { random: chance(5) });
  await expect(adding).rejects.toBeInstanceOf(NotEncrypted);
});

/** A repository with one slot, for `first`. */
async function made() {
  const objects = new Map<string, Uint8Array>();
  const backend = memoryBackend(objects);
  await initRepository(backend, { keys: [first], random: chance(1) });
  const [only] = await listKeySlots({ backend, keys: [] });
  return { backend, objects, slot: only!.id };
}

async function opens(backend: Backend, key: RepositoryKey): Promise<boolean> {
  const options = { keys: [key], random: chance(3), now: () => 0, threads: 0 };
  return openRepository(backend, options).then(
    async (repository) => (await repository.close(), true),
    () => false,
  );
}
