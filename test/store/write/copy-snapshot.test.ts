import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Backend } from "../../../src/store/backends/backend.ts";
import { memoryBackend } from "../../../src/store/backends/memory.ts";
import { encodeConfig } from "../../../src/store/format/repository-config.ts";
import type { CopyableRepository } from "../../../src/store/copyable-repository.ts";
import { initRepository, openRepository } from "../../../src/store/open-repository.ts";
import { readConfigIfAny } from "../../../src/store/objects/read-config.ts";
import type { CopiedSnapshot, Repository } from "../../../src/store/repository.ts";
import { changePages, makePages } from "../../support/database-pages.ts";
import { faultyBackend, InjectedFault } from "../../support/faulty-backend.ts";
import { SeededRandom } from "../../support/seeded-random.ts";
import {
  capture,
  chance,
  facts,
  newRepository,
  offersOf,
  readTree,
  reopen,
  restoreAll,
  verifyAll,
  writeTree,
} from "../../support/test-repository.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const otherKey = new Uint8Array(32).fill(77);
const small = { minBytes: 4_096, averageBytes: 16_384, maxBytes: 65_536 };

test.each([
  ["other keys", "encrypted"],
  ["no keys", "plain"],
] as const)(
  "a copy to a repository of %s is restored to the same tree and keeps its facts",
  async (_, how) => {
    const { main, tree, source } = await mainWithFiles();
    const { repository: copy } = await offsite(how);
    const { snapshot, isNew } = await copyOf(main, copy, "s1");
    expect(isNew).toBe(true);

    const [original] = (await main.snapshots()).snapshots;
    expect(await listed(copy)).toEqual([{ ...original, addedBytes: snapshot.addedBytes }]);
    expect((await verifyAll(copy, "s1")).result).toBe("passed");
    const to = temporaryFolder();
    expect((await restoreAll(copy, "s1", to)).refused).toEqual([]);
    expect(readTree(to)).toEqual(readTree(source));
    expect(Object.keys(readTree(to))).toHaveLength(tree);
  },
);

test("pages of a database come over as they are, and a second state costs what changed", async () => {
  const random = new SeededRandom(51);
  const pages = makePages(720, random);
  const source = temporaryFolder();
  const main = await newRepository(memoryBackend());
  const { repository: copy } = await offsite("encrypted", small);
  writeFileSync(join(source, "CM_PS1.bak"), pages);
  await capture(main, "s1", offersOf(source));
  const first = await copyOf(main, copy, "s1");
  changePages(pages, 10, random);
  writeFileSync(join(source, "CM_PS1.bak"), pages);
  await capture(main, "s2", offersOf(source), { previous: "s1" });
  const second = await copyOf(main, copy, "s2");

  expect(second.snapshot.addedBytes).toBeLessThan(first.snapshot.addedBytes / 5);
  const to = temporaryFolder();
  expect((await restoreAll(copy, "s2", to)).refused).toEqual([]);
  expect(readTree(to)).toEqual(readTree(source));
});

test("what the second repository has in chunks of other sizes is found by its digest and not read", async () => {
  const { source, backend } = await mainWithFiles();
  const { repository: copy } = await offsite("encrypted", small);
  await capture(copy, "theirs", offersOf(source));
  let readBytes = 0;
  const spied = await reopen(countingReads(backend, (bytes) => (readBytes += bytes)));
  const copied = await copyOf(spied, copy, "s1");

  expect(copied.readBytes).toBe(0);
  // Manifest, index and tree: the content is twenty times as much.
  expect(readBytes).toBeLessThan(200_000);
  const to = temporaryFolder();
  expect((await restoreAll(copy, "s1", to)).refused).toEqual([]);
  expect(readTree(to)).toEqual(readTree(source));
});

test("a snapshot that is there already is left as it is: nothing is written, and only its manifest read", async () => {
  const { main, backend } = await mainWithFiles();
  const { repository: copy, objects } = await offsite("encrypted");
  await copyOf(main, copy, "s1");
  const before = new Map(objects);
  const reads: number[] = [];
  const spied = await reopen(countingReads(backend, (bytes) => reads.push(bytes)));
  reads.length = 0;
  expect((await copyOf(spied, copy, "s1")).isNew).toBe(false);
  expect(reads).toHaveLength(1);
  expect(new Map(objects)).toEqual(before);
});

test("threads do the same work", async () => {
  const source = temporaryFolder();
  writeTree(source, { "big.wim": new SeededRandom(52).bytes(6_000_000), "small.txt": new Uint8Array(10) });
  const main = await newRepository(memoryBackend());
  await capture(main, "s1", offersOf(source));
  const { backend } = await offsite("encrypted");
  const copy = await openWith(backend, 62, 2);
  const { readBytes, snapshot } = await copyOf(main, copy, "s1");
  expect(readBytes).toBe(6_000_010);
  expect(snapshot.addedBytes).toBeGreaterThan(6_000_000);
  expect((await verifyAll(copy, "s1")).damage).toEqual([]);
});

