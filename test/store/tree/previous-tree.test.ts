import { expect, test } from "vitest";
import type { Offer } from "../../../src/core/model/offer.ts";
import type { Backend } from "../../../src/store/backends/backend.ts";
import { memoryBackend } from "../../../src/store/backends/memory.ts";
import { capture, facts, newRepository, reopen } from "../../support/test-repository.ts";

const [first, second] = ["1", "2"].map((digit) => digit.repeat(25)) as [string, string];

test("files that are offered at once and lie together are looked up in one reading of the tree before", async () => {
  const backend = countingReads(memoryBackend());
  const offers = manyFiles(8_000);
  const written = await newRepository(backend);
  await capture(written, first, offers);
  await written.close();

  const repository = await reopen(backend);
  const { signal } = new AbortController();
  const what = { site: "PS1", source: "files", signal, rereadPerMille: 0, previous: first };
  const writer = await repository.beginSnapshot(what);
  backend.packReads = 0;
  for (let at = 0; at < offers.length; at += offeredAtOnce)
    await Promise.all(offers.slice(at, at + offeredAtOnce).map((offer) => writer.offer(offer)));
  expect(backend.packReads).toBeGreaterThan(1);
  expect(backend.packReads).toBeLessThan(20);
  expect((await writer.commit(facts(second))).snapshot).toMatchObject({ files: 8_000, addedBytes: 0 });
});

/** As a walk of several folders offers them. */
const offeredAtOnce = 200;

function manyFiles(count: number): readonly Offer[] {
  return Array.from({ length: count }, (_, at) => {
    const bytes = Buffer.from(`file ${at}`);
    return { type: "file", path: `a/${at}`, modifiedAt: at, size: bytes.length, locator: { bytes } };
  });
}

function countingReads(inner: Backend): Backend & { packReads: number } {
  const counting = {
    ...inner,
    packReads: 0,
    get(name: string, part?: Parameters<Backend["get"]>[1]) {
      if (name.startsWith("packs/")) counting.packReads += 1;
      return inner.get(name, part);
    },
  };
  return counting;
}
