import { expect, test } from "vitest";
import { readFences } from "../../../src/store/objects/fences.ts";
import { lookWhole } from "../../../src/store/prune/look-whole.ts";
import { Needs } from "../../../src/store/walk/needs.ts";
import { readManifest } from "../../../src/store/objects/snapshot-list.ts";
import {
  contentsOf,
  offers,
  packsOfContent,
  prune,
  slowCapture,
  withSnapshots,
  workParts,
} from "../../support/prunes.ts";

const { signal } = new AbortController();

test("a look stores anew what is needed and at risk, and nothing else; then it leads there, and a second finds nothing to do", async () => {
  const { objects, repository } = await withSnapshots("s0", "s1", "s2");
  const store = await slowCapture(objects);
  for (const id of ["s0", "s1"]) await repository.forget(id);
  await prune(repository);
  await store("s9", offers("s1"));
  const { parts, order } = await orderOf(objects, "s9");

  const jobs: number[] = [];
  const { lacking, index } = await lookWhole(parts, order, { signal, onBytes: (it) => void jobs.push(it) });
  expect(lacking).toEqual([]);
  // The files that s1 had for itself: s2 needs the others, and the prune has seen to them.
  expect(jobs[0]).toBe(600_900);
  const needs = new Needs(parts.store, index);
  expect(await needs.add(order.tree, 1)).toEqual([]);
  const needed = Array.from({ length: index.chunks.count }, (_, entry) => entry).filter((it) =>
    needs.has(it),
  );
  expect(needed.filter((entry) => !index.isUsable(index.chunks.place(entry).pack))).toEqual([]);

  const before = contentsOf(objects);
  expect(await lookWhole(parts, order, { signal })).toMatchObject({ lacking: [] });
  expect(contentsOf(objects)).toEqual(before);
});

test("a look tells what is nowhere, and stores nothing for a snapshot that can't be saved", async () => {
  const { objects, repository } = await withSnapshots("s1", "s2");
  const store = await slowCapture(objects);
  await repository.forget("s1");
  await prune(repository);
  const known = packsOfContent(objects);
  await store("s9", offers("s9"));
  for (const name of packsOfContent(objects)) if (!known.includes(name)) objects.delete(name);
  const { parts, order } = await orderOf(objects, "s9");

  const before = contentsOf(objects);
  const { lacking } = await lookWhole(parts, order, { signal });
  expect(lacking).toContain("own/small");
  expect(lacking).not.toContain("all/small");
  expect(contentsOf(objects)).toEqual(before);
});

test("whoever only reads is told that all is there, and that it could not be made safe", async () => {
  const { objects, repository } = await withSnapshots("s0", "s1", "s2");
  const store = await slowCapture(objects);
  for (const id of ["s0", "s1"]) await repository.forget(id);
  await prune(repository);
  await store("s9", offers("s1"));
  const { parts, order } = await orderOf(objects, "s9");
  const refuse = async () => {
    throw Object.assign(new Error("EROFS: read-only file system, mkdir"), {
      code: "EROFS",
      syscall: "mkdir",
    });
  };
  const backend = { ...parts.store.backend, put: refuse, putNew: refuse };
  const refusing = { ...parts, store: { ...parts.store, backend, putNew: refuse } };
  const looked = await lookWhole(refusing, { ...order, isReader: true }, { signal });
  expect(looked).toMatchObject({ lacking: [], isAtRisk: true });
  expect(parts.store.notes.lost).toEqual([
    expect.stringMatching(/^Could not note in the repository a safe place .*EROFS/),
  ]);
  await expect(lookWhole(refusing, order, { signal })).rejects.toThrow("EROFS");
});

async function orderOf(objects: Map<string, Uint8Array>, id: string) {
  const parts = await workParts(objects);
  const { tree } = await readManifest(parts.store, id);
  return { parts, order: { tree, fences: await readFences(parts.store) } };
}
