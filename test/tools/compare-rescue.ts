import { join } from "node:path";
import { expect } from "vitest";
import { folderBackend } from "../../src/store/backends/folder.ts";
import type { RepositoryKey } from "../../src/store/keys/keys.ts";
import { openRepository } from "../../src/store/open-repository.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { chance, readTree, restoreAll } from "../support/test-repository.ts";
import { runRescue } from "./run-rescue.ts";

/** A repository in a folder, with what opens it for sitekeep, and for rescue.py (`["--key", FILE]`). */
export interface KeptRepository {
  readonly folder: string;
  readonly keys: readonly RepositoryKey[];
  readonly options: readonly string[];
}

/**
 * Expects that rescue.py gives back of every snapshot what sitekeep does: each path, byte and millisecond.
 * Gives their ids.
 */
export async function expectSameRescue({
  folder,
  keys,
  options,
}: KeptRepository): Promise<readonly string[]> {
  const opening = { keys, random: chance(7), now: () => 0, threads: 0 };
  const repository = await openRepository(folderBackend(folder), opening);
  try {
    const { snapshots } = await repository.snapshots("objects");
    for (const { id } of snapshots) {
      const [own, rescued] = [temporaryFolder(), join(temporaryFolder(), "rescued")];
      expect(await restoreAll(repository, id, own)).toMatchObject({ refused: [] });
      expect(await runRescue("restore", folder, id, "--to", rescued, ...options)).toMatchObject({
        code: 0,
        err: "",
      });
      // A folder that only its content made has no time of its own.
      const entries = await Array.fromAsync(repository.tree(id));
      const paths = new Set(entries.map((it) => it.path));
      expect(withoutTimes(readTree(rescued), paths)).toEqual(withoutTimes(readTree(own), paths));
    }
    return snapshots.map((it) => it.id);
  } finally {
    await repository.close();
  }
}

function withoutTimes(
  tree: Readonly<Record<string, string>>,
  entries: ReadonlySet<string>,
): Readonly<Record<string, string>> {
  const lines = Object.entries(tree).map(([path, shown]): [string, string] => {
    return [path, entries.has(path) ? shown : shown.replace(/^\S+ /, "")];
  });
  return Object.fromEntries(lines);
}
