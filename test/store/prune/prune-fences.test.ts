import { expect, test } from "vitest";
import { memoryBackend } from "../../../src/store/backends/memory.ts";
import type { PruneOptions } from "../../../src/store/repository.ts";
import { decodeIndexFile } from "../../../src/store/format/index-file.ts";
import { packName } from "../../../src/store/format/layout.ts";
import {
  expectWhole,
  fencesIn,
  namesIn,
  offers,
  prune,
  slowCapture,
  withSnapshots,
  workParts,
} from "../../support/prunes.ts";
import { capture, reopen, verifyAll } from "../../support/test-repository.ts";

const strict = { maxUnusedPerMille: 0 };
const lax = { maxUnusedPerMille: 1000 };
const grace = { graceMs: 1000 };

test("a fence names, in order, whom it honours, what goes, and the index files that stay and go", async () => {
  const { objects, repository } = await withSnapshots("s1", "s2", "s3");
  const store = await slowCapture(objects);
  await repository.forget("s1");
  await prune(repository, lax);
  // Overtaken, so it is walked last; its name comes first.
  await store("s0", offers("s9"));
  await repository.forget("s2");
  const before = { packs: namesIn(objects, "packs/"), index: namesIn(objects, "index/") };
  await prune(repository, strict);
  const { number, honoured, trashed, index, replaced } = (await fencesIn(objects)).at(-1)!;
  const gone = (folder: "packs" | "index") =>
    before[folder].filter((name) => !namesIn(objects, `${folder}/`).includes(name));
  expect({ number, honoured }).toEqual({ number: 2, honoured: ["s0", "s3"] });
  expect(trashed).toEqual(gone("packs").map((name) => name.replace(/.*\//, "")));
  expect(trashed.length).toBeGreaterThan(2);
  expect(replaced).toEqual(gone("index"));
  expect(replaced.length).toBeGreaterThan(0);
  expect(index).toEqual(index.toSorted());
  const listed = await Promise.all(index.map((name) => packsListed(objects, name)));
  expect(listed.flat().sort()).toEqual(namesIn(objects, "packs/"));
});

test("a fence stays while what it trashed waits, and goes with it", async () => {
  const { objects, repository } = await withSnapshots("s1", "s2", "s3");
  for (const id of ["s1", "s2"]) {
    await repository.forget(id);
    await prune(repository, grace);
  }
  expect(namesIn(objects, "fences/")).toEqual(["fences/00000001", "fences/00000002"]);
  await prune(repository);
  expect(namesIn(objects, "fences/")).toEqual(["fences/00000003"]);
});

test("a fence stays while a part of what it trashed waits", async () => {
  const { objects, repository } = await withSnapshots("s1", "s2", "s3");
  await repository.forget("s1");
  await prune(repository, strict);
  // A prune that died between two deletions.
  const [first, ...rest] = namesIn(objects, "trash/");
  objects.delete(first!);
  expect(rest.length).toBeGreaterThan(0);
  await repository.forget("s2");
  await prune(repository, grace);
  expect(namesIn(objects, "fences/")).toEqual(["fences/00000001", "fences/00000002"]);
});

test("a fence stays while what it has condemned is moved by the prune after it", async () => {
  const { objects, repository } = await withSnapshots("s1", "s2");
  await repository.forget("s1");
  await loseShareAt("move", objects);
  expect(namesIn(objects, "trash/")).toEqual([]);
  const { trashed } = (await fencesIn(objects))[0]!;
  await prune(repository);
  expect(namesIn(objects, "trash/")).toEqual(trashed.map((hex) => `trash/00000002/${hex}`));
  expect(namesIn(objects, "fences/")).toEqual(["fences/00000001", "fences/00000002"]);
});

test("index files that a prune has left behind are reason enough for another, and its fence goes after them", async () => {
  const { objects, repository } = await withSnapshots("s1", "s2");
  await repository.forget("s1");
  await loseShareAt("remove", objects, lax);
  const { replaced } = (await fencesIn(objects))[0]!;
  expect(namesIn(objects, "index/")).toEqual(expect.arrayContaining([...replaced]));
  expect(await prune(repository, { ...lax, ...grace })).toMatchObject({
    result: "done",
    plan: { trash: { packs: 0 }, remove: { packs: 0 } },
  });
  expect(namesIn(objects, "index/").filter((name) => replaced.includes(name))).toEqual([]);
  expect(await prune(repository, { ...lax, ...grace })).toMatchObject({ result: "nothing-to-do" });
});

test("a fence stays while an index file is there that it announced as going", async () => {
  const { objects, repository } = await withSnapshots("s1", "s2");
  await repository.forget("s1");
  await loseShareAt("remove", objects, lax);
  await prune(repository, lax);
  expect(namesIn(objects, "trash/")).toEqual([]);
  expect(namesIn(objects, "fences/")).toEqual(["fences/00000001", "fences/00000002"]);
});

test("a whole capture that prunes overtook is reason enough for another, which honours it", async () => {
  const { objects, repository } = await withSnapshots("s1", "s2");
  const store = await slowCapture(objects);
  await repository.forget("s1");
  for (const _ of [1, 2]) await prune(repository);
  // Shares nothing with the others.
  await store("s9", offers("s9").slice(2));
  const report = await prune(repository);
  expect(report).toMatchObject({ result: "done", fence: 3, plan: { trash: { packs: 0 } } });
  expect((await repository.snapshots()).snapshots.filter((it) => it.unconfirmed)).toEqual([]);
  expect(await prune(repository)).toMatchObject({ result: "nothing-to-do" });
});

test("a repository that was never pruned, and of which nothing was forgotten, needs no fence", async () => {
  const { objects, repository } = await withSnapshots("s1", "s2");
  expect(await prune(repository)).toMatchObject({ result: "nothing-to-do", plan: { snapshots: 2 } });
  expect(namesIn(objects, "fences/")).toEqual([]);
});

test("what waits in the trash is found by a look, also after the next prune", async () => {
  const { objects, repository } = await withSnapshots("s1", "s2", "s3");
  const store = await slowCapture(objects);
  for (const id of ["s1", "s2"]) {
    await repository.forget(id);
    await prune(repository, grace);
  }
  await store("s9", offers("s1"));
  expect(await verifyAll(repository, "s9")).toMatchObject({ result: "passed", fence: 2 });
});

test("a pack that another prune has moved in the meantime is left to it", async () => {
  const { objects, repository } = await withSnapshots("s1", "s2");
  await repository.forget("s1");
  const backend = memoryBackend(objects);
  let meanwhile: Promise<unknown> | undefined;
  const slow = await reopen(
    {
      ...backend,
      async move(from, to) {
        await (meanwhile ??= prune(repository));
        await backend.move(from, to);
      },
    },
    { seed: 60 },
  );
  expect(await prune(slow)).toMatchObject({ result: "done", fence: 1 });
  expect(await meanwhile).toMatchObject({ result: "done", fence: 2 });
  expect(namesIn(objects, "trash/00000001/")).toEqual([]);
  await expectWhole(repository, "s2");
});

test("a pack that can't be moved ends the prune with the reason", async () => {
  const { objects, repository } = await withSnapshots("s1", "s2");
  await repository.forget("s1");
  await loseShareAt("move", objects);
  await capture(repository, "s3", offers("s3"));
  for (const _ of [1, 2]) await prune(repository);
  expect(namesIn(objects, "trash/")).toEqual([]);
  for (const id of ["s2", "s3"]) await expectWhole(repository, id);
});

/** A prune that loses its share at the first such change. */
async function loseShareAt(
  change: "move" | "remove",
  objects: Map<string, Uint8Array>,
  options: Partial<PruneOptions> = {},
): Promise<void> {
  const away = async (): Promise<never> => {
    throw new Error("the share is away");
  };
  const dying = await reopen({ ...memoryBackend(objects), [change]: away }, { seed: 60 });
  await expect(prune(dying, options)).rejects.toThrow("the share is away");
}

async function packsListed(objects: Map<string, Uint8Array>, name: string): Promise<readonly string[]> {
  const { store } = await workParts(objects);
  const packs = decodeIndexFile(await store.get({ type: "index", name }));
  return packs.map(({ digest }) => packName(digest));
}
