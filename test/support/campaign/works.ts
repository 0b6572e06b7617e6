import { Notes } from "../../../src/store/objects/notes.ts";
import { expect } from "vitest";
import { memoryBackend } from "../../../src/store/backends/memory.ts";
import { initRepository } from "../../../src/store/open-repository.ts";
import { addKey, listKeySlots, removeKey } from "../../../src/store/keys/key-ring.ts";
import { SeededRandom } from "../seeded-random.ts";
import { chance, type Tree } from "../test-repository.ts";
import {
  type Beginning,
  campaignKeys,
  captureOn,
  forgetOn,
  type LostPaths,
  type Mark,
  prune,
  signal,
  type Stage,
  type Work,
  withRepository,
} from "./story.ts";

/** Everything that changes a repository. A command that changes one too gets its line here. */
export const works: Readonly<Record<string, Work>> = {
  "captures one after another": { run: captureInTurn },
  "two writers at once": { run: writeTogether },
  "a change of keys": { run: changeKeys },
  "a copy to another repository, which is checked": { run: copyAndCheck },
  "a prune in two runs, with captures between them": { run: pruneInTwoRuns },
  "a repair, and the capture that heals": { begin: damagedRepository, run: repair },
};

async function captureInTurn(stage: Stage): Promise<void> {
  await make(stage);
  const [first, second] = [treeOf(1), { ...treeOf(1), ...treeOf(2, 2) }];
  await withRepository(stage.backend(), { seed: 3 }, (it) => captureOn(stage, it, { id: "s1", tree: first }));
  await withRepository(stage.backend(), { seed: 4 }, async (it) => {
    await captureOn(stage, it, { id: "s2", tree: second, previous: "s1" });
    await it.addProof("s2", { level: "read", result: "passed", at: 5, note: "s2" });
    stage.tell({ is: "proven", id: "s2" });
    await it.putRecord("runs/a", { at: 1 });
    stage.tell({ is: "recorded", name: "runs/a" });
    await forgetOn(stage, it, "s1");
    // Nothing has changed: only a manifest is written.
    await captureOn(stage, it, { id: "s3", tree: second, previous: "s2" });
  });
}

async function writeTogether(stage: Stage): Promise<void> {
  await make(stage);
  const shared = treeOf(5, 3);
  const write = (name: string, seed: number) =>
    withRepository(stage.backend(), { seed }, async (it) => {
      const tree = { ...shared, ...treeOf(seed, 2) };
      await captureOn(stage, it, { id: `${name}1`, tree, source: name });
      const next = { ...tree, ...treeOf(seed + 10, 1) };
      await captureOn(stage, it, { id: `${name}2`, tree: next, source: name, previous: `${name}1` });
    });
  // When one of them fails, the other goes on.
  const ended = await Promise.allSettled([write("a", 6), write("b", 7)]);
  for (const it of ended) if (it.status === "rejected") throw it.reason;
}

async function changeKeys(stage: Stage): Promise<void> {
  await make(stage);
  await withRepository(stage.backend(), { seed: 3 }, (it) =>
    captureOn(stage, it, { id: "s1", tree: treeOf(1, 2) }),
  );
  const keys = [campaignKeys.first];
  const backend = stage.backend();
  stage.tell({ is: "key-adding", key: "second" });
  await addKey({ backend, keys }, campaignKeys.second, { random: chance(8) });
  stage.tell({ is: "key-added", key: "second" });
  const notes = new Notes();
  await withRepository(stage.backend(), { key: "second", seed: 9, notes }, (it) =>
    it.proveKey("admin07", signal),
  );
  // Who reads needs no right to write: what could not be noted is told instead.
  if (notes.lost.length === 0) stage.tell({ is: "key-proven", key: "second" });
  const old = (await listKeySlots({ backend, keys })).find(({ opensWith }) => opensWith.includes(0))!;
  stage.tell({ is: "key-removing", key: "first" });
  await removeKey({ backend, keys: [campaignKeys.second] }, old.id);
  stage.tell({ is: "key-removed", key: "first" });
}

/** The repository that is copied from lies elsewhere, and nothing befalls it. */
async function copyAndCheck(stage: Stage): Promise<void> {
  const elsewhere: Stage = { ...stage, backend: always(memoryBackend()), tell: () => {} };
  await make(elsewhere, 20);
  await make(stage);
  await withRepository(elsewhere.backend(), { seed: 21 }, async (from) => {
    await captureOn(elsewhere, from, { id: "s1", tree: treeOf(1) });
    await captureOn(elsewhere, from, { id: "s2", tree: { ...treeOf(1), ...treeOf(2, 2) }, previous: "s1" });
    await withRepository(stage.backend(), { seed: 22 }, async (to) => {
      for (const id of ["s1", "s2"]) {
        await to.copyFrom(from, id, { signal });
        stage.tell({ is: "committed", id });
        await to.check({ readPerMille: 1000, signal });
      }
    });
  });
}

