import { expect, test } from "vitest";
import { memoryBackend } from "../../../src/store/backends/memory.ts";
import type { PruneOptions } from "../../../src/store/repository.ts";
import {
  ObjectDamaged,
  ObjectUnreadable,
  PruneRefused,
} from "../../../src/store/objects/repository-errors.ts";
import { unreadableBackend } from "../../support/faulty-backend.ts";
import {
  contentsOf,
  namesIn,
  offers,
  packsOfContent,
  prune,
  slowCapture,
  withSnapshots,
} from "../../support/prunes.ts";
import { capture, reopen } from "../../support/test-repository.ts";

// What ends a prune before its fence leaves all that there was as it was.

const strict = { maxUnusedPerMille: 0 };

test("a prune that is stopped while it looks asks nobody", async () => {
  const { objects, repository } = await withSnapshots("s1", "s2");
  await repository.forget("s1");
  const before = contentsOf(objects);
  const asked: unknown[] = [];
  const approve = async (plan: unknown): Promise<boolean> => (asked.push(plan), true);
  const { signal } = stopped();
  await expect(prune(repository, { signal, approve })).rejects.toThrow("stopped");
  expect(asked).toEqual([]);
  expect(contentsOf(objects)).toEqual(before);
});

test("a prune that is stopped while it asks stores nothing anew", async () => {
  const { objects, repository } = await withSnapshots("s1", "s2");
  await repository.forget("s1");
  const before = contentsOf(objects);
  await expect(prune(repository, { ...strict, ...stoppedByQuestion() })).rejects.toThrow("stopped");
  expect(contentsOf(objects)).toEqual(before);
});

test("a prune that is stopped while it asks takes nothing away, also where nothing is to be stored anew", async () => {
  const { objects, repository } = await withSnapshots("s1", "s2");
  // What it shares is in the packs of s1.
  await repository.forget("s2");
  const before = contentsOf(objects);
  const stop = stoppedByQuestion();
  const { plan } = await prune(repository, { approve: async () => false });
  expect(plan).toMatchObject({ repack: { packs: 0 } });
  await expect(prune(repository, stop)).rejects.toThrow("stopped");
  expectKept(objects, before);
});

test("a prune that is stopped while it stores anew stores nothing more", async () => {
  const { objects, repository } = await withSnapshots("s1", "s2");
  await repository.forget("s1");
  const before = contentsOf(objects);
  const stop = new AbortController();
  let said = 0;
  const onProgress: PruneOptions["onProgress"] = ({ current }) => {
    if (current !== "storing anew") return;
    said++;
    stop.abort(new Error("stopped"));
  };
  await expect(prune(repository, { ...strict, signal: stop.signal, onProgress })).rejects.toThrow("stopped");
  expect(said).toBe(1);
  expectKept(objects, before);
});

test("content that is to be stored anew and is damaged ends the prune, and is named", async () => {
  const { objects, repository } = await withSnapshots("s1");
  const [pack] = packsOfContent(objects);
  await capture(repository, "s2", offers("s2"));
  await repository.forget("s1");
  objects.get(pack!)!.fill(9, 100, 120);
  const before = contentsOf(objects);
  const ended = prune(repository, strict).catch((error: unknown) => error);
  expect(await ended).toBeInstanceOf(ObjectDamaged);
  expect(await ended).toMatchObject({ object: expect.stringMatching(/^chunk [0-9a-f]{16}$/) });
  expectKept(objects, before);
});

test("a file of a confirmed snapshot whose content is lost ends the prune, though its tree is there", async () => {
  const { objects, repository } = await withSnapshots("s1", "s2");
  await repository.forget("s1");
  for (const name of packsOfContent(objects)) objects.delete(name);
  const before = contentsOf(objects);
  const ended = prune(await reopen(memoryBackend(objects))).catch((error: unknown) => error);
  expect(await ended).toBeInstanceOf(PruneRefused);
  expect(await ended).toMatchObject({ damage: expect.arrayContaining(["snapshot s2", "own/small"]) });
  expect(contentsOf(objects)).toEqual(before);
});

test("the tree of an unconfirmed snapshot that the disk refuses for a moment ends the prune, and nothing of it goes", async () => {
  const { objects, repository } = await withSnapshots("s1", "s2");
  const store = await slowCapture(objects);
  await repository.forget("s1");
  await prune(repository);
  const known = namesIn(objects, "packs/");
  await store("s9", offers("s9").slice(2));
  const before = contentsOf(objects);
  const mine = namesIn(objects, "packs/").filter((name) => !known.includes(name));
  let refused = 0;
  const refuses = (_: number, name: string): boolean => mine.includes(name) && refused++ === 0;
  const backend = unreadableBackend(memoryBackend(objects), refuses);
  const ended = prune(await reopen(backend)).catch((error: unknown) => error);
  expect(await ended).toBeInstanceOf(ObjectUnreadable);
  expect(mine).toContain(((await ended) as ObjectUnreadable).object);
  expect(contentsOf(objects)).toEqual(before);
});

function stopped(): AbortController {
  const stop = new AbortController();
  stop.abort(new Error("stopped"));
  return stop;
}

/** Somebody says yes, and stops the program at once. */
function stoppedByQuestion(): Pick<PruneOptions, "approve" | "signal"> {
  const stop = new AbortController();
  return { signal: stop.signal, approve: async () => (stop.abort(new Error("stopped")), true) };
}

/** Nothing is gone or announced. What was added nobody minds. */
function expectKept(objects: ReadonlyMap<string, Uint8Array>, before: ReturnType<typeof contentsOf>): void {
  expect(contentsOf(objects)).toMatchObject(before);
  expect(namesIn(objects, "fences/")).toEqual([]);
}
