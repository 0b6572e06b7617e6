import { expect, test } from "vitest";
import { readFences } from "../../../src/store/objects/fences.ts";
import { LoadedIndex } from "../../../src/store/index/index-loader.ts";
import { Needs } from "../../../src/store/walk/needs.ts";
import { readManifest } from "../../../src/store/objects/snapshot-list.ts";
import { offers, packsOfContent, withSnapshots, workParts } from "../../support/prunes.ts";
import { capture } from "../../support/test-repository.ts";

test("what two trees of a round lack alike is told once, and in the next round again", async () => {
  const { objects, repository } = await withSnapshots("s1");
  const lost = packsOfContent(objects);
  await capture(repository, "s2", [
    ...offers("s1"),
    ...offers("s2").map((it) => ({ ...it, path: `new/${it.path}` })),
  ]);
  for (const name of lost) objects.delete(name);
  const { store } = await workParts(objects);
  const index = new LoadedIndex(store, await readFences(store), "standing");
  await index.refresh();
  const needs = new Needs(store, index);
  const [first, second] = [await readManifest(store, "s1"), await readManifest(store, "s2")];
  const lacking = await needs.add(first.tree, 1);
  expect(lacking).toEqual(expect.arrayContaining(["all/small", "own/small"]));
  expect(await needs.add(second.tree, 1)).not.toEqual(expect.arrayContaining(["own/small"]));
  expect(await needs.add(second.tree, 2)).toEqual(expect.arrayContaining([...lacking]));
});
