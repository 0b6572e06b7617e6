import { describe, expect, test } from "vitest";
import type { FileOffer } from "../../src/core/model/offer.ts";
import type { SnapshotId } from "../../src/core/model/repository/snapshot.ts";
import type { Backend } from "../../src/store/backends/backend.ts";
import { folderBackend } from "../../src/store/backends/folder.ts";
import { memoryBackend } from "../../src/store/backends/memory.ts";
import type { Repository, Verified } from "../../src/store/repository.ts";
import { changePages, makePages } from "../support/database-pages.ts";
import { unreadableBackend } from "../support/faulty-backend.ts";
import { beginCapture, namesIn, prune, workParts } from "../support/prunes.ts";
import { readLostPacks } from "../../src/store/objects/lost-packs.ts";
import { SeededRandom } from "../support/seeded-random.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import {
  capture,
  describeContent,
  newRepository,
  readTree,
  reopen,
  restoreAll,
  verifyAll,
} from "../support/test-repository.ts";

// A pack whose bytes were read and are wrong is doubted: nothing new rests on it, so that the next capture
// stores its content anew. What is sound in it stays for the snapshots that rest on it.

type Objects = Map<string, Uint8Array>;
const { signal } = new AbortController();
const seeded = new SeededRandom(60);
type Contents = Readonly<Record<string, Uint8Array>>;
/** Two files of several chunks and one of a chunk; and one of pages, which takes longer. */
const contents: Contents = {
  "a/b": seeded.bytes(300_000),
  "a/c": seeded.bytes(50_000),
  "a/large": seeded.bytes(400_000),
};
const database = makePages(600, seeded);
const offers = offersOf(contents);

describe.each(["by the same program", "by the next one"])("what is captured again %s", (who) => {
  const next = (repository: Repository, objects: Objects): Promise<Repository> | Repository =>
    who === "by the same program" ? repository : reopen(memoryBackend(objects), { seed: 4 });

  test.each([
    ["by itself", {}, contents],
    ["as the next of its source", { previous: "s1" }, contents],
    ["with a database", { previous: "s1" }, { ...contents, database }],
  ] as const)("after a read-back that failed is stored anew and whole (%s)", async (_, options, files) => {
    const { objects, repository, packs } = await captured(files);
    flip(objects, contentOf(objects), 60);
    expect(await readBack(repository, "s1", packs)).toMatchObject({
      result: "failed",
      damage: [expect.any(String)],
    });
    const again = await next(repository, objects);
    await expectSound(again, "s2", options, files);
    // Nothing of it is stored once more when it is captured a third time.
    const third = await capture(again, "s3", offersOf(files), { previous: "s2" });
    expect(third.packs.size).toBe(0);
    expect(await readBack(again, "s3", third.packs)).toMatchObject({ result: "passed" });
  });

  test("after a whole look at it failed is stored anew and whole", async () => {
    const { objects, repository } = await captured();
    flip(objects, contentOf(objects), 60);
    expect(await verifyAll(repository, "s1")).toMatchObject({ result: "failed" });
    await expectSound(await next(repository, objects), "s2", { previous: "s1" });
  });

  test("after its tree was found bad has a tree of its own", async () => {
    const { objects, repository, packs } = await captured();
    const [tree] = [...packs].filter((name) => name !== contentOf(objects));
    flip(objects, tree!, 60);
    expect(await readBack(repository, "s1", packs)).toMatchObject({ result: "failed" });
    await expectSound(await next(repository, objects), "s2", { previous: "s1" });
  });

  test("after a pack was found cut off is stored anew", async () => {
    const { objects, repository, packs } = await captured();
    const content = contentOf(objects);
    objects.set(content, objects.get(content)!.subarray(0, 1000));
    expect(await readBack(repository, "s1", packs)).toMatchObject({ result: "failed" });
    await expectSound(await next(repository, objects), "s2", { previous: "s1" });
  });
});

