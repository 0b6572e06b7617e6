import { expect } from "vitest";
import type { Offer } from "../../src/core/model/offer.ts";
import { memoryBackend } from "../../src/store/backends/memory.ts";
import type { PruneOptions, PruneReport, Repository } from "../../src/store/repository.ts";
import { SeededRandom } from "./seeded-random.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { capture, describeContent, newRepository, readTree, restoreAll } from "./test-repository.ts";

/** Prunes as the command does, without a grace and with every plan approved. */
export function prune(repository: Repository, options: Partial<PruneOptions> = {}): Promise<PruneReport> {
  return repository.prune({
    maxUnusedPerMille: 100,
    graceMs: 0,
    clock: "compare",
    signal: new AbortController().signal,
    approve: async () => true,
    ...options,
  });
}

/** A repository in memory that holds these snapshots. */
export async function withSnapshots(...ids: readonly string[]) {
  const objects = new Map<string, Uint8Array>();
  const repository = await newRepository(memoryBackend(objects));
  for (const id of ids) await capture(repository, id, offers(id));
  return { objects, repository };
}

/** What a snapshot of this name holds: content that all share, small files that some share, and its own. */
export function offers(id: string): readonly Offer[] {
  const own = new SeededRandom(id.charCodeAt(1));
  const shared = new SeededRandom(99);
  const contents = {
    "all/large": shared.bytes(300_000),
    "all/small": shared.bytes(700),
    "own/large": own.bytes(600_000),
    "own/small": own.bytes(900),
  };
  return Object.entries(contents).map(([path, bytes]) => ({
    type: "file",
    path,
    // Of another time with each content: else a file that differs would pass for unchanged.
    modifiedAt: 1000 * id.charCodeAt(1),
    size: bytes.length,
    locator: { bytes },
  }));
}

/** The snapshot comes back with the content of one of this name. */
export async function expectWhole(repository: Repository, id: string, content = id): Promise<void> {
  const to = temporaryFolder();
  expect(await restoreAll(repository, id, to)).toMatchObject({ refused: [] });
  const found = Object.values(readTree(to)).flatMap((it) => it.match(/\d+ [0-9a-f]{64}$/) ?? []);
  const wanted = offers(content).map((it) =>
    it.type === "file" && "bytes" in it.locator ? describeContent(it.locator.bytes) : "",
  );
  expect(found.sort()).toEqual(wanted.sort());
}

/** All packs hold something needed, nothing waits, and the index names what there is. */
export async function expectTidy(
  objects: ReadonlyMap<string, Uint8Array>,
  repository: Repository,
): Promise<void> {
  expect(namesIn(objects, "trash/")).toEqual([]);
  const stats = await repository.stats(new AbortController().signal);
  expect(stats.unreferenced.plainBytes).toBe(0);
  expect(stats).toMatchObject({ missingPacks: 0, unindexedPacks: { files: 0 } });
}

/** Names of the objects below a prefix, sorted. */
export function namesIn(objects: ReadonlyMap<string, Uint8Array>, prefix: string): readonly string[] {
  return [...objects.keys()].filter((name) => name.startsWith(prefix)).sort();
}
