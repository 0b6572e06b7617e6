import { memoryBackend } from "../../../src/store/backends/memory.ts";
import { initRepository } from "../../../src/store/open-repository.ts";
import { addKey, listKeySlots, removeKey } from "../../../src/store/key-ring.ts";
import { SeededRandom } from "../seeded-random.ts";
import { chance, type Tree } from "../test-repository.ts";
import { campaignKeys, captureOn, type Stage, type Work, withRepository } from "./story.ts";

/** Everything that changes a repository. A command that changes one too gets its line here. */
export const works: Readonly<Record<string, Work>> = {
  "captures one after another": captureInTurn,
  "two writers at once": writeTogether,
  "a change of keys": changeKeys,
  "a copy to another repository, which is checked": copyAndCheck,
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
    stage.tell({ is: "forgetting", id: "s1" });
    await it.forget("s1");
    stage.tell({ is: "forgotten", id: "s1" });
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
      const { signal } = new AbortController();
      for (const id of ["s1", "s2"]) {
        await to.copyFrom(from, id, { signal });
        stage.tell({ is: "committed", id });
        await to.check({ readPerMille: 1000, signal });
      }
    });
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
