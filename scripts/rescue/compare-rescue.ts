import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { folderBackend } from "../../src/store/backends/folder.ts";
import { openRepository } from "../../src/store/open-repository.ts";
import type { Repository } from "../../src/store/repository.ts";

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

/** Has both programs give back every snapshot of a kept repository, and compares paths, lengths, times and digests. */
export async function compareRescue(place: string): Promise<Compared> {
  const folder = join(place, "repository");
  const opened = await open(folder, join(place, "keys"));
  if (!opened) return { ...none, locked: true };
  const { repository, options } = opened;
  const result = { ...none, different: [] as string[] };
  const { snapshots } = await repository.snapshots("objects");
  for (const { id } of snapshots) {
    const scratch = mkdtempSync(join(tmpdir(), "sitekeep-rescued-"));
    try {
      const own = await restoreOwn(repository, id, join(scratch, "own"));
      const code = await runRescue("restore", folder, id, "--to", join(scratch, "other"), ...options);
      if (own === undefined) result.damaged++;
      if (own === undefined && code === 0)
        result.different.push(`${id}: rescue.py gives back what sitekeep can't`);
      if (own === undefined) continue;
      // It ends with 1 for any damage beside, also where all of the snapshot came back.
      const other = existsSync(join(scratch, "other")) ? readEntries(join(scratch, "other")) : undefined;
      const difference = differenceOf(own, other, await timedPaths(repository, id));
      if (difference) result.different.push(`${place} ${id}: ${difference}`);
      result.snapshots++;
      result.files += own.size;
      for (const { bytes } of own.values()) result.bytes += bytes;
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
    const key = file === undefined ? undefined : keyOf(file);
    const opening = {
      keys: key ? [key] : [],
      random: (count: number) => randomBytes(count),
      now: () => 0,
      threads: 0,
    };
    const repository = await openRepository(folderBackend(folder), opening).catch(() => undefined);
    if (repository) return { repository, options: file === undefined ? [] : ["--key", file] };
  }
  return undefined;
}

function keyOf(file: string): { readonly keyFile: Uint8Array } {
  const bytes = readFileSync(file);
  return { keyFile: bytes.length === 32 ? bytes : Buffer.from(bytes.toString("latin1").trim(), "hex") };
}

/** Undefined when something of it could not be given back. */
async function restoreOwn(repository: Repository, id: string, to: string) {
  const options = { to, paths: [], overwrite: false, signal: new AbortController().signal };
  const report = await repository.restore(id, options).catch(() => undefined);
  return report?.refused.length === 0 ? readEntries(to) : undefined;
}

interface Entry {
  readonly bytes: number;
  readonly modifiedAt: number;
  readonly sha256: string;
}

function readEntries(root: string): ReadonlyMap<string, Entry> {
  const names = readdirSync(root, { recursive: true }).map(String).sort();
  return new Map(
    names.map((name) => {
      const look = statSync(join(root, name));
      const isFile = look.isFile();
      const sha256 = isFile
        ? createHash("sha256")
            .update(readFileSync(join(root, name)))
            .digest("hex")
        : "folder";
      return [name, { bytes: isFile ? look.size : 0, modifiedAt: Math.trunc(look.mtimeMs), sha256 }];
    }),
  );
}

/** A folder that only its content made has no time of its own. */
async function timedPaths(repository: Repository, id: string): Promise<ReadonlySet<string>> {
  const paths = new Set<string>();
  for await (const { path } of repository.tree(id)) paths.add(path);
  return paths;
}

function differenceOf(
  own: ReadonlyMap<string, Entry>,
  other: ReadonlyMap<string, Entry> | undefined,
  timed: ReadonlySet<string>,
): string | undefined {
  if (other === undefined) return "rescue.py did not give it back";
  if (own.size !== other.size) return `${own.size} entries, rescue.py gives back ${other.size}`;
  for (const [path, entry] of own) {
    const found = other.get(path);
    const isSame = found?.bytes === entry.bytes && found.sha256 === entry.sha256;
    if (!isSame || (timed.has(path) && found.modifiedAt !== entry.modifiedAt)) return `${path} differs`;
  }
  return undefined;
}

function runRescue(...options: readonly string[]): Promise<number> {
  return new Promise((done, failed) => {
    const child = execFile("python3", ["tools/rescue.py", ...options], { maxBuffer: 1 << 26 }, () => {
      if (child.exitCode === null) failed(new Error("python3 did not run."));
      else done(child.exitCode);
    });
  });
}
