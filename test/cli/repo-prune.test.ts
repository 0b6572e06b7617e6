import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderBackend } from "../../src/store/backends/folder.ts";
import { initRepository } from "../../src/store/open-repository.ts";
import { runHere } from "../support/command-line.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { capture, chance, offersOf, readTree, reopen, writeTree } from "../support/test-repository.ts";

test("what was forgotten comes free in two prunes, and what stays is restored as it was", async () => {
  const { folder, source, repo } = await forgotten();
  const before = readdirSync(join(folder, "packs"), { recursive: true }).length;
  writeFileSync(join(folder, "packs", ".tmp-1"), "half");
  const shown = await repo("prune", "--grace", "0s", "--dry-run");
  expect(shown).toMatchObject({ code: 0, err: "Nothing was done.\n" });
  expect(shown.out).toMatch(/^Into the trash +\d+ packs? .* free after a later prune$/m);
  expect(shown.out).toMatch(/^Never finished +1 file +4 B  left by writers that died, deleted$/m);
  expect(readdirSync(join(folder, "packs"), { recursive: true }).length).toBe(before + 1);

  const first = await repo("prune", "--grace", "0s", "--yes", "--clock-is-right");
  expect(first).toMatchObject({ code: 0, err: "" });
  expect(first.out).toMatch(/^0 B came free, [1-9].* went to the trash\.$/m);
  const second = await repo("prune", "--grace", "0s", "--yes", "--clock-is-right", "--json");
  expect(JSON.parse(second.out)).toMatchObject({
    apiVersion: "sitekeep/pruned/v1",
    result: "done",
    plan: { snapshots: 1, trash: { packs: 0 }, wait: { packs: 0 } },
  });
  expect((await repo("prune", "--grace", "0s", "--yes", "--clock-is-right")).out).toBe(
    "There is nothing to prune.\n",
  );

  const to = temporaryFolder();
  const restored = await runHere(["restore", "s2", "--to", to, "--folder", folder]);
  expect(restored).toMatchObject({ code: 0, err: "" });
  expect(readTree(to)).toEqual(readTree(source));
  expect(await repo("check", "--read-data")).toMatchObject({ code: 0 });
});

test("a share or a grace that is none is refused", async () => {
  const { repo } = await forgotten();
  expect((await repo("prune", "--max-unused", "lots")).err).toContain("--max-unused");
  expect((await repo("prune", "--grace", "soon")).err).toContain("--grace");
});

/** A repository whose first snapshot was forgotten. */
async function forgotten() {
  const [folder, source] = [join(temporaryFolder(), "repo"), temporaryFolder()];
  const backend = folderBackend(folder);
  await initRepository(backend, { unencrypted: true, random: chance(1) });
  const repository = await reopen(backend, { now: () => Date.now() });
  const said = { point: Date.now(), startedAt: Date.now(), finishedAt: Date.now(), asOf: Date.now() };
  for (const [at, id] of ["s1", "s2"].entries()) {
    writeTree(source, { "a/same": bytes(1, 200_000), "a/other": bytes(at + 5, 300_000 + at) });
    await capture(repository, id, offersOf(source), { said });
  }
  await repository.forget("s1");
  const repo = (command: string, ...options: readonly string[]) =>
    runHere(["repo", command, "--folder", folder, ...options]);
  return { folder, source, repo };
}

function bytes(seed: number, count: number): Uint8Array {
  return chance(seed)(count);
}
