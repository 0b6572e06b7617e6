import { readBack } from "../../../src/engine/run/read-back.ts";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import type { Backend } from "../../../src/store/backends/backend.ts";
import type { Repository } from "../../../src/store/repository.ts";
import { capture, restoreAll, type Tree } from "../test-repository.ts";
import { findKey, isTwinInWork } from "./judge-keys.ts";
import { expectCollected, expectIndexedPacks, expectWholeObjects } from "./judge-objects.ts";
import {
  type LostPaths,
  type Mark,
  offersFrom,
  signal,
  signing,
  type Told,
  withRepository,
} from "./story.ts";
import { treeOf } from "./works.ts";

/**
 * Looks at a repository as it was left: what was told is so, what is there is whole, the next run succeeds,
 * and what nothing needs comes free.
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
  const damage = told.marks.find((it) => it.is === "damaged");
  await expectWholeObjects(backend, new Set(damage?.objects), what);
  if (damage && !isTold(told, "repaired"))
    await withRepository(backend, { key, seed: 88 }, (it) => expectRepaired(it, told, damage.lost, what));
  await expectIndexedPacks(backend, key, what);
  const hurt = damage && !isTold(told, "healed") ? damage.lost : {};
  await withRepository(backend, { key, seed: 89 }, (it) => settle(it, told, hurt, what));
  const newest = await withRepository(backend, { key, seed: 90 }, (it) => expectAsTold(it, told, hurt, what));
  // What a repair could not save is stored again.
  const healing = Object.keys(hurt).map((id) => [`${id}-again`, told.trees.get(id)!] as const);
  const runs = new Map([["next", nextTree], ...healing]);
  await withRepository(backend, { key, seed: 91 }, (it) => expectNextRuns(it, runs, newest, what));
  await withRepository(backend, { key, seed: 98 }, (it) => settle(it, told, {}, what));
  await expectCollected(backend, key, what);
  const after: Told = {
    marks: [...told.marks, ...[...runs.keys()].map((id) => ({ is: "committed", id }) as const)],
    trees: new Map([...told.trees, ...runs]),
  };
  await withRepository(backend, { key, seed: 92 }, (it) => expectAsTold(it, after, {}, `${what}, pruned`));
}

function isTold({ marks }: Told, is: Mark["is"]): boolean {
  return marks.some((mark) => mark.is === is);
}

function idsOf({ marks }: Told, is: Mark["is"]): readonly string[] {
  return marks.flatMap((it) => (it.is === is && "id" in it ? [it.id] : []));
}

/** No less can be read than was there before, and a repair mends what can be mended. */
async function expectRepaired(
  repository: Repository,
  { trees }: Told,
  lost: LostPaths,
  what: string,
): Promise<void> {
  const { snapshots } = await repository.snapshots("objects");
  for (const { id } of snapshots) {
    const refused = await restoreAs(repository, id, trees.get(id)!, what);
    expect(lost[id] ?? [], `${what}: what ${id} has lost`).toEqual(expect.arrayContaining([...refused]));
  }
  const { apply } = await repository.planRepair({ signal });
  expect(await apply(signal), `${what}: a repair`).toBe("done");
}

/**
 * A snapshot that a prune overtook is looked at as a whole, as the planner has it done: it is whole, or was
 * never told to be committed, and then `repo check` says so too. One that has lost something waits for the
 * capture that heals it.
 */
async function settle(repository: Repository, told: Told, lost: LostPaths, what: string): Promise<void> {
  const { snapshots } = await repository.snapshots("objects");
  const unsure = snapshots.filter((it) => it.unconfirmed && !(it.id in lost));
  if (unsure.length === 0) return;
  const { hurt } = await repository.check({ readPerMille: 0, signal });
  for (const { id } of unsure) {
    const read = await readBack(signing(repository), { id, signal, now: () => 6 });
    if (read.is === "pruned") {
      expect(idsOf(told, "committed"), `${what}: ${id} lacks ${read.lacks[0]}`).not.toContain(id);
      expect(
        hurt.map(({ snapshot }) => snapshot),
        `${what}: what the check finds hurt`,
      ).toContain(id);
      await repository.forget(id);
    } else expect(read.proof.result, `${what}: a look at ${id}: ${read.proof.note}`).toBe("passed");
  }
}

