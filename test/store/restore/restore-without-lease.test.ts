import { expect, test } from "vitest";
import { day } from "../../../src/core/base/instant.ts";
import type { Backend } from "../../../src/store/backends/backend.ts";
import { memoryBackend } from "../../../src/store/backends/memory.ts";
import { offers, prune, withSnapshots } from "../../support/prunes.ts";
import { describeContent, readTree, reopen } from "../../support/test-repository.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

// A restore whose lease could not be written: a forget and prunes elsewhere know nothing of it.

const { signal } = new AbortController();

test("what a prune has moved meanwhile is read in the trash", async () => {
  const { report, tree } = await restoreWhile(1);
  expect(report).toMatchObject({ files: 4, refused: [] });
  expect(tree).toEqual(wanted);
});

test("what is gone from the trash too is named, and no wrong byte is written", async () => {
  const { report, tree } = await restoreWhile(2);
  expect(report.refused.length).toBeGreaterThan(0);
  for (const { reason } of report.refused) expect(reason).toMatch(/missing/);
  for (const [path, content] of Object.entries(tree)) expect(content).toBe(wanted[path]);
});

const wanted = Object.fromEntries(
  offers("s1").map((it) => {
    const bytes = it.type === "file" && "bytes" in it.locator ? it.locator.bytes : new Uint8Array();
    return [it.path, describeContent(bytes)];
  }),
);

/** Restores s1 on a store that takes no lease; at its first look into a pack it is forgotten, and pruned. */
async function restoreWhile(prunes: number) {
  const { objects } = await withSnapshots("s1", "s2");
  const inner = memoryBackend(objects);
  const other = await reopen(inner, { seed: 5, now: () => 10 * day });
  let isPruned: Promise<void> | undefined;
  const pruning = async (): Promise<void> => {
    await other.forget("s1");
    for (let at = 0; at < prunes; at++) await prune(other, { clock: "trust" });
  };
  const backend: Backend = {
    ...inner,
    async putNew() {
      throw Object.assign(new Error("EROFS: read-only file system"), { code: "EROFS", syscall: "mkdir" });
    },
    async get(name, part) {
      if (name.startsWith("packs/")) await (isPruned ??= pruning());
      return inner.get(name, part);
    },
  };
  const to = temporaryFolder();
  const repository = await reopen(backend, { seed: 7, now: () => 10 * day });
  const report = await repository.restore("s1", { to, paths: [], overwrite: false, signal });
  const files = Object.entries(readTree(to)).filter(([, content]) => !content.endsWith("folder"));
  const tree = Object.fromEntries(files.map(([path, content]) => [path, content.replace(/^\d+ /, "")]));
  return { report, tree };
}
