import { readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { PrunePlan } from "../../../src/core/model/repository/prune-plan.ts";
import { folderBackend } from "../../../src/store/backends/folder.ts";
import { memoryBackend } from "../../../src/store/backends/memory.ts";
import type { Progress, PruneReport } from "../../../src/store/repository.ts";
import { ClockDoubted, PruneRefused, SnapshotInUse } from "../../../src/store/objects/repository-errors.ts";
import {
  beginCapture,
  contentsOf,
  expectWhole,
  fencesIn,
  leaveLease,
  namesIn,
  offers,
  prune,
  slowCapture,
  withSnapshots,
} from "../../support/prunes.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { capture, newRepository, reopen, verifyAll } from "../../support/test-repository.ts";

test("what a forgotten snapshot alone needed goes to the trash, and is deleted by a later prune", async () => {
  const { objects, repository } = await withSnapshots("s1", "s2");
  await repository.forget("s1");
  const first = await prune(repository);
  expect(first).toMatchObject({ result: "done", fence: 1, plan: { snapshots: 1, remove: { packs: 0 } } });
  expect(first.plan.trash.packs).toBeGreaterThan(0);
  expect(namesIn(objects, "trash/00000001/")).toHaveLength(first.plan.trash.packs);
  await expectWhole(repository, "s2");

  const second = await prune(repository);
  expect(second).toMatchObject({ result: "done", fence: 2, plan: { trash: { packs: 0 } } });
  expect(second.plan.remove).toEqual(first.plan.trash);
  expect(namesIn(objects, "trash/")).toEqual([]);
  await expectWhole(repository, "s2");
  await expectWhole(await reopen(memoryBackend(objects), { seed: 40 }), "s2");
});

test("a prune that finds nothing to do writes nothing and asks nobody", async () => {
  const { objects, repository } = await withSnapshots("s1", "s2");
  await repository.forget("s1");
  await prune(repository);
  await prune(repository);
  const before = contentsOf(objects);
  const asked: PrunePlan[] = [];
  const report = await prune(repository, { approve: async (plan) => (asked.push(plan), true) });
  expect(report.result).toBe("nothing-to-do");
  expect(asked).toEqual([]);
  expect(contentsOf(objects)).toEqual(before);
});

test("a plan that is not approved changes nothing", async () => {
  const { objects, repository } = await withSnapshots("s1", "s2");
  await repository.forget("s1");
  const before = contentsOf(objects);
  expect((await prune(repository, { approve: async () => false })).result).toBe("refused");
  expect(contentsOf(objects)).toEqual(before);
});

test("a pack that holds little that is needed is made anew, up to the share that may be unused", async () => {
  const { repository } = await withSnapshots("s1", "s2");
  await repository.forget("s1");
  const lax = await prune(repository, { maxUnusedPerMille: 1000, approve: async () => false });
  const strict = await prune(repository, { maxUnusedPerMille: 0 });
  expect(strict.plan.repack.packs).toBeGreaterThan(lax.plan.repack.packs);
  expect(strict.plan.keep.unusedBytes).toBe(0);
  expect(lax.plan.keep.unusedBytes).toBeGreaterThan(0);
  await expectWhole(repository, "s2");
});

test("a repository that gave everything back takes the same content again", async () => {
  const { objects, repository } = await withSnapshots("s1", "s2");
  for (const id of ["s1", "s2"]) await repository.forget(id);
  await prune(repository);
  await prune(repository);
  expect([...objects.keys()].filter((name) => /^(packs|index|trash)\//.test(name))).toEqual([]);
  await capture(repository, "s2", offers("s2"));
  await expectWhole(repository, "s2");
});

test("a capture that a prune overtook is unconfirmed, and a look stores anew what the prune took away", async () => {
  const { objects, repository } = await withSnapshots("s1");
  const store = await slowCapture(objects);
  await repository.forget("s1");
  await prune(repository);
  await store("s9", offers("s1"));

  expect((await repository.snapshots()).snapshots).toMatchObject([{ id: "s9", unconfirmed: true }]);
  const verified = await verifyAll(repository, "s9");
  expect(verified).toMatchObject({ result: "passed", damage: [], fence: 1 });
  await repository.addProof("s9", { level: "read", result: "passed", at: 1, note: "", fence: 1 });
  expect((await repository.snapshots()).snapshots[0]).not.toHaveProperty("unconfirmed");
  await prune(repository);
  await prune(repository);
  await expectWhole(repository, "s9", "s1");
});

test("a capture that slept through two prunes is told that its content has gone, and holds no other back", async () => {
  const { objects, repository } = await withSnapshots("s1", "s2");
  const store = await slowCapture(objects, "s1");
  await repository.forget("s1");
  await prune(repository, { maxUnusedPerMille: 0 });
  await prune(repository);
  await store("s9", offers("s1"));
  expect(await verifyAll(repository, "s9")).toMatchObject({ result: "failed", isPruned: true });
  await repository.forget("s2");
  expect(await prune(repository)).toMatchObject({ result: "done", plan: { incomplete: ["s9"] } });
  const { snapshots } = await repository.snapshots();
  expect(snapshots).toMatchObject([{ id: "s9", unconfirmed: true }]);
});

test("of two captures that lack the same files neither counts as seen to", async () => {
  const { objects, repository } = await withSnapshots("s1", "s2", "s3");
  const slow = await reopen(memoryBackend(objects), { seed: 50 });
  const stores = [await beginCapture(slow), await beginCapture(slow)];
  await repository.forget("s1");
  await prune(repository, { maxUnusedPerMille: 0 });
  await prune(repository);
  for (const [at, store] of stores.entries()) await store(`s${8 + at}`, offers("s1"));
  await repository.forget("s2");
  expect(await prune(repository)).toMatchObject({ result: "done", plan: { incomplete: ["s8", "s9"] } });
  const { snapshots } = await repository.snapshots();
  expect(snapshots.filter(({ unconfirmed }) => unconfirmed).map(({ id }) => id)).toEqual(["s8", "s9"]);
});

test("a capture that brought its tree, and rests on content that has gone, does not count as seen to", async () => {
  const { objects, repository } = await withSnapshots("s1", "s2");
  const store = await slowCapture(objects);
  await repository.forget("s1");
  for (const _ of [1, 2]) await prune(repository);
  await store("s9", [...offers("s1"), ...offers("s9").map((it) => ({ ...it, path: `new/${it.path}` }))]);
  await repository.forget("s2");
  expect(await prune(repository)).toMatchObject({ result: "done", plan: { incomplete: ["s9"] } });
  expect((await fencesIn(objects)).at(-1)).toMatchObject({ honoured: [] });
});

test("what writers left half written goes once it is older than the grace", async () => {
  const root = temporaryFolder();
  await newRepository(folderBackend(root));
  const later = Date.now() + 1000;
  writeFileSync(join(root, ".tmp-old"), "half");
  writeFileSync(join(root, ".tmp-new"), "half");
  utimesSync(join(root, ".tmp-old"), later / 1000 - 1, later / 1000 - 1);
  utimesSync(join(root, ".tmp-new"), later / 1000, later / 1000);
  const pruneAt = async (now: number) =>
    prune(await reopen(folderBackend(root), { now: () => now, seed: now }), {
      graceMs: 1000,
      clock: "trust",
    });
  expect(await pruneAt(later)).toMatchObject({ plan: { unfinished: { files: 1, bytes: 4 } } });
  expect(readdirSync(root)).toContain(".tmp-new");
  expect(await pruneAt(later + 1000)).toMatchObject({ result: "done", plan: { unfinished: { files: 1 } } });
  expect(readdirSync(root).filter((name) => name.startsWith(".tmp-"))).toEqual([]);
  expect(await pruneAt(later + 1000)).toMatchObject({ result: "nothing-to-do" });
});

test("a prune that an older one takes index files from, which it had announced, ends as overtaken, and the next one goes on", async () => {
  const { objects, repository } = await withSnapshots("s1", "s2");
  await repository.forget("s1");
  const backend = memoryBackend(objects);
  const announced: string[] = [];
  const remove = async (name: string): Promise<void> => {
    if (name.startsWith("index/")) announced.push(name);
    else await backend.remove(name);
  };
  const asleep = await reopen({ ...backend, remove }, { seed: 60 });
  await prune(asleep, { maxUnusedPerMille: 1000 });
  expect(announced.length).toBeGreaterThan(0);
  const wakes = async (): Promise<boolean> => {
    for (const name of announced) objects.delete(name);
    return true;
  };
  expect(await prune(repository, { approve: wakes })).toMatchObject({ result: "overtaken" });
  await expectWhole(await reopen(backend, { seed: 61 }), "s2");
  expect((await prune(await reopen(backend, { seed: 62 }))).result).toBe("done");
  await expectWhole(await reopen(backend, { seed: 63 }), "s2");
});

test("a prune that slept until its number was used, spent and free again takes nothing away", async () => {
  const { objects, repository } = await withSnapshots("s0", "s1", "s2");
  for (const id of ["s0", "s1"]) await repository.forget(id);
  const backend = memoryBackend(objects);
  const meanwhile = async (): Promise<void> => {
    // Rests on what the sleeper has found that nothing needs.
    await capture(repository, "s9", offers("s1"));
    for (const fence of [1, 2]) expect(await prune(repository)).toMatchObject({ result: "done", fence });
  };
  const asleep = await reopen(
    {
      ...backend,
      async putNew(name, bytes) {
        if (name.startsWith("fences/")) await meanwhile();
        return backend.putNew(name, bytes);
      },
    },
    { seed: 60 },
  );
  expect(await prune(asleep)).toMatchObject({ result: "overtaken" });
  expect(namesIn(objects, "fences/")).toEqual(["fences/00000002"]);
  expect(namesIn(objects, "trash/")).toEqual([]);
  await prune(repository);
  await prune(repository);
  for (const [id, content] of [["s2"], ["s9", "s1"]]) await expectWhole(repository, id!, content);
});

test("nothing is taken away while a snapshot or an index file can't be read", async () => {
  for (const folder of ["snapshots/", "index/"]) {
    const { objects, repository } = await withSnapshots("s1", "s2");
    await repository.forget("s1");
    const name = namesIn(objects, folder)[0]!;
    objects.set(name, objects.get(name)!.slice(0, -1));
    const before = contentsOf(objects);
    await expect(prune(await reopen(memoryBackend(objects)))).rejects.toEqual(new PruneRefused([name]));
    expect(contentsOf(objects)).toEqual(before);
  }
});

test("nothing is taken away when a confirmed snapshot lacks content, and it is named", async () => {
  const { objects, repository } = await withSnapshots("s1", "s2");
  await repository.forget("s1");
  await prune(repository);
  for (const name of namesIn(objects, "packs/")) objects.delete(name);
  const refused = prune(await reopen(memoryBackend(objects)));
  await expect(refused).rejects.toBeInstanceOf(PruneRefused);
  await expect(refused).rejects.toThrow("snapshot s2");
});

test("a clock that is behind or far ahead of the repository is doubted, unless an operator trusts it", async () => {
  const day = 24 * 60 * 60 * 1000;
  const objects = new Map<string, Uint8Array>();
  const backend = memoryBackend(objects);
  await newRepository(backend);
  let seed = 10;
  const at = (now: number) => reopen(backend, { now: () => now, seed: seed++ });
  const start = 100 * day;
  await capture(await at(start), "s1", offers("s1"), { said: { finishedAt: start } });
  await (await at(start)).forget("s1");
  await capture(await at(start), "s2", offers("s2"), { said: { finishedAt: start } });
  await expect(prune(await at(start - day))).rejects.toEqual(new ClockDoubted(start - day, start));
  await expect(prune(await at(start + 401 * day))).rejects.toBeInstanceOf(ClockDoubted);
  expect(objects.has("fences/00000001")).toBe(false);
  expect(await prune(await at(start - 60_000))).toMatchObject({ result: "done" });
  expect(await prune(await at(start + 401 * day), { clock: "trust" })).toMatchObject({ result: "done" });
});

test("the trash waits until its grace is over, and while anybody restores", async () => {
  const objects = new Map<string, Uint8Array>();
  const backend = memoryBackend(objects);
  await newRepository(backend);
  let seed = 10;
  const at = (now: number) => reopen(backend, { now: () => now, seed: seed++ });
  await capture(await at(0), "s1", offers("s1"));
  await capture(await at(0), "s2", offers("s2"));
  await (await at(0)).forget("s1");
  const trashed = (await prune(await at(0), { graceMs: 1000 })).plan.trash;
  expect((await prune(await at(999), { graceMs: 1000 })).plan.wait).toEqual(trashed);

  const restoring = await at(1000);
  let during: PruneReport | undefined;
  const options = {
    to: temporaryFolder(),
    paths: [],
    overwrite: false,
    signal: new AbortController().signal,
  };
  const onProgress = async () => {
    during ??= await prune(await at(1000), { graceMs: 1000 });
  };
  const running: Promise<void>[] = [];
  await restoring.restore("s2", { ...options, onProgress: () => void running.push(onProgress()) });
  await Promise.all(running);
  expect(await prune(await at(1000), { graceMs: 1000 })).toMatchObject({ plan: { remove: trashed } });
});

test("a lease whose holder died holds nothing back once it has run out, and is taken away", async () => {
  const { objects, repository } = await withSnapshots("s1", "s2");
  await leaveLease(objects, "s1", 0);
  await repository.forget("s1");
  const { plan } = await prune(repository);
  expect(plan.trash.packs).toBeGreaterThan(0);
  expect(namesIn(objects, "leases/")).toEqual([]);
  await leaveLease(objects, "s2", 0);
  expect(await prune(repository)).toMatchObject({ plan: { remove: plan.trash } });
});

test("a lease that runs stays, and what its tree needs stays in its place, also without its manifest", async () => {
  const { objects, repository } = await withSnapshots("s0", "s1", "s2");
  await repository.forget("s0");
  const { plan } = await prune(repository, { approve: async () => false });
  expect(plan.trash.packs).toBeGreaterThan(0);
  await leaveLease(objects, "s1", 1);
  // By a machine that had read the leases before.
  objects.delete("snapshots/s1");
  const report = await prune(repository);
  expect(report).toMatchObject({ result: "done", plan: { ...plan, snapshots: 1 } });
  expect(namesIn(objects, "leases/")).toHaveLength(1);
});

test("a snapshot that is being restored is not forgotten", async () => {
  const { repository } = await withSnapshots("s1");
  const refused: unknown[] = [];
  const tries: Promise<void>[] = [];
  const options = { to: temporaryFolder(), paths: [], overwrite: false, holder: "cm01" };
  const onProgress = (): void =>
    void tries.push(repository.forget("s1").catch((error: unknown) => void refused.push(error)));
  await repository.restore("s1", { ...options, signal: new AbortController().signal, onProgress });
  await Promise.all(tries);
  expect(refused[0]).toBeInstanceOf(SnapshotInUse);
  await repository.forget("s1");
  expect((await repository.snapshots()).snapshots).toEqual([]);
});

test("a prune tells whose needs it looks for, and how much it has stored anew", async () => {
  const { repository } = await withSnapshots("s1", "s2", "s3");
  await repository.forget("s1");
  const said: Progress[] = [];
  const { plan } = await prune(repository, { maxUnusedPerMille: 0, onProgress: (it) => void said.push(it) });
  const storing = said.filter(({ current }) => current === "storing anew");
  const looking = said.slice(0, -storing.length);
  expect(looking).toMatchObject([{ files: 0 }, { files: 1 }]);
  expect(looking.map(({ current }) => current)).toEqual(["what s2 needs", "what s3 needs"]);
  expect(storing.length).toBeGreaterThan(1);
  const bytes = storing.map((it) => it.bytes);
  expect(bytes).toEqual(bytes.toSorted((left, right) => left - right));
  expect(bytes.at(-1)).toBe(plan.repack.neededBytes);
  expect(storing.map((it) => it.readBytes)).toEqual(bytes);
  expect(bytes[0]).toBe(300_700);
});