test("a folder of files is captured again in full when a byte of it has changed on the disk", async () => {
  const backend = folderBackend(temporaryFolder());
  const repository = await newRepository(backend, "plain");
  const small = offersOf({ "a/b": contents["a/b"]!, "a/c": contents["a/c"]! });
  const { packs } = await capture(repository, "s1", small);
  const sizes = await Array.fromAsync(backend.list("packs/"));
  const { name } = sizes.reduce((one, other) => (one.size > other.size ? one : other));
  const bytes = await backend.get(name);
  await backend.remove(name);
  await backend.put(name, bytes.with(60, bytes[60]! ^ 1));
  expect(await readBack(repository, "s1", packs)).toMatchObject({ result: "failed", damage: ["a/b"] });
  const again = await capture(await reopen(backend, { seed: 4 }), "s2", small, { previous: "s1" });
  expect([...again.packs].length).toBeGreaterThan(0);
  const { damage, result } = await verifyAll(await reopen(backend, { seed: 5 }), "s2");
  expect({ damage, result }).toEqual({ damage: [], result: "passed" });
});

test("a machine that has read the index before does not rest on what another has found bad since", async () => {
  const { objects, repository, packs } = await captured();
  const other = await reopen(memoryBackend(objects), { seed: 4 });
  await capture(other, "warm", offersOf({ warm: seeded.bytes(500) }));
  flip(objects, contentOf(objects), 60);
  await readBack(repository, "s1", packs);
  const reader = await reopen(memoryBackend(objects), { seed: 5 });
  expect(await soundPaths(reader, "s1")).toEqual(["a/c", "a/large"]);
  await expectSound(other, "s2", { previous: "s1" });
  // And reads what is stored anew, though it knew the old place.
  for (const it of [repository, reader]) {
    expect(await restored(it, "s1")).toEqual(wanted());
    expect(await verifyAll(it, "s1")).toMatchObject({ result: "passed" });
  }
});

/** Small ones have no list: nothing but their content leads to the pack that is bad. */
const small = { "a/c": contents["a/c"]!, "a/d": seeded.bytes(30_000) };

test.each([
  ["the same program", "large", contents],
  ["the same program", "small", small],
  ["another machine", "large", contents],
  ["another machine", "small", small],
] as const)(
  "a capture that goes on while %s finds a pack bad fails its read-back, and the one after it passes (%s files)",
  async (who, _, files) => {
    const { objects, repository, packs } = await captured(files);
    const running =
      who === "the same program" ? repository : await reopen(memoryBackend(objects), { seed: 4 });
    const write = await beginCapture(running, "s1");
    flip(objects, contentOf(objects), 60);
    expect(await readBack(repository, "s1", packs)).toMatchObject({ result: "failed" });
    await write("s2", offersOf(files));
    expect(await readBack(running, "s2", new Set())).toMatchObject({ result: "failed" });
    await expectSound(running, "s3", { previous: "s2" }, files);
  },
);

test("a list that a capture wrote of what was found bad meanwhile fails one capture, and is then not relied on", async () => {
  const { objects, repository, packs } = await captured({ ...contents, database });
  const running = await reopen(memoryBackend(objects), { seed: 4 });
  const write = await beginCapture(running, "s1");
  flip(objects, contentOf(objects), 60);
  await readBack(repository, "s1", packs);
  // A part of the last state: its list is new, and leads to the pack that is bad.
  const half = database.subarray(0, 4_300_000);
  await write("s2", [...offers, ...offersOf({ half })]);
  // s2 was never read back, as if its program had died: the next read-back finds where its lists lead.
  const first = await capture(repository, "s3", offersOf({ half }), { previous: "s2" });
  expect(await readBack(repository, "s3", first.packs)).toMatchObject({ result: "failed" });
  const second = await capture(repository, "s4", offersOf({ half }), { previous: "s3" });
  expect(await readBack(repository, "s4", second.packs)).toMatchObject({ result: "passed" });
  expect(await verifyAll(repository, "s4")).toMatchObject({ result: "passed" });
});

