import { ChunkIndex } from "../../../src/store/index/chunk-index.ts";
import { blobTypes } from "../../../src/store/format/pack-table.ts";
import { SharedClaims } from "../../../src/store/index/shared-claims.ts";
import { expect, test } from "vitest";
import type { Offer } from "../../../src/core/model/offer.ts";
import { memoryBackend } from "../../../src/store/backends/memory.ts";
import type { Repository, SnapshotWriter } from "../../../src/store/repository.ts";
import { SharedContentLost } from "../../../src/store/objects/repository-errors.ts";
import { SeededRandom } from "../../support/seeded-random.ts";
import {
  capture,
  facts,
  newRepository,
  reopen,
  restoreAll,
  verifyAll,
} from "../../support/test-repository.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const contents = Array.from({ length: 40 }, (_, at) => new SeededRandom(at).bytes(50_000 + at * 5_000));
const total = contents.reduce((sum, bytes) => sum + bytes.length, 0);

test("what two captures share at the same time is stored once", async () => {
  const { repository, stored } = await newStore();
  await Promise.all([
    capture(repository, "packages", offers("source/"), { source: "packages" }),
    capture(repository, "library", [...offers("FileLib/")].toReversed(), { source: "library" }),
  ]);
  expect(stored()).toBeLessThan(total * 1.05);
  await expectWhole(repository, ["packages", "library"]);
});

test("a capture waits for what another has claimed and not stored yet", async () => {
  const { repository } = await newStore();
  const first = await begin(repository, "packages");
  for (const offer of offers("source/")) await first.offer(offer);
  // The first has no reason to end: the second gets from it what it needs.
  await capture(repository, "library", offers("FileLib/"), { source: "library" });
  await expectWhole(repository, ["library"]);
  await first.commit(facts("packages"));
  await expectWhole(repository, ["packages", "library"]);
});

test("a capture that fails leaves what it has read to those that rely on it", async () => {
  const { repository } = await newStore();
  const first = await begin(repository, "packages");
  for (const offer of offers("source/")) await first.offer(offer);
  await first.settle();
  const second = await begin(repository, "library");
  for (const offer of offers("FileLib/")) await second.offer(offer);
  await second.settle();
  await first.abort();
  await second.commit(facts("library"));
  await expectWhole(repository, ["library"]);
});

test("a capture that relied on one that was stopped is lost, and succeeds when it is begun again", async () => {
  const { repository } = await newStore();
  const stop = new AbortController();
  const first = await begin(repository, "packages", stop.signal);
  for (const offer of offers("source/")) await first.offer(offer);
  await first.settle();
  const second = await begin(repository, "library");
  for (const offer of offers("FileLib/")) await second.offer(offer);
  await second.settle();
  stop.abort();
  await first.abort();
  await expect(second.commit(facts("library"))).rejects.toBeInstanceOf(SharedContentLost);
  expect((await repository.snapshots()).snapshots).toEqual([]);

  await capture(repository, "again", offers("FileLib/"), { source: "library" });
  await expectWhole(repository, ["again"]);
});

async function newStore() {
  const objects = new Map<string, Uint8Array>();
  const backend = memoryBackend(objects);
  await newRepository(backend);
  const stored = () =>
    [...objects].reduce((sum, [name, bytes]) => sum + (name.startsWith("packs/") ? bytes.length : 0), 0);
  return { repository: await reopen(backend, { seed: 5 }), stored };
}

function begin(
  repository: Repository,
  source: string,
  signal = new AbortController().signal,
): Promise<SnapshotWriter> {
  return repository.beginSnapshot({ site: "PS1", source, signal, rereadPerMille: 0 });
}

function* offers(prefix: string): Iterable<Offer> {
  for (const [at, bytes] of contents.entries())
    yield { type: "file", path: `${prefix}${at}`, modifiedAt: at, size: bytes.length, locator: { bytes } };
}

async function expectWhole(repository: Repository, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    expect(await verifyAll(repository, id)).toMatchObject({ result: "passed", damage: [] });
    const report = await restoreAll(repository, id, temporaryFolder());
    expect(report).toMatchObject({ files: contents.length, bytes: total, refused: [] });
  }
}

test("what the index knows by now is let go, and what it does not is still claimed", () => {
  const all = new SharedClaims();
  const nobody = { flush: () => Promise.resolve(), flushContent: () => Promise.resolve() };
  const [mine, other] = [all.begin(nobody), all.begin({ ...nobody })];
  const [stored, waiting] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  for (const id of [stored, waiting]) expect(mine.claim(blobTypes.data, id, 0, 5)).toBe(true);
  const index = new ChunkIndex();
  index.claim(blobTypes.data, stored, 0, 5);
  mine.dropStored(index);
  expect([stored, waiting].map((id) => mine.has(blobTypes.data, id))).toEqual([false, true]);
  expect(other.claim(blobTypes.data, waiting, 0, 5)).toBe(false);
});
