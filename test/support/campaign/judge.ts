import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { readFences } from "../../../src/store/fences.ts";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import type { Backend } from "../../../src/store/backends/backend.ts";
import { digestOf } from "../../../src/store/format/envelope.ts";
import { packName } from "../../../src/store/format/layout.ts";
import { LoadedIndex } from "../../../src/store/index-loader.ts";
import { findMasterKey } from "../../../src/store/key-slots.ts";
import { objectStore } from "../../../src/store/object-store.ts";
import { initRepository, openRepository } from "../../../src/store/open-repository.ts";
import { readConfigIfAny } from "../../../src/store/read-config.ts";
import type { Repository } from "../../../src/store/repository.ts";
import { NotARepository, RepositoryLocked } from "../../../src/store/repository-errors.ts";
import { capture, chance, restoreAll, type Tree } from "../test-repository.ts";
import { campaignKeys, type KeyName, type Mark, offersFrom, withRepository } from "./story.ts";
import { treeOf } from "./works.ts";

/** What was told before a repository was cut off, and what may be in it. */
export interface Told {
  readonly marks: readonly Mark[];
  readonly trees: ReadonlyMap<string, Tree>;
}

/**
 * Looks at a repository as it was left: what was told is so, what is there is whole, and the next run succeeds.
 */
export async function judge(backend: Backend, told: Told, what: string): Promise<void> {
  try {
    await look(backend, told, what);
  } catch (error) {
    // What the product throws at the judge is a finding like any other.
    if ((error as Error).name === "AssertionError") throw error;
    expect.fail(`${what}: ${String(error)}`);
  }
}

async function look(backend: Backend, told: Told, what: string): Promise<void> {
  const key = await findKey(backend, told.marks, what);
  await expectWholeObjects(backend, what);
  await expectIndexedPacks(backend, key, what);
  const newest = await withRepository(backend, { key, seed: 90 }, (it) => expectAsTold(it, told, what));
  await withRepository(backend, { key, seed: 91 }, (it) => expectNextRun(it, newest, what));
  await withRepository(backend, { key, seed: 92 }, (it) => expectAsTold(it, told, what, "next"));
}

/** A key that opens it. All that were told to open it do, and one that was told to be removed does not. */
async function findKey(backend: Backend, marks: readonly Mark[], what: string): Promise<KeyName> {
  const isTold = (is: Mark["is"], key: KeyName): boolean =>
    marks.some((mark) => mark.is === is && "key" in mark && mark.key === key);
  if (!(await isMade(backend))) {
    expect(marks, `${what}: the repository is gone`).toEqual([]);
    await initRepository(backend, { keys: [campaignKeys.first], random: chance(70) });
    return "first";
  }
  const opens = { first: await opensWith(backend, "first"), second: await opensWith(backend, "second") };
  if (!isTold("key-removing", "first")) expect(opens.first, `${what}: the first key opens it`).toBe(true);
  if (isTold("key-added", "second")) expect(opens.second, `${what}: the second key opens it`).toBe(true);
  if (isTold("key-removed", "first")) expect(opens.first, `${what}: the removed key opens it`).toBe(false);
  return opens.first ? "first" : "second";
}

async function isMade(backend: Backend): Promise<boolean> {
  return openRepository(backend, { keys: [], random: chance(1), now: () => 0, threads: 0 }).then(
    (it) => it.close().then(() => true),
    (error) => !(error instanceof NotARepository),
  );
}

async function opensWith(backend: Backend, key: KeyName): Promise<boolean> {
  try {
    await withRepository(backend, { key }, async () => {});
    return true;
  } catch (error) {
    if (!(error instanceof RepositoryLocked)) throw error;
    return false;
  }
}

/** Whatever has a name ends in the digest of its bytes; a pack has it for its name. */
async function expectWholeObjects(backend: Backend, what: string): Promise<void> {
  for await (const { name } of backend.list("")) {
    const bytes = await backend.get(name);
    const digest = Buffer.from(bytes.subarray(-32)).toString("hex");
    expect(Buffer.from(digestOf(bytes.subarray(0, -32))).toString("hex"), `${what}: ${name} is whole`).toBe(
      digest,
    );
    if (name.startsWith("packs/"))
      expect(name.slice(-64), `${what}: ${name} is named after its bytes`).toBe(digest);
  }
}

