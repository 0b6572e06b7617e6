import { expect, onTestFinished, test } from "vitest";
import { noteKeyUse, readKeyFacts } from "../../../src/engine/session/key-uses.ts";
import { memoryBackend } from "../../../src/store/backends/memory.ts";
import { addKey } from "../../../src/store/keys/key-ring.ts";
import { openRepository } from "../../../src/store/open-repository.ts";
import { chance, keyFile, newRepository } from "../../support/test-repository.ts";
import { bareMachine, testWorld } from "../../support/test-world.ts";

test("a machine writes down the slot that it opens a repository by once, and again when it is another", async () => {
  const { repository, second } = await twoKeys();
  const [cm01, cm02] = [worldOf("CM01.test", 5), worldOf("cm02.test", 6)];
  for (const world of [cm01, cm01, cm02]) await noteKeyUse(world, repository);
  const [first, other] = [repository.openedBy!, second.openedBy!];
  const before = [
    { machine: "CM01.test", slot: first, at: 5 },
    { machine: "cm02.test", slot: first, at: 6 },
  ];
  expect((await readKeyFacts(repository)).keys!.uses).toEqual(before);

  await noteKeyUse(worldOf("CM01.test", 7), second);
  await noteKeyUse(worldOf("CM01.test", 8), second);
  await noteKeyUse(worldOf("CM01.test", 9), repository);
  expect((await readKeyFacts(second)).keys!.uses).toEqual([
    before[0],
    { machine: "CM01.test", slot: other, at: 7 },
    { machine: "CM01.test", slot: first, at: 9 },
    before[1],
  ]);
});

test("of two processes that write it down at once, neither fails", async () => {
  const { repository, second } = await twoKeys();
  await Promise.all([repository, second].map((it) => noteKeyUse(worldOf("cm01.test", 5), it)));
  expect((await repository.records("key-uses/")).records.map((it) => it.name)).toEqual([
    "key-uses/cm01.test/00000001",
    "key-uses/cm01.test/00000002",
  ]);
});

test("of more than nine words of a machine the last one is the last", async () => {
  const { repository, second } = await twoKeys();
  for (let at = 1; at <= 11; at += 1)
    await noteKeyUse(worldOf("cm01.test", at), at % 2 === 0 ? second : repository);
  const { keys } = await readKeyFacts(repository);
  expect(keys!.uses.map((it) => it.at)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

test.each([{ machine: "cm01" }, { machine: 5, slot: "a", at: 1 }, { machine: "cm01", slot: "a", at: 9e15 }])(
  "a record of something else is named, and the others are read: %j",
  async (record) => {
    const { repository } = await twoKeys();
    await noteKeyUse(worldOf("cm02", 5), repository);
    await repository.putRecord("key-uses/cm01/00000001", record);
    const { keys, unreadable } = await readKeyFacts(repository);
    expect(unreadable).toEqual(["records/key-uses/cm01/00000001"]);
    expect(keys!.uses.map(({ machine }) => machine)).toEqual(["cm02"]);
  },
);

test("an unencrypted repository has no keys, and nothing is written down of them", async () => {
  const objects = new Map<string, Uint8Array>();
  const repository = await newRepository(memoryBackend(objects), "plain");
  await noteKeyUse(worldOf("cm01.test", 5), repository);
  expect(await readKeyFacts(repository)).toEqual({ unreadable: [] });
  expect([...objects.keys()].filter((it) => it.startsWith("records/"))).toEqual([]);
});

function worldOf(identity: string, now: number) {
  return testWorld({ machine: { ...bareMachine, identity }, now: () => now });
}

/** One repository, opened by the first key and by the second. */
async function twoKeys() {
  const backend = memoryBackend();
  const repository = await newRepository(backend);
  const key = { keyFile: new Uint8Array(32).fill(10) };
  await addKey({ backend, keys: [{ keyFile }] }, key, { random: chance(5) });
  const second = await openRepository(backend, {
    keys: [key],
    random: chance(6),
    now: () => 0,
    threads: 0,
  });
  onTestFinished(() => second.close());
  return { repository, second };
}
