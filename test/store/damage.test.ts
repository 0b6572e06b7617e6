import { rmSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { FileOffer } from "../../src/core/model/offer.ts";
import { memoryBackend } from "../../src/store/backends/memory.ts";
import type { RestoreReport } from "../../src/store/repository.ts";
import { count } from "../support/campaign/depth.ts";
import { SeededRandom } from "../support/seeded-random.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import {
  capture,
  closeOpened,
  newRepository,
  readTree,
  reopen,
  restoreAll,
  verifyAll,
} from "../support/test-repository.ts";

type Objects = Map<string, Uint8Array>;

// Every byte of files of a few hundred bytes takes minutes. The ordinary run takes each object's first and
// last bytes and some between.
const everyByte = process.env["SITEKEEP_TEST_EVERY_BYTE"] === "1";
const large = { "a/one": 900, "a/two": 400, b: 0, "c/large": 120_000, "c/next": 90_000, d: 140_000 };
const tiny = { "a/one": 300, "a/two": 100, b: 0, "c/large": 1_200, "c/next": 40, d: 800 };
const corpora = [
  { files: "large files", sizes: large, perObject: everyByte ? 200 : 8 },
  { files: "tiny files", sizes: tiny, perObject: everyByte ? Infinity : 4 },
];

describe.each(["encrypted", "plain"] as const)("a flipped bit (%s)", (how) => {
  test.each(corpora)("of $files is found or harms nothing, and is never restored", async (corpus) => {
    const objects = await smallRepository(how, corpus.sizes);
    const wanted = await restored(objects);
    const random = new SeededRandom(11);
    for (const [name, object] of objects) {
      for (const at of positions(object.length, corpus.perObject, random)) {
        const damaged = new Map(objects).set(name, flipped(object, at, 1 << random.below(8)));
        await expectHonest(damaged, wanted, `${name} at ${at}`);
        await closeOpened();
        count("flips", 1);
      }
    }
  });

  test("in a pack is named by the path of the file by verify and by restore", async () => {
    const objects = await smallRepository(how);
    const repository = await reopen(memoryBackend(objects));
    const before = await verifyAll(repository, "s1");
    expect(before).toMatchObject({ result: "passed", damage: [] });
    // The first group of the largest pack: content, not the tree.
    const [pack] = [...objects]
      .filter(([name]) => name.startsWith("packs/"))
      .sort((a, b) => b[1].length - a[1].length);
    pack![1][60]! ^= 4;
    const { result, damage } = await verifyAll(repository, "s1");
    expect(result).toBe("failed");
    expect(damage.length).toBeGreaterThan(0);
    const report = await restoreAll(repository, "s1", temporaryFolder());
    expect(report.refused.map(({ path }) => path).sort()).toEqual([...damage].sort());
    expect(report.files + report.refused.length).toBe(6);
  });
});

test("a large file that is damaged amid is refused, and the one beside it comes back", async () => {
  const objects: Objects = new Map();
  await newRepository(memoryBackend(objects));
  const repository = await reopen(memoryBackend(objects), { threads: 2 });
  const random = new SeededRandom(5);
  const [hurt, whole] = ["hurt", "whole"].map((name) => file(name, random.bytes(20_000_000)));
  await capture(repository, "s1", [hurt!]);
  const contents = [...objects].filter(
    ([name, { length }]) => name.startsWith("packs/") && length > 1_000_000,
  );
  await capture(repository, "s2", [hurt!, whole!]);
  for (const [, pack] of contents) pack[pack.length >> 1]! ^= 1;

  const to = temporaryFolder();
  const { files, refused } = await restoreAll(repository, "s2", to);
  const reason = "its content in the repository is damaged: its seal does not match";
  expect({ files, refused }).toEqual({ files: 1, refused: [{ path: "hurt", reason }] });
  expect(Object.keys(readTree(to))).toEqual(["whole"]);
});

