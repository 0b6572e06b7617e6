import { expect, test } from "vitest";
import type { Backend } from "../../src/store/backends/backend.ts";
import { memoryBackend } from "../../src/store/backends/memory.ts";
import { initRepository } from "../../src/store/open-repository.ts";
import { ClockDoubted } from "../../src/store/objects/repository-errors.ts";
import { atDepth, count } from "../support/campaign/depth.ts";
import { judge } from "../support/campaign/judge.ts";
import { clocks, type Naps, sleepyBackend } from "../support/campaign/sleepy-backend.ts";
import {
  campaignKeys,
  captureOn,
  forgetOn,
  type Mark,
  protectOn,
  prune,
  type Stage,
  withRepository,
} from "../support/campaign/story.ts";
import { partOf, treeOf } from "../support/campaign/works.ts";
import { SeededRandom } from "../support/seeded-random.ts";
import { chance } from "../support/test-repository.ts";

/** Every so many calls somebody sleeps. */
const stride = atDepth({ short: 53, middle: 2, long: 1 });
/** Every so many pairs of calls. */
const pairStride = atDepth({ short: 1201, middle: 23, long: 2 });
const start = Date.UTC(2000, 0);
const said = { finishedAt: start };

test.each(clocks)(
  "a writer that slept at any call, while one with %s pruned what it rests on: what it says is committed is whole",
  async (title, skewMs) => {
    const slept = await eachCall(stride, async (call) => {
      const scene = await begin();
      const naps = new Map([[call, () => scene.takeAway("s1", { prunes: 2, skewMs })]]);
      const calls = await writeAsleep(scene, naps);
      await scene.judged(`a writer asleep at call ${call}, ${title}`);
      return calls;
    });
    count("sleeps of a writer beside prunes", slept);
  },
);

test.each([1, 2])(
  "a writer that slept at any two calls, at the first through %i prunes: what it says is committed is whole",
  async (prunes) => {
    const slept = await eachPair(
      async () => {
        const calls = await writeAsleep(await begin(), new Map());
        return [calls, calls];
      },
      async (first, second) => {
        if (first >= second) return false;
        const scene = await begin();
        await writeAsleep(
          scene,
          new Map([
            [first, () => scene.takeAway("s1", { prunes })],
            [second, () => scene.takeAway("k1", { prunes: 1 })],
          ]),
        );
        await scene.judged(`a writer asleep at call ${first} through ${prunes} prunes, and at ${second}`);
        return true;
      },
    );
    count("double sleeps of a writer beside prunes", slept);
  },
);

test.each([
  { rounds: 1, prunes: 0 },
  { rounds: 1, prunes: 1 },
  { rounds: 1, prunes: 2 },
  { rounds: 2, prunes: 1 },
])(
  "a prune of $rounds runs that slept at any call, while what it takes away was stored and pruned $prunes times: what was committed is whole",
  async ({ rounds, prunes }) => {
    const slept = await eachCall(stride, async (call) => {
      const scene = await begin();
      const meanwhile = async (): Promise<void> => {
        await scene.write("w1");
        // What is needed in part stays: only then does it matter that the sleeper takes nothing away.
        await scene.takeAway("k1", { prunes, maxUnusedPerMille: 1000 });
      };
      const calls = await pruneAsleep(scene, rounds, new Map([[call, meanwhile]]));
      await scene.judged(`a prune of ${rounds} runs asleep at call ${call}, and ${prunes} prunes meanwhile`);
      return calls;
    });
    count("sleeps of a prune", slept);
  },
);

test.each([1, 2])(
  "a writer that slept at any call until a prune of %i runs did: what it says is committed is whole",
  async (rounds) => {
    const slept = await eachPair(
      async () => [
        await writeAsleep(await begin(), new Map()),
        await pruneAsleep(await begin(), rounds, new Map()),
      ],
      async (first, second) => {
        const scene = await begin();
        const [asleep, woken] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
        const nap = (): Promise<void> => (asleep.resolve(), woken.promise);
        const writing = writeAsleep(scene, new Map([[first, nap]]));
        await Promise.race([asleep.promise, writing]);
        const meanwhile = async (): Promise<void> => (woken.resolve(), void (await writing));
        await pruneAsleep(scene, rounds, new Map([[second, meanwhile]]));
        woken.resolve();
        await writing;
        await scene.judged(`a writer asleep at call ${first} until a prune slept at ${second}`);
        return true;
      },
    );
    count("writers and prunes that slept in turn", slept);
  },
);