test("a copy that dies at any change is committed whole or not at all, and the next one ends it", async () => {
  const { main, source } = await mainWithFiles();
  for (let change = 1, isDone = false; !isDone; change++) {
    const { backend } = await offsite("encrypted");
    const faulty = faultyBackend(backend, { change, fault: change % 2 === 0 ? "before" : "after" });
    const dying = await openWith(faulty, 3);
    const failure = await copyOf(main, dying, "s1").catch((error: unknown) => error);
    isDone = !(failure instanceof Error);
    if (failure instanceof Error) expect(failure).toBeInstanceOf(InjectedFault);

    const copy = await openWith(backend, 4);
    for (const { id } of (await copy.snapshots()).snapshots)
      expect((await verifyAll(copy, id)).damage).toEqual([]);
    await copyOf(main, copy, "s1");
    expect((await verifyAll(copy, "s1")).damage).toEqual([]);
    const to = temporaryFolder();
    expect((await restoreAll(copy, "s1", to)).refused).toEqual([]);
    expect(readTree(to)).toEqual(readTree(source));
    if (isDone) expect(change).toBeGreaterThan(4);
  }
});

test("packs of a copy that was cut off are used by the next one", async () => {
  const { main } = await mainWithFiles();
  const { backend } = await offsite("encrypted");
  // Content and its index are there; the packs of the tree are not.
  const dying = await openWith(faultyBackend(backend, { change: 3, fault: "before" }), 3);
  await expect(copyOf(main, dying, "s1")).rejects.toThrow(InjectedFault);
  const copied = await copyOf(main, await openWith(backend, 4), "s1");
  expect(copied.readBytes).toBe(0);
});

test("content that is damaged at its source stops the copy, and is named", async () => {
  const { backend, objects } = await mainWithFiles();
  const pack = [...objects.keys()].find(
    (name) => name.startsWith("packs/") && objects.get(name)!.length > 1e6,
  )!;
  const bytes = objects.get(pack)!;
  bytes[bytes.length >> 1]! ^= 1;
  const { repository: copy } = await offsite("encrypted");
  const failure = await copyOf(await reopen(backend), copy, "s1").catch((error: unknown) => error);
  expect(String(failure)).toMatch(/^CopySourceDamaged: chunk [0-9a-f]{16} can't be copied: /);
  expect(await listed(copy)).toEqual([]);
});

test("an increment is refused where what it is laid on is not, and follows it", async () => {
  const main = await newRepository(memoryBackend());
  await capture(main, "full", []);
  const writer = await main.beginSnapshot({
    site: "PS1",
    source: "files",
    signal: new AbortController().signal,
    rereadPerMille: 0,
  });
  await writer.commit({ ...facts("diff"), mode: "differential", base: "full" });
  const { repository: copy } = await offsite("encrypted");
  await expect(copyOf(main, copy, "diff")).rejects.toThrow("laid on full, which has no copy there");
  await copyOf(main, copy, "full");
  expect((await copyOf(main, copy, "diff")).snapshot.base).toBe("full");
});

test("a copy ends soon after it is told to, and commits nothing", async () => {
  const { main } = await mainWithFiles();
  const { repository: copy } = await offsite("encrypted");
  const stop = new AbortController();
  const copying = copy.copyFrom(main, "s1", { signal: stop.signal, onProgress: () => stop.abort() });
  await expect(copying).rejects.toThrow(/aborted/);
  expect(await listed(copy)).toEqual([]);
});

/** A repository with small files, one in chunks, one empty and folders, as `s1`. */
async function mainWithFiles() {
  const random = new SeededRandom(50);
  const source = temporaryFolder();
  const smalls = Array.from({ length: 40 }, (_, at) => [`many/${at}.txt`, random.bytes(500 + at * 100)]);
  const files = {
    ...Object.fromEntries(smalls),
    "big.wim": random.bytes(3_000_000),
    "many/empty": new Uint8Array(),
  };
  writeTree(source, { ...files, "a folder": null, "again.wim": files["big.wim"] });
  const objects = new Map<string, Uint8Array>();
  const backend = memoryBackend(objects);
  const main = await newRepository(backend);
  await capture(main, "s1", offersOf(source));
  return { main, source, backend, objects, tree: Object.keys(readTree(source)).length };
}

async function offsite(how: "encrypted" | "plain", chunker?: typeof small) {
  const objects = new Map<string, Uint8Array>();
  const backend = memoryBackend(objects);
  const random = chance(60);
  await initRepository(
    backend,
    how === "plain" ? { unencrypted: true, random } : { keys: [{ keyFile: otherKey }], random },
  );
  if (chunker) await cutAs(backend, chunker);
  return { backend, objects, repository: await openWith(backend, 61) };
}

/** Gives a repository, while it is empty, another chunker. */
async function cutAs(backend: Backend, chunker: typeof small): Promise<void> {
  const config = await readConfigIfAny(backend);
  for (const name of ["config", "config.copy"])
    await backend.put(name, encodeConfig({ ...config!, chunker }));
}

async function openWith(backend: Backend, seed: number, threads = 0): Promise<CopyableRepository> {
  const keys = [{ keyFile: otherKey }];
  const opened = await openRepository(backend, { keys, random: chance(seed), now: () => 0, threads });
  onTestFinished(() => opened.close());
  return opened;
}

async function copyOf(
  from: CopyableRepository,
  to: CopyableRepository,
  id: string,
): Promise<CopiedSnapshot & { readBytes: number }> {
  let readBytes = 0;
  const { signal } = new AbortController();
  const copied = await to.copyFrom(from, id, { signal, onProgress: (it) => (readBytes = it.readBytes) });
  return { ...copied, readBytes };
}

async function listed(repository: Repository) {
  return (await repository.snapshots()).snapshots;
}

function countingReads(inner: Backend, read: (bytes: number) => void): Backend {
  return {
    ...inner,
    async get(name, part) {
      const bytes = await inner.get(name, part);
      read(bytes.length);
      return bytes;
    },
  };
}