/**
 * The first prune makes a pack anew and fills the trash, the second one empties it; what was forgotten is
 * captured again between.
 */
async function pruneInTwoRuns(stage: Stage): Promise<void> {
  await make(stage);
  const some = { ...partOf(treeOf(1), 2), ...treeOf(2, 2) };
  await withRepository(stage.backend(), { seed: 3 }, async (it) => {
    await captureOn(stage, it, { id: "s1", tree: treeOf(1) });
    await captureOn(stage, it, { id: "s2", tree: some, previous: "s1" });
    await forgetOn(stage, it, "s1");
  });
  const graceMs = 86_400_000;
  const long = Date.UTC(2099, 0);
  const first = await withRepository(stage.backend(), { seed: 9, now: () => long }, (it) =>
    prune(it, { graceMs }),
  );
  expect(first.plan.repack.packs).toBeGreaterThan(0);
  await withRepository(stage.backend(), { seed: 4 }, async (it) => {
    await captureOn(stage, it, { id: "s3", tree: treeOf(1), previous: "s2" });
    await forgetOn(stage, it, "s2");
  });
  const second = await withRepository(stage.backend(), { seed: 10, now: () => long + graceMs }, (it) =>
    prune(it, { graceMs }),
  );
  expect(second.plan.remove).toEqual(first.plan.trash);
}

/** Each kind of damage that a repair can do something about. */
async function damagedRepository(): Promise<Beginning> {
  const objects = new Map<string, Uint8Array>();
  const marks: Mark[] = [];
  const backend = memoryBackend(objects);
  const stage: Stage = { backend: () => backend, tell: (mark) => marks.push(mark), trees: new Map() };
  await make(stage);
  await withRepository(backend, { seed: 3 }, (it) => captureOn(stage, it, { id: "s1", tree: treeOf(1) }));
  const namesIn = (folder: string) => [...objects.keys()].filter((name) => name.startsWith(folder)).sort();
  const [index] = namesIn("index/");
  const size = (name: string) => objects.get(name)!.length;
  const [pack] = namesIn("packs/").sort((left, right) => size(right) - size(left));
  await withRepository(backend, { seed: 4 }, async (it) => {
    const tree = { ...treeOf(1), ...treeOf(2, 2) };
    await captureOn(stage, it, { id: "s2", tree, previous: "s1" });
    await it.addProof("s2", { level: "read", result: "passed", at: 5, note: "s2" });
  });
  const [proof] = namesIn("proofs/");
  const damaged = [index!, pack!, proof!];
  for (const name of damaged) objects.get(name)![60]! ^= 1;
  objects.delete("config");
  const lost = await withRepository(backend, { seed: 5 }, async (it): Promise<LostPaths> => {
    const { hurt } = await it.check({ readPerMille: 1000, signal });
    return Object.fromEntries(hurt.map(({ snapshot, paths }) => [snapshot, paths]));
  });
  expect(Object.keys(lost)).toEqual(["s1", "s2"]);
  marks.push({ is: "damaged", objects: damaged, lost });
  return { objects, marks, trees: stage.trees };
}

async function repair(stage: Stage): Promise<void> {
  await withRepository(stage.backend(), { seed: 6 }, async (it) => {
    const { plan, apply } = await it.planRepair({ signal });
    expect(plan.salvaged.blobs).toBeGreaterThan(0);
    await apply(signal);
    stage.tell({ is: "repaired" });
    await captureOn(stage, it, { id: "s3", tree: treeOf(1), previous: "s2" });
    stage.tell({ is: "healed" });
  });
}

function always<Value>(value: Value): () => Value {
  return () => value;
}

async function make(stage: Stage, seed = 1): Promise<void> {
  await initRepository(stage.backend(), { keys: [campaignKeys.first], random: chance(seed) });
  stage.tell({ is: "made" });
}

/** Small files, and one that has more than one chunk. */
export function treeOf(seed: number, files = 4): Tree {
  const random = new SeededRandom(seed);
  const sizes = Array.from({ length: files }, (_, at) => (at === 0 ? 150_000 : random.below(3_000)));
  return Object.fromEntries(sizes.map((size, at) => [`f${at}/${random.below(4)}`, random.bytes(size)]));
}

/** Its first files. */
export function partOf(tree: Tree, files: number): Tree {
  return Object.fromEntries(Object.entries(tree).slice(0, files));
}
