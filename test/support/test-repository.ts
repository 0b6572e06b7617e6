import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { Instant } from "../../src/core/base/instant.ts";
import type { Offer } from "../../src/core/model/offer.ts";
import type { SnapshotId } from "../../src/core/model/repository/snapshot.ts";
import type { Backend } from "../../src/store/backends/backend.ts";
import type { CopyableRepository } from "../../src/store/copyable-repository.ts";
import { initRepository, openRepository } from "../../src/store/open-repository.ts";
import type {
  Committed,
  ManifestFacts,
  Progress,
  Repository,
  RestoreReport,
  Verified,
  WriteOptions,
} from "../../src/store/repository.ts";
import { keepBackend } from "./keep-repositories.ts";
import { SeededRandom } from "./seeded-random.ts";

export const keyFile = new Uint8Array(32).fill(9);

/** Makes a repository and opens it. */
export async function newRepository(
  backend: Backend,
  how: "encrypted" | "plain" = "encrypted",
): Promise<CopyableRepository> {
  const random = chance(1);
  await initRepository(
    backend,
    how === "plain" ? { unencrypted: true, random } : { keys: [{ keyFile }], random },
  );
  return reopen(backend);
}

/** Opens it with no threads, so that tests start none that they do not need. */
export async function reopen(
  backend: Backend,
  options: {
    readonly threads?: number;
    readonly cacheFolder?: string;
    readonly seed?: number;
    readonly now?: () => Instant;
  } = {},
): Promise<CopyableRepository> {
  const { threads = 0, seed = 2, now = () => 0, ...cache } = options;
  const open = { keys: [{ keyFile }], random: chance(seed), now, threads };
  const repository = await openRepository(backend, { ...open, ...cache });
  opened.add(async () => {
    await repository.close();
    await keepBackend(backend, keyFile);
  });
  onTestFinished(closeOpened);
  return repository;
}

const opened = new Set<() => Promise<void>>();

/**
 * Closes what this file has opened so far, as the end of a test does. A test of a thousand cases calls it
 * after each: what is open is in memory.
 */
export async function closeOpened(): Promise<void> {
  for (const close of opened) {
    opened.delete(close);
    await close();
  }
}

export function chance(seed: number): (count: number) => Uint8Array {
  const random = new SeededRandom(seed);
  return (count) => random.bytes(count);
}

export interface Captured extends Committed {
  readonly progress: Progress;
}

/** Captures offers as the snapshot `id`. */
export async function capture(
  repository: Repository,
  id: SnapshotId,
  offers: Iterable<Offer>,
  { said, ...options }: Partial<WriteOptions> & { readonly said?: Partial<ManifestFacts> } = {},
): Promise<Captured> {
  let progress: Progress = { files: 0, bytes: 0, readBytes: 0 };
  const writer = await repository.beginSnapshot({
    site: "PS1",
    source: "files",
    signal: new AbortController().signal,
    rereadPerMille: 0,
    onProgress: (it) => (progress = it),
    ...options,
  });
  for (const offer of offers) await writer.offer(offer);
  return { ...(await writer.commit({ ...facts(id), ...said })), progress };
}

export function facts(id: SnapshotId): ManifestFacts {
  const times = { point: 10, startedAt: 11, finishedAt: 12, asOf: 11 };
  const names = { site: "PS1", policy: "main", source: "files", kind: "folder", mode: "full" } as const;
  return { id, ...names, ...times, facts: { build: "5.00" }, problems: [] };
}

/** A tree by path: content, or `null` for a folder. */
export type Tree = Readonly<Record<string, Uint8Array | null>>;

/** Writes a tree to disk; every entry has a time of its own. */
export function writeTree(root: string, tree: Tree): void {
  for (const [path, bytes] of Object.entries(tree)) {
    const full = join(root, path);
    mkdirSync(bytes ? dirname(full) : full, { recursive: true });
    if (bytes) writeFileSync(full, bytes);
  }
  // Deepest first: a folder's time changes when something is made in it.
  const paths = Object.keys(tree).sort().toReversed();
  for (const [at, path] of paths.entries())
    utimesSync(join(root, path), 1_600_000_000 + at, 1_600_000_000 + at);
}

/** Offers what is on disk, as a driver does. */
export function* offersOf(root: string, below = ""): Iterable<Offer> {
  for (const name of readdirSync(join(root, below)).sort()) {
    const path = below === "" ? name : `${below}/${name}`;
    const stat = statSync(join(root, path));
    const modifiedAt = Math.trunc(stat.mtimeMs);
    if (stat.isDirectory()) {
      yield { type: "folder", path, modifiedAt };
      yield* offersOf(root, path);
    } else {
      const stamp = { fileId: stat.ino, changedAt: Math.trunc(stat.ctimeMs) };
      yield {
        type: "file",
        path,
        modifiedAt,
        size: stat.size,
        locator: { file: join(root, path) },
        stamp,
      };
    }
  }
}

/** What lies on disk: times in whole milliseconds, as a tree keeps them, sizes and digests. */
export function readTree(root: string, below = ""): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(join(root, below)).sort()) {
    const path = below === "" ? name : `${below}/${name}`;
    const stat = statSync(join(root, path));
    const content = stat.isDirectory() ? "folder" : describeContent(readFileSync(join(root, path)));
    found[path] = `${Math.trunc(stat.mtimeMs)} ${content}`;
    if (stat.isDirectory()) Object.assign(found, readTree(root, path));
  }
  return found;
}

/** Content as `readTree` shows it. */
export function describeContent(bytes: Uint8Array): string {
  return `${bytes.length} ${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Everything of a snapshot, restored below `to`. */
export function restoreAll(repository: Repository, id: SnapshotId, to: string): Promise<RestoreReport> {
  return repository.restore(id, { to, paths: [], overwrite: false, signal: new AbortController().signal });
}

export function verifyAll(repository: Repository, id: SnapshotId): Promise<Verified> {
  return repository.verify(id, { perMille: 1000, signal: new AbortController().signal });
}