/**
 * A repository in which one snapshot rests on what another shares with it in part, and others that are at
 * work in it.
 */
interface Scene {
  readonly backend: Backend;
  readonly stage: Stage;
  /** Forgets a snapshot and prunes. */
  takeAway(id: string, how: TakeAway): Promise<void>;
  write(id: string): Promise<void>;
  judged(what: string): Promise<void>;
}

interface TakeAway {
  readonly prunes: number;
  readonly skewMs?: number;
  readonly maxUnusedPerMille?: number;
}

async function begin(): Promise<Scene> {
  const backend = memoryBackend();
  const marks: Mark[] = [];
  const stage: Stage = { backend: () => backend, tell: (mark) => marks.push(mark), trees: new Map() };
  await initRepository(backend, { keys: [campaignKeys.first], random: chance(1) });
  stage.tell({ is: "made" });
  await withRepository(backend, { seed: 3 }, async (it) => {
    await captureOn(stage, it, { id: "s1", tree: treeOf(1), said });
    await captureOn(stage, it, {
      id: "k1",
      tree: { ...partOf(treeOf(1), 1), ...treeOf(3) },
      source: "b",
      said,
    });
  });
  let seed = 20;
  return {
    backend,
    stage,
    takeAway: (id, { prunes, skewMs = 0, maxUnusedPerMille = 0 }) =>
      withRepository(backend, { seed: seed++, now: () => start + skewMs }, async (it) => {
        await forgetOn(stage, it, id);
        if (skewMs !== 0) await expect(prune(it, { clock: "compare" })).rejects.toBeInstanceOf(ClockDoubted);
        const clock = skewMs === 0 ? "compare" : "trust";
        for (let round = 0; round < prunes; round++) await prune(it, { clock, maxUnusedPerMille });
      }),
    write: (id) =>
      withRepository(backend, { seed: seed++ }, (it) =>
        protectOn(stage, it, { id, tree: { ...treeOf(1), ...treeOf(5, 1) }, source: "c", said }),
      ),
    judged: (what) => judge(backend, { marks, trees: stage.trees }, what),
  };
}

/** Gives the number of calls that the capture made. */
async function writeAsleep({ backend, stage }: Scene, naps: Naps): Promise<number> {
  const sleepy = sleepyBackend(backend, naps);
  const tree = { ...treeOf(1), ...treeOf(2, 2) };
  await withRepository(sleepy, { seed: 4 }, (it) =>
    protectOn(stage, it, { id: "s2", tree, previous: "s1", source: "a", said }),
  );
  return sleepy.calls();
}

/** What it is to take away was forgotten before. Gives the number of its calls. */
async function pruneAsleep({ backend, stage }: Scene, rounds: number, naps: Naps): Promise<number> {
  await withRepository(backend, { seed: 5 }, (it) => forgetOn(stage, it, "s1"));
  const sleepy = sleepyBackend(backend, naps);
  for (let round = 0; round < rounds; round++)
    await withRepository(sleepy, { seed: 6 + round, now: () => start }, (it) =>
      prune(it, { clock: "compare" }),
    );
  return sleepy.calls();
}

/** Tries one call after another until there are no more. Gives how many were tried. */
async function eachCall(by: number, sleepAt: (call: number) => Promise<number>): Promise<number> {
  let [tried, calls] = [0, Infinity];
  for (let call = 1; call <= calls; call += by, tried++) calls = await sleepAt(call);
  expect(calls).toBeGreaterThan(20);
  return tried;
}

/** Tries pairs of calls, one of `pairStride`, in an order that goes over all of them soon. */
async function eachPair(
  calls: () => Promise<readonly number[]>,
  sleepAt: (first: number, second: number) => Promise<boolean>,
): Promise<number> {
  const [firsts = 0, seconds = 0] = await calls();
  expect(Math.min(firsts, seconds)).toBeGreaterThan(20);
  const random = new SeededRandom(firsts * seconds);
  const order = Array.from({ length: firsts * seconds }, (_, at) => ({ at, by: random.below(1e9) }));
  order.sort((left, right) => left.by - right.by);
  let tried = 0;
  for (const { at } of order.slice(0, Math.ceil(order.length / pairStride)))
    if (await sleepAt(1 + Math.floor(at / seconds), 1 + (at % seconds))) tried++;
  return tried;
}
