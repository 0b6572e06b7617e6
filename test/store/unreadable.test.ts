import { expect, test } from "vitest";
import type { HurtSnapshot } from "../../src/core/model/repository/repository-check.ts";
import type { Backend } from "../../src/store/backends/backend.ts";
import { memoryBackend } from "../../src/store/backends/memory.ts";
import { unreadableBackend } from "../support/faulty-backend.ts";
import { expectWhole, namesIn, offers, prune, slowCapture, withSnapshots } from "../support/prunes.ts";
import { capture, closeOpened, newRepository, reopen, verifyAll } from "../support/test-repository.ts";

// A disk or a share that refuses a reading has lost nothing yet: the next reading may succeed. Nobody may
// take away, give up or forget anything by what could not be read.

type Objects = ReadonlyMap<string, Uint8Array>;
const { signal } = new AbortController();

test("a repair that can't read something for a moment changes nothing, or all that it would have saved is there", async () => {
  const objects = await damaged();
  const { hurt: wanted, damaged: before } = await look(memoryBackend(copyOf(objects)));
  expect(wanted.map(({ snapshot }) => snapshot)).toEqual(["s1", "s2"]);
  expect(before).toContain("records/runs/a");
  const refused = await atEachReading(objects, async (backend, sound) => {
    const { plan, apply } = await (await reopen(backend)).planRepair({ signal });
    await apply(signal);
    const { hurt, damaged: after } = await look(sound);
    expect(hurt).toEqual(wanted);
    // What it says it has taken away is gone.
    expect(after.filter((it) => plan.removed.includes(it))).toEqual([]);
  });
  expect(refused).toBeGreaterThan(10);
});

test("a prune that can't read something for a moment takes away nothing that an unconfirmed snapshot needs", async () => {
  const objects = await withUnconfirmed();
  const refused = await atEachReading(objects, async (backend, sound) => {
    await prune(await reopen(backend), { maxUnusedPerMille: 0 });
    await prune(await reopen(sound, { seed: 8 }), { maxUnusedPerMille: 0 });
    const repository = await reopen(sound, { seed: 9 });
    expect(await verifyAll(repository, "s9")).toMatchObject({ result: "passed" });
    await expectWhole(repository, "s9", "s1");
  });
  expect(refused).toBeGreaterThan(5);
});

test("an unconfirmed snapshot that can't be read for a moment is not taken for one whose content is gone", async () => {
  const objects = await withUnconfirmed();
  const refused = await atEachReading(objects, async (backend) => {
    expect(await verifyAll(await reopen(backend), "s9")).not.toHaveProperty("isPruned");
  });
  expect(refused).toBeGreaterThan(2);
});

test("a check names the pack of a tree that the disk refuses, though it reads none", async () => {
  const { objects } = await withSnapshots("s1", "s2");
  const trees = packsOfTrees(objects);
  const backend = unreadableBackend(memoryBackend(objects), (_, name) => trees.has(name));
  const { damage, hurt } = await (await reopen(backend)).check({ readPerMille: 0, signal });
  const what = "EIO: made to fail, read";
  expect(damage).toEqual([...trees].map((object) => ({ object, is: "unreadable", what })));
  expect(hurt.map(({ snapshot }) => snapshot)).toEqual(["s1", "s2"]);
});

/** Readings in a row that are refused. */
const stretches = [1, 2, 3];

/**
 * Does something on the disk as it was, once for each reading that is refused, and those after it. Counts how
 * often that ended with an error.
 */
async function atEachReading(
  objects: Objects,
  act: (backend: Backend, sound: Backend) => Promise<void>,
): Promise<number> {
  let refused = 0;
  for (const stretch of stretches) {
    for (let first = 1, isReached = true; isReached; first++) {
      const sound = memoryBackend(copyOf(objects));
      const backend = unreadableBackend(sound, (read) => first <= read && read < first + stretch);
      try {
        await act(backend, sound);
      } catch (error) {
        if (!(error instanceof Error) || error.name === "AssertionError")
          expect.fail(`${stretch} refused from reading ${first} on: ${String(error)}`);
        refused++;
      }
      isReached = backend.reads() >= first;
      await closeOpened();
    }
  }
  return refused;
}

/** s2 holds all of s1; a pack of content and a record have a damaged byte. */
async function damaged(): Promise<Objects> {
  const objects = new Map<string, Uint8Array>();
  const repository = await newRepository(memoryBackend(objects));
  await capture(repository, "s1", offers("s1"));
  await capture(repository, "s2", [
    ...offers("s1"),
    ...offers("s2").map((it) => ({ ...it, path: `new/${it.path}` })),
  ]);
  const packs = namesIn(objects, "packs/").toSorted(
    (one, two) => objects.get(two)!.length - objects.get(one)!.length,
  );
  await repository.putRecord("runs/a", { at: 1 });
  for (const name of [packs[0]!, "records/runs/a"]) objects.get(name)![60]! ^= 1;
  await closeOpened();
  return objects;
}

async function look(
  backend: Backend,
): Promise<{ readonly hurt: readonly HurtSnapshot[]; readonly damaged: readonly string[] }> {
  const repository = await reopen(backend, { seed: 8 });
  const { hurt, damage } = await repository.check({ readPerMille: 1000, signal });
  return { hurt, damaged: damage.map(({ object }) => object) };
}

/**
 * s9 was captured while what it rests on was moved to the trash: it stays whole as long as somebody follows
 * its tree.
 */
async function withUnconfirmed(): Promise<Objects> {
  const { objects, repository } = await withSnapshots("s1", "s2");
  const store = await slowCapture(objects);
  await repository.forget("s1");
  await prune(repository);
  await store("s9", offers("s1"));
  await closeOpened();
  return objects;
}

function copyOf(objects: Objects): Map<string, Uint8Array> {
  return new Map([...objects].map(([name, bytes]) => [name, bytes.slice()]));
}

/** Packs that hold trees and lists: the small ones. */
function packsOfTrees(objects: Objects): ReadonlySet<string> {
  return new Set(namesIn(objects, "packs/").filter((name) => objects.get(name)!.length < 10_000));
}
