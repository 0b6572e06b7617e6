import { expect } from "vitest";
import type { Offer } from "../../src/core/model/offer.ts";
import { memoryBackend } from "../../src/store/backends/memory.ts";
import { Crew } from "../../src/store/crew/crew.ts";
import { readFences } from "../../src/store/objects/fences.ts";
import type { Fence } from "../../src/store/format/fence-object.ts";
import { leaseName } from "../../src/store/format/layout.ts";
import { encodeLease } from "../../src/store/format/lease-object.ts";
import { openSlot } from "../../src/store/keys/key-slots.ts";
import { objectStore } from "../../src/store/objects/object-store.ts";
import { readConfigIfAny } from "../../src/store/objects/read-config.ts";
import type { PruneOptions, PruneReport, Repository } from "../../src/store/repository.ts";
import { readManifest } from "../../src/store/objects/snapshot-list.ts";
import { SeededRandom } from "./seeded-random.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import {
  capture,
  chance,
  describeContent,
  facts,
  keyFile,
  newRepository,
  readTree,
  reopen,
  restoreAll,
} from "./test-repository.ts";

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

/**
 * A capture by another machine that has begun, and that a prune may overtake before it is told what it is of.
 */
export async function slowCapture(objects: Map<string, Uint8Array>, previous?: string) {
  return beginCapture(await reopen(memoryBackend(objects), { seed: 50 }), previous);
}

/** A capture that has begun. It ends as it is told what it is of. */
export async function beginCapture(repository: Repository, previous?: string) {
  const writer = await repository.beginSnapshot({
    site: "PS1",
    source: "slow",
    signal: new AbortController().signal,
    rereadPerMille: 0,
    ...(previous === undefined ? {} : { previous }),
  });
  return async (id: string, all: readonly Offer[]): Promise<void> => {
    for (const offer of all) await writer.offer(offer);
    await writer.commit({ ...facts(id), source: "slow" });
  };
}

/** What a repository works with inside, for tests of a part of it. */
export async function workParts(objects: Map<string, Uint8Array>, crew = new Crew(0)) {
  const backend = memoryBackend(objects);
  const { repository, chunker } = (await readConfigIfAny(backend))!;
  const secret = { repository, master: (await openSlot(backend, repository, [{ keyFile }])).master };
  const store = objectStore(backend, secret, chance(70));
  return { store, crew, setting: { secret, chunker, packBytes: 16 * 1024 * 1024 }, now: () => 0 };
}

/** All fences, oldest first. */
export async function fencesIn(objects: Map<string, Uint8Array>): Promise<readonly Fence[]> {
  return (await readFences((await workParts(objects)).store)).readable;
}

/** Packs that hold content: those of trees and lists are small. */
export function packsOfContent(objects: ReadonlyMap<string, Uint8Array>): readonly string[] {
  return namesIn(objects, "packs/").filter((name) => objects.get(name)!.length >= 10_000);
}

/** All objects with their sizes and digests: what a test compares before and after. */
export function contentsOf(objects: ReadonlyMap<string, Uint8Array>): Readonly<Record<string, string>> {
  return Object.fromEntries([...objects].map(([name, bytes]) => [name, describeContent(bytes)]));
}

/** A lease as a restore leaves it behind that dies. */
export async function leaveLease(
  objects: Map<string, Uint8Array>,
  snapshot: string,
  until: number,
): Promise<void> {
  const { store } = await workParts(objects);
  const { tree } = await readManifest(store, snapshot);
  const lease = { snapshot, tree, holder: "cm01", from: 0, until };
  await store.putNew({ type: "lease", name: leaseName("5".repeat(20)) }, encodeLease(lease));
}
