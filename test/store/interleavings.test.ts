import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Offer } from "../../src/core/model/offer.ts";
import type { Backend } from "../../src/store/backends/backend.ts";
import { memoryBackend } from "../../src/store/backends/memory.ts";
import { count } from "../support/campaign/depth.ts";
import { CallSchedule } from "../support/scheduled-backend.ts";
import { SeededRandom } from "../support/seeded-random.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import {
  capture,
  newRepository,
  reopen,
  restoreAll,
  type Tree,
  verifyAll,
  closeOpened,
} from "../support/test-repository.ts";

/** The ordinary run takes a few; `npm run campaign` takes a thousand. */
const seeds = Number(process.env["SITEKEEP_SEEDS"] ?? 12);

test(`two writers at once, in ${seeds} orders: every committed snapshot comes back as it was`, async () => {
  const orders = new Set<string>();
  let committed = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const run = await writeTogether(seed);
    orders.add(run.order);
    committed += run.committed;
    await closeOpened();
  }
  count("interleavings", seeds);
  // The schedule does what it is for: hardly an order comes twice, and most captures are committed.
  expect(orders.size).toBeGreaterThan(seeds * 0.95);
  expect(committed).toBeGreaterThan(seeds * 3);
});

/**
 * Two writers make two snapshots each, of trees that share content; in every third run one of them dies on
 * the way.
 */
async function writeTogether(seed: number) {
  const random = new SeededRandom(seed);
  const shared = treeOf(random, 6);
  const objects = new Map<string, Uint8Array>();
  const backend = memoryBackend(objects);
  await newRepository(backend);
  const schedule = new CallSchedule(random);
  const diesAt = seed % 3 === 0 ? 1 + random.below(25) : Infinity;
  const committed = new Map<string, Tree>();
  const one = write("a", schedule.view("a", backend), { seed: 2 * seed, shared, committed });
  const other = write("b", schedule.view("b", backend, diesAt), { seed: 2 * seed + 1, shared, committed });
  await one;
  if (diesAt === Infinity) await other;
  schedule.end();

  const repository = await reopen(backend, { seed: 9 });
  const { snapshots, unreadable } = await repository.snapshots();
  expect(unreadable, `seed ${seed}`).toEqual([]);
  // A writer that died after its last call took effect has committed without knowing.
  for (const id of committed.keys())
    expect(
      snapshots.map((it) => it.id),
      `seed ${seed}`,
    ).toContain(id);
  for (const { id } of snapshots) {
    expect(await verifyAll(repository, id), `seed ${seed}`).toMatchObject({ result: "passed", damage: [] });
    const back = temporaryFolder();
    expect(await restoreAll(repository, id, back), `seed ${seed}`).toMatchObject({ refused: [] });
    for (const [path, bytes] of Object.entries(committed.get(id) ?? {}))
      expect(readFileSync(join(back, path)).equals(bytes!), `seed ${seed}, ${id}, ${path}`).toBe(true);
    rmSync(back, { recursive: true });
  }
  return { order: schedule.order.join(""), committed: snapshots.length };
}

async function write(
  name: string,
  backend: Backend,
  { seed, shared, committed }: { seed: number; shared: Tree; committed: Map<string, Tree> },
): Promise<void> {
  const random = new SeededRandom(seed);
  const repository = await reopen(backend, { seed });
  const [first, second] = [`${name}1`, `${name}2`];
  const tree = { ...shared, ...treeOf(random, 3) };
  await capture(repository, first, offersFrom(tree), { source: name });
  committed.set(first, tree);
  const changed = { ...tree, ...treeOf(random, 2) };
  await capture(repository, second, offersFrom(changed), { source: name, previous: first });
  committed.set(second, changed);
}

function* offersFrom(tree: Tree): Iterable<Offer> {
  for (const [path, bytes] of Object.entries(tree))
    if (bytes)
      yield { type: "file", path, modifiedAt: timeOf(bytes), size: bytes.length, locator: { bytes } };
}

/** Other content, another time: else it would pass for unchanged. */
function timeOf(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte, at) => (sum * 31 + byte * (at + 1)) % 1e9, 7);
}

/** Small files, and one that has more than one chunk. */
function treeOf(random: SeededRandom, files: number): Tree {
  const sizes = Array.from({ length: files }, (_, at) => (at === 0 ? 120_000 : random.below(3_000)));
  return Object.fromEntries(sizes.map((size, at) => [`f${at}-${random.below(4)}`, random.bytes(size)]));
}
