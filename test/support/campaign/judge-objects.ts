import { expect } from "vitest";
import type { Backend } from "../../../src/store/backends/backend.ts";
import { isTrusted, readFences } from "../../../src/store/objects/fences.ts";
import { digestOf } from "../../../src/store/format/encoding/envelope.ts";
import { packName } from "../../../src/store/format/layout.ts";
import { LoadedIndex } from "../../../src/store/index/index-loader.ts";
import { openSlot } from "../../../src/store/keys/key-slots.ts";
import { objectStore } from "../../../src/store/objects/object-store.ts";
import { readConfigIfAny } from "../../../src/store/objects/read-config.ts";
import { chance } from "../test-repository.ts";
import { campaignKeys, type KeyName, prune, signal, withRepository } from "./story.ts";

/** After all that befell before: whatever waits for a time has waited. */
const later = Date.UTC(2101, 0);

/** Whatever has a name ends in the digest of its bytes; a pack has it for its name. */
export async function expectWholeObjects(
  backend: Backend,
  damaged: ReadonlySet<string>,
  what: string,
): Promise<void> {
  for await (const { name } of backend.list("")) {
    if (damaged.has(name)) continue;
    const bytes = await backend.get(name);
    const digest = Buffer.from(bytes.subarray(-32)).toString("hex");
    expect(Buffer.from(digestOf(bytes.subarray(0, -32))).toString("hex"), `${what}: ${name} is whole`).toBe(
      digest,
    );
    if (/^(packs|trash)\//.test(name))
      expect(name.slice(-64), `${what}: ${name} is named after its bytes`).toBe(digest);
  }
}

/**
 * An index that a writer may build on names nothing that is not there. What one leaves that slept through two
 * prunes may: nobody builds on that.
 */
export async function expectIndexedPacks(backend: Backend, key: KeyName, what: string): Promise<void> {
  const { repository } = (await readConfigIfAny(backend))!;
  const { master } = await openSlot(backend, repository, [campaignKeys[key]]);
  const store = objectStore(backend, { repository, master }, chance(93));
  const index = new LoadedIndex(store, await readFences(store), "reading");
  await index.refresh();
  const { condemned } = index.fences;
  const trusted = [...index.files].filter(([name]) => isTrusted(index.fences, name));
  const digests = trusted.flatMap(([, packs]) => packs).filter((digest) => !condemned.has(digest));
  const named = digests.map((digest) => packName(Buffer.from(digest, "hex")));
  const there = await namesOf(backend, "packs/");
  expect(there, `${what}: the packs that an index names`).toEqual(expect.arrayContaining(named));
}

/** Two prunes take away all that nothing needs, and what was half written; a third finds nothing to do. */
export async function expectCollected(backend: Backend, key: KeyName, what: string): Promise<void> {
  const results: string[] = [];
  for (const seed of [94, 95, 96])
    results.push(
      await withRepository(backend, { key, seed, now: () => later }, async (it) => (await prune(it)).result),
    );
  expect(results[2], `${what}: two prunes have left nothing to do`).toBe("nothing-to-do");
  const unfinished = await Array.fromAsync(backend.unfinished?.() ?? []);
  const trash = await namesOf(backend, "trash/");
  expect({ unfinished, trash }, `${what}: what two prunes leave`).toEqual({ unfinished: [], trash: [] });
  const { unreferenced, missingPacks, unindexedPacks } = await withRepository(
    backend,
    { key, seed: 97 },
    (it) => it.stats(signal),
  );
  expect(
    { unneeded: unreferenced.plainBytes, missingPacks, unindexed: unindexedPacks.files },
    `${what}: what two prunes leave`,
  ).toEqual({ unneeded: 0, missingPacks: 0, unindexed: 0 });
}

async function namesOf(backend: Backend, prefix: string): Promise<readonly string[]> {
  return (await Array.fromAsync(backend.list(prefix))).map(({ name }) => name);
}