test("an object that is gone is named, and the other files come back", async () => {
  const objects = await smallRepository("encrypted");
  const packs = [...objects]
    .filter(([name]) => name.startsWith("packs/"))
    .sort((a, b) => b[1].length - a[1].length);
  objects.delete(packs[0]![0]);
  const repository = await reopen(memoryBackend(objects));
  expect(await verifyAll(repository, "s1")).toMatchObject({ result: "failed" });
  const { files, refused } = await restoreAll(repository, "s1", temporaryFolder());
  expect(files + refused.length).toBe(6);
  expect(refused[0]!.reason).toMatch(/pack .* is missing/);
});

test("a snapshot of which nothing can be read any more has failed, and is no fault of the program", async () => {
  const objects = await smallRepository("encrypted");
  for (const name of objects.keys()) if (name.startsWith("packs/")) objects.delete(name);
  const repository = await reopen(memoryBackend(objects));
  expect(await verifyAll(repository, "s1")).toMatchObject({
    result: "failed",
    damage: [expect.stringMatching(/^nothing of it can be listed: .*missing/)],
  });

  const manifest = objects.get("snapshots/s1")!;
  objects.set("snapshots/s1", manifest.with(70, manifest[70]! ^ 1));
  expect(await verifyAll(repository, "s1")).toMatchObject({
    result: "failed",
    damage: [expect.stringContaining("snapshots/s1")],
  });
});

test("a lost index is rebuilt from what the packs say of themselves", async () => {
  const objects = await smallRepository("encrypted");
  const wanted = await restored(objects);
  for (const [name, object] of objects) if (name.startsWith("index/")) object.fill(0);
  expect(await restored(objects)).toEqual(wanted);
});

test("a damaged manifest is named, and the other snapshots are there", async () => {
  const objects = await smallRepository("encrypted");
  const repository = await reopen(memoryBackend(objects), { seed: 7 });
  await capture(repository, "s2", [file("x", new Uint8Array(3))]);
  objects.get("snapshots/s1")![70]! ^= 1;
  const { snapshots, unreadable } = await repository.snapshots();
  expect(snapshots.map(({ id }) => id)).toEqual(["s2"]);
  expect(unreadable).toEqual(["snapshots/s1"]);
});

test("a capture's own packs are read back alone, and the rest is looked for all the same", async () => {
  const objects = await smallRepository("encrypted");
  const old = [...objects.keys()].filter((name) => name.startsWith("packs/"));
  const repository = await reopen(memoryBackend(objects), { seed: 7 });
  const content = new SeededRandom(13).bytes(5_000);
  const { packs } = await capture(repository, "s2", [file("a/one", new Uint8Array(9)), file("new", content)]);
  const options = { perMille: 1000, packs, signal: new AbortController().signal };
  expect(await repository.verify("s2", options)).toMatchObject({
    result: "passed",
    objects: 2,
    bytes: 5_009,
  });
  expect(await repository.verify("s1", options)).toMatchObject({ result: "passed", objects: 0, bytes: 0 });
  for (const name of old) objects.delete(name);
  expect(await repository.verify("s2", options)).toMatchObject({ result: "passed" });
  expect((await (await reopen(memoryBackend(objects))).verify("s2", options)).result).toBe("passed");
});

test("what is not as it was written is found when it is read back, and the files that need it are named", async () => {
  const objects = await smallRepository("encrypted");
  const repository = await reopen(memoryBackend(objects), { seed: 7 });
  const offers = [
    file("new/one", new SeededRandom(14).bytes(5_000)),
    file("new/two", new Uint8Array(300_000)),
  ];
  const { packs } = await capture(repository, "s2", offers);
  const [content] = [...packs].sort((left, right) => objects.get(right)!.length - objects.get(left)!.length);
  const options = { perMille: 1000, packs, signal: new AbortController().signal };

  const bytes = objects.get(content!)!;
  objects.set(content!, bytes.with(60, bytes[60]! ^ 1));
  expect(await repository.verify("s2", options)).toMatchObject({
    result: "failed",
    damage: ["new/one"],
  });
  objects.set(content!, bytes.with(bytes.length - 40, bytes[bytes.length - 40]! ^ 1));
  expect(await repository.verify("s2", options)).toMatchObject({
    result: "failed",
    damage: [expect.stringContaining(`${content}: its bytes are not those that were written`)],
  });
  objects.delete(content!);
  expect((await repository.verify("s2", options)).result).toBe("failed");
});

