import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { folderBackend } from "../../src/store/backends/folder.ts";
import { parseKeyFile } from "../../src/store/keys/keys.ts";
import { openRepository } from "../../src/store/open-repository.ts";
import type { Repository } from "../../src/store/repository.ts";
import { runRescue } from "../../test/tools/run-rescue.ts";
import {
  bytesBelow,
  differences,
  digestTree,
  type EntryDigest,
  type TreeDigest,
} from "../bench/measure/tree.ts";

/** What came of one repository. */
export interface Compared {
  /** True when no key file that lay about opens it: its test used a password. */
  readonly locked: boolean;
  readonly snapshots: number;
  readonly files: number;
  readonly bytes: number;
  /** Snapshots that sitekeep itself can't give back whole. */
  readonly damaged: number;
  readonly different: readonly string[];
}

const none = { locked: false, snapshots: 0, files: 0, bytes: 0, damaged: 0, different: [] };

/**
 * Has both programs give back every snapshot of a kept repository, and compares paths, lengths, times and
 * digests.
 */
export async function compareRescue(place: string): Promise<Compared> {
  const folder = join(place, "repository");
  const opened = await open(folder, join(place, "keys"));
  if (!opened) return { ...none, locked: true };
  const { repository, options } = opened;
  const result = { ...none, different: [] as string[] };
  const { snapshots } = await repository.snapshots("objects");
  for (const { id } of snapshots) {
    const scratch = mkdtempSync(join(tmpdir(), "sitekeep-rescued-"));
    const [own, other] = [join(scratch, "own"), join(scratch, "other")];
    try {
      const { code } = await runRescue("restore", folder, id, "--to", other, ...options);
      const isWhole =
        (await restoreOwn(repository, id, own)) ||
        (code === 0 && (await restoreRepaired(repository, id, own)));
      if (!isWhole) {
        result.damaged++;
        if (code === 0) result.different.push(`${id}: rescue.py gives back what sitekeep can't`);
        continue;
      }
      const timed = await timedPaths(repository, id);
      const wanted = readEntries(own, timed);
      // It ends with 1 for any damage beside, also where all of the snapshot came back.
      const found = existsSync(other) ? readEntries(other, timed) : new Map();
      result.different.push(...differences(wanted, found).map((it) => `${place} ${id}: ${it}`));
      result.snapshots++;
      result.files += wanted.size;
      result.bytes += bytesBelow(own);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  }
  await repository.close();
  return result;
}

async function open(folder: string, keys: string) {
  const tries = [undefined, ...readdirSync(keys).map((name) => join(keys, name))];
  for (const file of tries) {
    const keyFile = file === undefined ? undefined : parseKeyFile(readFileSync(file));
    const opening = {
      keys: keyFile ? [{ keyFile }] : [],
      random: (count: number) => randomBytes(count),
      now: () => 0,
      threads: 0,
    };
    const repository = await openRepository(folderBackend(folder), opening).catch(() => undefined);
    if (repository) return { repository, options: file === undefined ? [] : ["--key", file] };
  }
  return undefined;
}

/** False when something of it could not be given back. */
async function restoreOwn(repository: Repository, id: string, to: string): Promise<boolean> {
  const options = { to, paths: [], overwrite: false, signal: new AbortController().signal };
  const report = await repository.restore(id, options).catch(() => undefined);
  return report?.refused.length === 0;
}

/**
 * Without its index sitekeep wants a repair first; rescue.py asks the packs each time. What was kept may be
 * changed.
 */
async function restoreRepaired(repository: Repository, id: string, to: string): Promise<boolean> {
  const { signal } = new AbortController();
  const { apply } = await repository.planRepair({ signal });
  await apply(signal);
  rmSync(to, { recursive: true, force: true });
  return restoreOwn(repository, id, to);
}

/** A folder that only its content made has no time of its own. */
async function timedPaths(repository: Repository, id: string): Promise<ReadonlySet<string>> {
  const paths = new Set<string>();
  for await (const { path } of repository.tree(id)) paths.add(path);
  return paths;
}

/** What lies there, with times in whole milliseconds; none for what has none of its own. */
function readEntries(root: string, timed: ReadonlySet<string>): TreeDigest {
  const entries = [...digestTree(root)].map(([path, { is, modifiedMs }]): [string, EntryDigest] => {
    return [path, { is, modifiedMs: timed.has(path) ? Math.trunc(modifiedMs) : 0 }];
  });
  return new Map(entries);
}
