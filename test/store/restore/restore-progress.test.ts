import { expect, test } from "vitest";
import { memoryBackend } from "../../../src/store/backends/memory.ts";
import { SeededRandom } from "../../support/seeded-random.ts";
import { capture, newRepository } from "../../support/test-repository.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

test("a large file that comes back shows what is written of it, and never more than there is", async () => {
  const repository = await newRepository(memoryBackend());
  const bytes = new SeededRandom(8).bytes(40 * 1024 * 1024);
  const id = "1".repeat(25);
  const locator = { bytes };
  await capture(repository, id, [{ type: "file", path: "big", modifiedAt: 1, size: bytes.length, locator }]);
  const seen: number[] = [];
  await repository.restore(id, {
    to: temporaryFolder(),
    paths: [],
    overwrite: false,
    signal: new AbortController().signal,
    onProgress: ({ bytes: done }) => seen.push(done),
  });
  expect(seen.filter((done) => done < bytes.length).length).toBeGreaterThan(3);
  expect(seen).toEqual(seen.toSorted((left, right) => left - right));
  expect(seen.at(-1)).toBe(bytes.length);
});