test.each(["by the same program", "by the next one"])(
  "a copy that failed is whole when it is forgotten and copied again %s",
  async (who) => {
    const { repository: main } = await captured();
    const objects: Objects = new Map();
    const copies = await newRepository(memoryBackend(objects));
    const { packs } = await copies.copyFrom(main, "s1", { signal });
    flip(objects, contentOf(objects), 60);
    expect(await readBack(copies, "s1", packs)).toMatchObject({ result: "failed" });
    const target = who === "by the same program" ? copies : await reopen(memoryBackend(objects), { seed: 4 });
    await target.forget("s1");
    const again = await target.copyFrom(main, "s1", { signal });
    expect(again).toMatchObject({ isNew: true });
    expect(again.packs.size).toBeGreaterThan(0);
    expect(await readBack(target, "s1", again.packs)).toMatchObject({ result: "passed" });
    const fresh = await reopen(memoryBackend(objects), { seed: 5 });
    for (const it of [target, fresh]) {
      expect(await verifyAll(it, "s1")).toMatchObject({ result: "passed" });
      expect(await restored(it, "s1")).toEqual(wanted());
    }
  },
);

describe("what is sound in a doubted pack", () => {
  test("stays for older snapshots through prunes, and goes when nothing needs it", async () => {
    const { objects, repository, content } = await withDoubt();
    // A prune is not stopped by bytes that it has no need to read.
    for (const _ of [1, 2, 3]) {
      const pruned = prune(repository, { maxUnusedPerMille: 0 });
      expect((await Promise.allSettled([pruned]))[0]).toHaveProperty("value.result");
    }
    expect(objects.has(content)).toBe(true);
    const fresh = await reopen(memoryBackend(objects), { seed: 6 });
    expect(await soundPaths(fresh, "s1")).toEqual(["a/c", "a/large", "database"]);
    expect(await verifyAll(fresh, "s2")).toMatchObject({ result: "passed" });
    expect((await prune(fresh, { maxUnusedPerMille: 0 })).result).toBe("nothing-to-do");
    // No list that leads there was moved to where a capture finds it.
    await expectSound(fresh, "s3", { previous: "s1" }, { ...contents, database });
    for (const id of ["s1", "s3"]) await fresh.forget(id);
    for (const _ of [1, 2, 3]) await prune(fresh, { maxUnusedPerMille: 0 });
    expect(objects.has(content)).toBe(false);
    expect(await verifyAll(fresh, "s2")).toMatchObject({ result: "passed" });
  });

  test("is all that a snapshot needs which a prune has overtaken: it is not stored once more", async () => {
    const { objects, repository, packs } = await captured();
    const write = await beginCapture(await reopen(memoryBackend(objects), { seed: 7 }), "s1");
    flip(objects, contentOf(objects), 60);
    expect(await readBack(repository, "s1", packs)).toMatchObject({ result: "failed" });
    await capture(repository, "gone", offersOf({ gone: seeded.bytes(40_000) }));
    await repository.forget("gone");
    expect(await prune(repository)).toMatchObject({ result: "done", fence: 1 });
    await write(
      "s2",
      offers.filter(({ path }) => path !== "a/b"),
    );
    const before = bytesOf(objects);
    expect(await repository.verify("s2", { perMille: 0, signal })).toMatchObject({
      result: "passed",
      fence: 1,
    });
    // Its tree was stored under no fence, and is once more; its content is ten times as much.
    expect(bytesOf(objects) - before).toBeGreaterThan(0);
    expect(bytesOf(objects) - before).toBeLessThan(50_000);
  });

  test("is found without any index", async () => {
    const { objects } = await withDoubt();
    for (const name of namesIn(objects, "index/")) objects.get(name)!.fill(0);
    const fresh = await reopen(memoryBackend(objects), { seed: 6 });
    expect(await soundPaths(fresh, "s1")).toEqual(["a/c", "a/large", "database"]);
    expect(await verifyAll(fresh, "s2")).toMatchObject({ result: "passed" });
    await expectSound(fresh, "s3", { previous: "s2" });
  });

  test("is stored once more by a repair, which gives the pack up", async () => {
    const { objects, repository, content } = await withDoubt();
    const { damage, hurt, setAside } = await repository.check({ readPerMille: 1000, signal });
    expect(damage).toMatchObject([{ object: content, is: "damaged" }]);
    expect(hurt).toMatchObject([{ snapshot: "s1", paths: ["a/b"] }]);
    expect(setAside.files).toBe(0);
    const { plan, apply } = await repository.planRepair({ signal });
    expect(plan).toMatchObject({ lost: [{ snapshot: "s1", paths: ["a/b"] }], left: [] });
    expect(plan.givenUp).toContain(content);
    expect(await apply(signal)).toBe("done");
    // Nobody needs to doubt the rest any longer.
    const { givenUp, doubted } = await readLostPacks((await workParts(objects)).store);
    expect({ isGivenUp: givenUp.has(content.slice(-64)), doubted: doubted.size }).toEqual({
      isGivenUp: true,
      doubted: 0,
    });
    const fresh = await reopen(memoryBackend(objects), { seed: 6 });
    for (const it of [repository, fresh]) {
      expect(await soundPaths(it, "s1")).toEqual(["a/c", "a/large", "database"]);
      expect(await verifyAll(it, "s2")).toMatchObject({ result: "passed" });
    }
    expect((await fresh.check({ readPerMille: 1000, signal })).damage).toEqual([]);
    expect((await fresh.planRepair({ signal })).plan).toMatchObject({ givenUp: [], indexedPacks: 0 });
    for (const _ of [1, 2, 3]) await prune(fresh, { maxUnusedPerMille: 0 });
    expect(await soundPaths(fresh, "s1")).toEqual(["a/c", "a/large", "database"]);
    await expectSound(fresh, "s3", { previous: "s2" });
  });
});