/** An index names nothing that is not there: a writer trusts it. */
async function expectIndexedPacks(backend: Backend, key: KeyName, what: string): Promise<void> {
  const { repository } = (await readConfigIfAny(backend))!;
  const master = await findMasterKey(backend, repository, [campaignKeys[key]]);
  const store = objectStore(backend, { repository, master }, chance(93));
  const index = new LoadedIndex(store, await readFences(store), "reading");
  await index.refresh();
  const named = index.chunks.packs.map(({ digest }) => packName(digest));
  const there = (await Array.fromAsync(backend.list("packs/"))).map(({ name }) => name);
  expect(there, `${what}: the packs that an index names`).toEqual(expect.arrayContaining(named));
}

/**
 * Of the configuration and of each key slot there are two. While they are made, or a slot is taken away, a cut may leave one:
 * the check rightly says that the other is missing.
 */
function isTwinInWork(object: string, marks: readonly Mark[]): boolean {
  if (!marks.some(({ is }) => is === "made")) return /^(config|keys)/.test(object);
  const last = marks.findLast(({ is }) => is.startsWith("key-"))?.is;
  return object.startsWith("keys/") && (last === "key-adding" || last === "key-removing");
}

/** Gives the newest snapshot that is there. */
async function expectAsTold(
  repository: Repository,
  { marks, trees }: Told,
  what: string,
  next?: string,
): Promise<string | undefined> {
  const { snapshots, unreadable } = await repository.snapshots("objects");
  expect(unreadable, `${what}: every manifest can be read`).toEqual([]);
  const ids = snapshots.map(({ id }) => id);
  const idsOf = (is: Mark["is"]) => marks.flatMap((it) => (it.is === is && "id" in it ? [it.id] : []));
  const { damage, hurt } = await repository.check({
    readPerMille: 1000,
    signal: new AbortController().signal,
  });
  const damaged = damage.filter(({ is, object }) => is !== "missing" || !isTwinInWork(object, marks));
  expect({ damaged, hurt }, `${what}: the check finds all sound`).toEqual({ damaged: [], hurt: [] });
  const forgotten = new Set([...idsOf("forgetting"), ...idsOf("forgotten")]);
  expect(ids, `${what}: what was committed is there`).toEqual(
    expect.arrayContaining(
      [...idsOf("committed"), ...(next ? [next] : [])].filter((id) => !forgotten.has(id)),
    ),
  );
  expect(
    ids.filter((id) => idsOf("forgotten").includes(id)),
    `${what}: what was forgotten`,
  ).toEqual([]);
  for (const { id, proofs } of snapshots) {
    expect(
      proofs.map(({ note }) => note),
      `${what}: proofs of ${id}`,
    ).toEqual(proofs.map(() => id));
    if (idsOf("proven").includes(id)) expect(proofs.length, `${what}: ${id} is proven`).toBe(1);
    await expectRestored(repository, id, id === next ? nextTree : trees.get(id)!, what);
  }
  const records = (await repository.records("")).map(({ name }) => name);
  const recorded = marks.flatMap((it) => (it.is === "recorded" ? [it.name] : []));
  expect(records, `${what}: records`).toEqual(expect.arrayContaining(recorded));
  return ids.at(-1);
}

async function expectRestored(repository: Repository, id: string, tree: Tree, what: string): Promise<void> {
  const to = mkdtempSync(join(tmpdir(), "sitekeep-back-"));
  try {
    const report = await restoreAll(repository, id, to);
    expect(report, `${what}: ${id} comes back`).toMatchObject({
      files: Object.keys(tree).length,
      refused: [],
    });
    for (const [path, bytes] of Object.entries(tree))
      expect(readFileSync(join(to, path)).equals(bytes!), `${what}: ${path} of ${id} is as it was`).toBe(
        true,
      );
  } finally {
    rmSync(to, { recursive: true });
  }
}

/** It begins where the one that was cut off had begun: with all that it would have stored. */
async function expectNextRun(
  repository: Repository,
  newest: string | undefined,
  what: string,
): Promise<void> {
  const previous = newest === undefined ? {} : { previous: newest };
  const { snapshot } = await capture(repository, "next", offersFrom(nextTree), previous);
  expect(snapshot.files, `${what}: the next run captures all`).toBe(Object.keys(nextTree).length);
}

/** Content that every work has stored in part, and some that is new. */
const nextTree: Tree = { ...treeOf(1), ...treeOf(2, 2), ...treeOf(5, 3), new: new Uint8Array(70).fill(3) };
