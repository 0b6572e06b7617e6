import { availableParallelism } from "node:os";
import { expect, test } from "vitest";
import { closeListers, Listers, openListers } from "../../../../src/drivers/access/files/listers.ts";
import { plantFiles } from "../../../support/plant-files.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const orderOf = (root: string) => ({ root, looksMax: 9 });

test("of a far folder many requests are on their way at once, of a near one no more than help", async () => {
  const [near, far] = [new Listers("near"), new Listers("far")];
  expect([near.count, far.count]).toEqual([Math.min(availableParallelism(), 4), 16]);
  await Promise.all([near.end(), far.end()]);
});

test("questions are shared out, counted until they are answered, and answered as they were asked", async () => {
  const root = plantFiles(temporaryFolder(), { "a/1": "", "b/2": "", "b/3": "four" });
  const listers = new Listers("near");
  expect([listers.waiting, listers.isRunning]).toEqual([0, false]);
  const listing = listers.list(orderOf(root), ["a", "b"]);
  const looking = listers.look(orderOf(root), "b", ["3", "none"]);
  expect(listers.waiting).toBe(2);
  expect((await listing).map(({ names }) => names)).toEqual([["1"], ["2", "3"]]);
  const looks = await looking;
  expect([looks.facts[0], looks.failures.get(1)?.code]).toEqual([4, "ENOENT"]);
  expect(listers.waiting).toBe(0);
  await listers.end();
});

test("threads for a near folder are kept for the next walk, one set of them", async () => {
  const [one, two] = [openListers("near"), openListers("near")];
  expect(two).not.toBe(one);
  await Promise.all([running(one), running(two)]);
  await closeListers(one);
  await closeListers(two);
  const far = openListers("far");
  expect(far.reach).toBe("far");
  await closeListers(far);
  const next = openListers("near");
  expect(next).toBe(one);
  expect(openListersAgain()).not.toBe(two);
  // Ended, and not kept: it answers nothing any more.
  await expect(two.list(orderOf("."), [""])).rejects.toThrow("A worker thread ended too early.");
  await next.end();
});

test("threads that still owe an answer, or do not run yet, are not kept", async () => {
  const busy = openListers("near");
  await running(busy);
  const owed = busy.list(orderOf("."), [""]).catch(() => undefined);
  await closeListers(busy);
  await owed;
  const starting = openListers("near");
  expect(starting).not.toBe(busy);
  await closeListers(starting);
  const next = openListers("near");
  expect(next).not.toBe(starting);
  await next.end();
});

test("threads of which one has died fail no later walk", async () => {
  const dead = openListers("near");
  await running(dead);
  await dead.end();
  await closeListers(dead);
  const next = openListers("near");
  await running(next);
  await next.end();
});

function openListersAgain(): Listers {
  const listers = openListers("near");
  void listers.end();
  return listers;
}

/** Until each of its threads has answered. */
async function running(listers: Listers): Promise<void> {
  const order = orderOf(temporaryFolder());
  await Promise.all(Array.from({ length: listers.count }, () => listers.list(order, [""])));
  expect(listers.isRunning).toBe(true);
}