/**
 * Gives the newest snapshot that is there. `lost`: what may still be hurt, and what the check must name then.
 */
async function expectAsTold(
  repository: Repository,
  told: Told,
  lost: LostPaths,
  what: string,
): Promise<string | undefined> {
  const { marks, trees } = told;
  const { snapshots, unreadable } = await repository.snapshots("objects");
  expect(unreadable, `${what}: every manifest can be read`).toEqual([]);
  const ids = snapshots.map(({ id }) => id);
  const { damage, hurt } = await repository.check({ readPerMille: 1000, signal });
  const damaged = damage.filter(({ is, object }) => is !== "missing" || !isTwinInWork(object, marks));
  expect(damaged, `${what}: the check finds all sound`).toEqual([]);
  const forgotten = new Set([...idsOf(told, "forgetting"), ...idsOf(told, "forgotten")]);
  expect(ids, `${what}: what was committed is there`).toEqual(
    expect.arrayContaining(idsOf(told, "committed").filter((id) => !forgotten.has(id))),
  );
  expect(
    ids.filter((id) => idsOf(told, "forgotten").includes(id)),
    `${what}: what was forgotten`,
  ).toEqual([]);
  for (const { id, proofs } of snapshots) {
    expect(
      proofs.map(({ note }) => note),
      `${what}: proofs of ${id}`,
    ).toEqual(proofs.map(() => id));
    const own = proofs.filter(({ fence }) => fence === undefined);
    if (idsOf(told, "proven").includes(id)) expect(own.length, `${what}: ${id} is proven`).toBe(1);
    const refused = await restoreAs(repository, id, trees.get(id)!, what);
    const named = hurt.find(({ snapshot }) => snapshot === id)?.paths ?? [];
    expect([...named].sort(), `${what}: what the check finds hurt of ${id}`).toEqual([...refused].sort());
    expect(lost[id] ?? [], `${what}: what ${id} has lost`).toEqual(expect.arrayContaining([...refused]));
  }
  const records = (await repository.records("")).records.map(({ name }) => name);
  const recorded = marks.flatMap((it) => (it.is === "recorded" ? [it.name] : []));
  expect(records, `${what}: records`).toEqual(expect.arrayContaining(recorded));
  const { proofs } = await repository.provenSlots();
  if (isTold(told, "key-proven"))
    expect(proofs, `${what}: the proof of the second key`).toMatchObject([{ snapshot: "s1" }]);
  return ids.at(-1);
}

/** Everything that comes back is as it was. Gives the paths that do not come back, and are said not to. */
async function restoreAs(
  repository: Repository,
  id: string,
  tree: Tree,
  what: string,
): Promise<ReadonlySet<string>> {
  const to = mkdtempSync(join(tmpdir(), "sitekeep-back-"));
  try {
    const { files, refused } = await restoreAll(repository, id, to);
    const left = new Set(refused.map(({ path }) => path));
    expect(files, `${what}: ${id} comes back`).toBe(Object.keys(tree).length - left.size);
    for (const [path, bytes] of Object.entries(tree))
      if (!left.has(path))
        expect(readFileSync(join(to, path)).equals(bytes!), `${what}: ${path} of ${id} is as it was`).toBe(
          true,
        );
    return left;
  } finally {
    rmSync(to, { recursive: true });
  }
}

/** They begin where the one that was cut off had begun: with all that it would have stored. */
async function expectNextRuns(
  repository: Repository,
  runs: ReadonlyMap<string, Tree>,
  newest: string | undefined,
  what: string,
): Promise<void> {
  const previous = newest === undefined ? {} : { previous: newest };
  for (const [id, tree] of runs) {
    const { snapshot } = await capture(repository, id, offersFrom(tree), previous);
    expect(snapshot.files, `${what}: the next run captures all`).toBe(Object.keys(tree).length);
  }
}

/** Content that every work has stored in part, and some that is new. */
const nextTree: Tree = { ...treeOf(1), ...treeOf(2, 2), ...treeOf(5, 3), new: new Uint8Array(70).fill(3) };