test("a pack is doubted once, and not when it was given up", async () => {
  const { objects, repository, packs } = await captured();
  flip(objects, contentOf(objects), 60);
  await readBack(repository, "s1", packs);
  const lost = namesIn(objects, "lost/");
  expect(lost.length).toBeGreaterThan(0);
  await readBack(repository, "s1", packs);
  await verifyAll(await reopen(memoryBackend(objects), { seed: 4 }), "s1");
  expect(namesIn(objects, "lost/")).toEqual(lost);
  const { givenUp, doubted } = await readLostPacks((await workParts(objects)).store);
  expect(givenUp.size).toBe(0);
  expect(doubted).toContain(contentOf(objects).slice(-64));
});

test("what is found bad while a repair waits for its answer stays doubted", async () => {
  const { objects, repository } = await withDoubt();
  const { apply } = await repository.planRepair({ signal });
  const other = await reopen(memoryBackend(objects), { seed: 4 });
  const { packs } = await capture(other, "s3", offersOf({ late: seeded.bytes(60_000) }));
  const [late] = [...packs].toSorted((one, two) => objects.get(two)!.length - objects.get(one)!.length);
  flip(objects, late!, 60);
  expect(await readBack(other, "s3", packs)).toMatchObject({ result: "failed" });
  expect(await apply(signal)).toBe("done");
  const { doubted } = await readLostPacks((await workParts(objects)).store);
  expect(doubted).toContain(late!.slice(-64));
});

test("a pack that is missing, and one that can't be read, are not doubted", async () => {
  const { objects, packs } = await captured();
  const content = contentOf(objects);
  const [tree] = [...packs].filter((name) => name !== content);
  for (const refused of [content, tree]) {
    const backend = unreadableBackend(memoryBackend(objects), (_, name) => name === refused);
    const repository = await reopen(backend, { seed: 4 });
    expect(await readBack(repository, "s1", packs)).toMatchObject({ result: "failed" });
    expect(await verifyAll(repository, "s1")).toMatchObject({ result: "failed" });
    expect(namesIn(objects, "lost/")).toEqual([]);
  }
  for (const missing of [content, tree!]) {
    objects.delete(missing);
    const repository = await reopen(memoryBackend(objects), { seed: 5 });
    expect(await readBack(repository, "s1", packs)).toMatchObject({ result: "failed" });
    expect(namesIn(objects, "lost/")).toEqual([]);
  }
});