test("objects that changed places are noticed", async () => {
  const objects = await smallRepository("encrypted");
  const repository = await reopen(memoryBackend(objects), { seed: 7 });
  await capture(repository, "s2", [file("x", new Uint8Array(3))]);
  const [first, second] = [objects.get("snapshots/s1")!, objects.get("snapshots/s2")!];
  objects.set("snapshots/s1", second).set("snapshots/s2", first);
  expect(await repository.snapshots()).toEqual({
    snapshots: [],
    unreadable: ["snapshots/s1", "snapshots/s2"],
  });
});

async function smallRepository(
  how: "encrypted" | "plain",
  sizes: Readonly<Record<string, number>> = large,
): Promise<Objects> {
  const objects: Objects = new Map();
  const repository = await newRepository(memoryBackend(objects), how);
  const random = new SeededRandom(12);
  const offers = Object.entries(sizes).map(([path, size]) => file(path, random.bytes(size)));
  await capture(repository, "s1", offers);
  await repository.putRecord("runs/a", { at: 1 });
  await repository.addProof("s1", { level: "read", result: "passed", at: 3, note: "all" });
  return objects;
}

/** Restores what can be had of it. What is reported as restored must be right; an error is honest as well. */
async function expectHonest(damaged: Objects, wanted: Record<string, string>, what: string): Promise<void> {
  const to = temporaryFolder();
  const report = await restoreOrError(damaged, to);
  const found = filesIn(to);
  rmSync(to, { recursive: true });
  if (report instanceof Error) {
    expect(report.name, what).toMatch(/^(ObjectDamaged|ObjectTooNew|RepositoryLocked|SnapshotMissing)$/);
    return;
  }
  for (const [path, content] of Object.entries(found)) expect(content, `${what}: ${path}`).toBe(wanted[path]);
  if (report.refused.length === 0) expect(report.files, what).toBe(6);
}

async function restoreOrError(objects: Objects, to: string): Promise<RestoreReport | Error> {
  try {
    const repository = await reopen(memoryBackend(objects));
    const { snapshots } = await repository.snapshots();
    for (const snapshot of snapshots) expect(snapshot.proofs.every(({ note }) => note === "all")).toBe(true);
    return await restoreAll(repository, "s1", to);
  } catch (error) {
    return error as Error;
  }
}

async function restored(objects: Objects): Promise<Record<string, string>> {
  const to = temporaryFolder();
  const report = await restoreAll(await reopen(memoryBackend(objects)), "s1", to);
  expect(report).toMatchObject({ files: 6, refused: [] });
  return filesIn(to);
}

/** Without the folders, which have the time of their making when no entry of their own says another. */
function filesIn(root: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(readTree(root)).filter(([, content]) => !content.endsWith(" folder")),
  );
}

function positions(length: number, count: number, random: SeededRandom): readonly number[] {
  if (count >= length) return Array.from({ length }, (_, at) => at);
  const some = Array.from({ length: count - 4 }, () => random.below(length));
  return [...new Set([0, 9, length - 41, length - 1, ...some])];
}

function flipped(object: Uint8Array, at: number, bit: number): Uint8Array {
  const copy = object.slice();
  copy[at]! ^= bit;
  return copy;
}

function file(path: string, bytes: Uint8Array): FileOffer {
  return { type: "file", path, modifiedAt: 5000, size: bytes.length, locator: { bytes } };
}
