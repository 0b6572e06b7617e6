import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderBackend } from "../../src/store/backends/folder.ts";
import { SeededRandom } from "../support/seeded-random.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import {
  capture,
  newRepository,
  offersOf,
  reopen,
  restoreAll,
  verifyAll,
} from "../support/test-repository.ts";

test("a capture or a restore that is stopped amid a large file leaves nothing half done", async () => {
  const source = temporaryFolder();
  const random = new SeededRandom(61);
  writeFileSync(join(source, "large.mdf"), random.bytes(16_000_000));
  for (let at = 0; at < 300; at++) writeFileSync(join(source, `small-${at}`), random.bytes(2_000));
  const backend = folderBackend(temporaryFolder());
  await newRepository(backend);
  const repository = await reopen(backend, { threads: 2 });

  for (const part of [1, 4_000_000]) {
    const stop = stopAfter(part);
    await expect(capture(repository, "s0", offersOf(source), stop)).rejects.toThrow("stopped");
  }
  expect((await repository.snapshots()).snapshots).toEqual([]);
  await capture(repository, "s1", offersOf(source));
  expect(await verifyAll(repository, "s1")).toMatchObject({ result: "passed" });

  const to = temporaryFolder();
  const stop = { to, paths: [], overwrite: false, ...stopAfter(200_000) };
  await expect(repository.restore("s1", stop)).rejects.toThrow("stopped");
  expect(readdirSync(to).filter((name) => name.startsWith(".sitekeep"))).toEqual([]);
  const { files, refused } = await restoreAll(repository, "s1", to);
  // What came back before the stop is whole, and is left as it is.
  expect(files + refused.length).toBe(301);
  expect(new Set(refused.map(({ reason }) => reason))).toEqual(
    new Set(["a file of this name is there already"]),
  );
});

/** Stops as soon as so many bytes were dealt with. */
function stopAfter(bytes: number) {
  const stop = new AbortController();
  const onProgress = (progress: { readonly bytes: number }): void => {
    if (progress.bytes >= bytes) stop.abort(new Error("stopped"));
  };
  return { signal: stop.signal, onProgress };
}