test("who may only read is told what is damaged, and who writes is told that it can't be filed", async () => {
  const { objects, packs } = await captured();
  flip(objects, contentOf(objects), 60);
  const refusal = Object.assign(new Error("EROFS: made to fail, open"), { code: "EROFS", syscall: "open" });
  const refuse = (): Promise<never> => Promise.reject(refusal);
  const backend: Backend = { ...memoryBackend(objects), put: refuse, putNew: refuse, move: refuse };
  const repository = await reopen(backend, { seed: 4 });
  expect(await verifyAll(repository, "s1")).toMatchObject({ result: "failed" });
  expect(await verifyAll(repository, "s1")).toMatchObject({ result: "failed" });
  await expect(readBack(repository, "s1", packs)).rejects.toThrow("EROFS");
  expect(namesIn(objects, "lost/")).toEqual([]);
});

async function captured(files: Contents = contents) {
  const objects: Objects = new Map();
  const repository = await newRepository(memoryBackend(objects));
  const { packs } = await capture(repository, "s1", offersOf(files));
  return { objects, repository, packs };
}

/** s1 has lost a file in a doubted pack; s2 holds some of the rest, and pages of another state. */
async function withDoubt() {
  const { objects, repository, packs } = await captured({ ...contents, database });
  const content = contentOf(objects);
  flip(objects, content, 60);
  expect(await readBack(repository, "s1", packs)).toMatchObject({ result: "failed", damage: ["a/b"] });
  const changed = Buffer.from(database);
  changePages(changed, 10, seeded);
  const state = offersOf({ "a/large": contents["a/large"]!, database: changed }, 6000);
  const again = await capture(repository, "s2", state, { previous: "s1" });
  expect(await readBack(repository, "s2", again.packs)).toMatchObject({ result: "passed" });
  return { objects, repository, content: content };
}

/** Captures all as a snapshot that is whole, by its read-back, a look at everything, and what comes back. */
async function expectSound(
  repository: Repository,
  id: SnapshotId,
  options: { readonly previous?: SnapshotId },
  files: Contents = contents,
): Promise<void> {
  const { packs } = await capture(repository, id, offersOf(files), options);
  expect(packs.size).toBeGreaterThan(0);
  expect(await readBack(repository, id, packs)).toMatchObject({ result: "passed", damage: [] });
  expect(await verifyAll(repository, id)).toMatchObject({ result: "passed", damage: [] });
  expect(await restored(repository, id)).toEqual(wanted(files));
}

function readBack(repository: Repository, id: SnapshotId, packs: ReadonlySet<string>): Promise<Verified> {
  return repository.verify(id, { perMille: 1000, packs, signal });
}

async function restored(repository: Repository, id: SnapshotId): Promise<Record<string, string>> {
  const to = temporaryFolder();
  expect(await restoreAll(repository, id, to)).toMatchObject({ refused: [] });
  return sizesAndDigests(to);
}

/** Paths that come back as they were. */
async function soundPaths(repository: Repository, id: SnapshotId): Promise<readonly string[]> {
  const to = temporaryFolder();
  await restoreAll(repository, id, to);
  return Object.entries(sizesAndDigests(to)).flatMap(([path, found]) =>
    found === describeContent({ ...contents, database }[path]!) ? [path] : [],
  );
}

function sizesAndDigests(to: string): Record<string, string> {
  const files = Object.entries(readTree(to)).filter(([, shown]) => !shown.endsWith(" folder"));
  return Object.fromEntries(files.map(([path, shown]) => [path, shown.replace(/^\S+ /, "")]));
}

function wanted(files: Contents = contents): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, it]) => [path, describeContent(it)]));
}

function offersOf(files: Readonly<Record<string, Uint8Array>>, modifiedAt = 5000): readonly FileOffer[] {
  return Object.entries(files).map(([path, bytes]) => ({
    type: "file",
    path,
    modifiedAt,
    size: bytes.length,
    locator: { bytes },
  }));
}

function bytesOf(objects: Objects): number {
  return namesIn(objects, "packs/").reduce((sum, name) => sum + objects.get(name)!.length, 0);
}

/** The pack of content: the other one holds trees and lists. */
function contentOf(objects: Objects): string {
  const names = namesIn(objects, "packs/");
  return names.reduce((one, other) => (objects.get(one)!.length > objects.get(other)!.length ? one : other));
}

function flip(objects: Objects, name: string, at: number): void {
  const bytes = objects.get(name)!;
  objects.set(name, bytes.with(at, bytes[at]! ^ 1));
}
