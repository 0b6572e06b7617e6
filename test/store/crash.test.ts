import { describe, expect, test } from "vitest";
import type { Offer } from "../../src/core/model/offer.ts";
import type { Backend } from "../../src/store/backends/backend.ts";
import { memoryBackend } from "../../src/store/backends/memory.ts";
import { initRepository } from "../../src/store/open-repository.ts";
import { type Fault, faultyBackend, InjectedFault } from "../support/faulty-backend.ts";
import { SeededRandom } from "../support/seeded-random.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import {
  capture,
  chance,
  describeContent,
  keyFile,
  newRepository,
  readTree,
  reopen,
  restoreAll,
} from "../support/test-repository.ts";

describe.each(["before", "after"] as const)("a capture that dies %s a change took effect", (fault) => {
  test("at every change of it: committed snapshots are whole, and the next capture succeeds", async () => {
    const steps = await changesOfOneCapture();
    expect(steps).toBeGreaterThanOrEqual(4);
    for (let change = 1; change <= steps; change++) await dieAndGoOn(change, fault);
  });
});

test("an `init` that dies at any change leaves nothing, or a repository that opens", async () => {
  for (const fault of ["before", "after"] as const) {
    for (let change = 1; change <= 4; change++) {
      const objects = new Map<string, Uint8Array>();
      const dying = faultyBackend(memoryBackend(objects), { change, fault });
      const options = { keys: [{ keyFile }], random: chance(1) };
      await expect(initRepository(dying, options)).rejects.toBeInstanceOf(InjectedFault);
      if (!objects.has("config"))
        await initRepository(memoryBackend(objects), { ...options, random: chance(2) });
      const repository = await reopen(memoryBackend(objects));
      expect((await repository.snapshots()).unreadable).toEqual([]);
    }
  }
});

test("packs are written before the index that names them, and the manifest comes last", async () => {
  const objects = new Map<string, Uint8Array>();
  const repository = await newRepository(memoryBackend(objects));
  const before = objects.size;
  await capture(repository, "s1", offers(1));
  // A map keeps the order in which its keys came.
  const folders = [...objects.keys()].slice(before).map((name) => name.slice(0, name.indexOf("/")));
  expect(folders).toEqual(["packs", "packs", "index", "snapshots"]);
});

test("the packs of a capture that died are reused by the next once their index was written", async () => {
  const objects = new Map<string, Uint8Array>();
  const backend = memoryBackend(objects);
  await newRepository(backend);
  // Died at the manifest, the last change of all.
  const dying = await reopen(faultyBackend(backend, { change: 4, fault: "before" }), { seed: 3 });
  await expect(capture(dying, "s1", offers(1))).rejects.toBeInstanceOf(InjectedFault);
  const { snapshot } = await capture(await reopen(backend, { seed: 4 }), "s2", offers(1));
  expect(snapshot.addedBytes).toBe(0);
});

async function dieAndGoOn(change: number, fault: Fault): Promise<void> {
  const objects = new Map<string, Uint8Array>();
  const backend = memoryBackend(objects);
  await capture(await newRepository(backend), "s1", offers(1));

  const dying = await reopen(faultyBackend(backend, { change, fault }), { seed: 3 });
  await expect(capture(dying, "s2", offers(2), { previous: "s1" })).rejects.toBeInstanceOf(InjectedFault);

  const repository = await reopen(backend, { seed: 4 });
  const { snapshots, unreadable } = await repository.snapshots();
  const isCommitted = fault === "after" && objects.has("snapshots/s2");
  expect(snapshots.map(({ id }) => id)).toEqual(isCommitted ? ["s1", "s2"] : ["s1"]);
  expect(unreadable).toEqual([]);
  await capture(repository, "s3", offers(2), { previous: "s1" });
  for (const id of [...snapshots.map((it) => it.id), "s3"]) await expectWhole(backend, id);
}

async function expectWhole(backend: Backend, id: string): Promise<void> {
  const to = temporaryFolder();
  const repository = await reopen(backend, { seed: 5 });
  expect(await restoreAll(repository, id, to)).toMatchObject({ refused: [] });
  const wanted = Object.fromEntries(
    offers(id === "s1" ? 1 : 2).map((offer) => {
      if (offer.type === "folder" || "file" in offer.locator) throw new Error("Only made files here.");
      return [offer.path, `${offer.modifiedAt} ${describeContent(offer.locator.bytes)}`];
    }),
  );
  expect(readTree(to), id).toEqual(wanted);
}

async function changesOfOneCapture(): Promise<number> {
  const backend = memoryBackend();
  await capture(await newRepository(backend), "s1", offers(1));
  const counting = faultyBackend(backend, { change: -1, fault: "before" });
  await capture(await reopen(counting, { seed: 3 }), "s2", offers(2), { previous: "s1" });
  return counting.changes();
}

function offers(version: number): readonly Offer[] {
  const random = new SeededRandom(version);
  const contents = {
    same: new Uint8Array(200_000).fill(7),
    changed: random.bytes(150_000),
    small: random.bytes(9),
  };
  return Object.entries(contents).map(([path, bytes], at) => {
    return {
      type: "file",
      path,
      modifiedAt: (version * 10 + at) * 1000,
      size: bytes.length,
      locator: { bytes },
    };
  });
}
