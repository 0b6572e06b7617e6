import { expect, test } from "vitest";
import { memoryBackend } from "../../src/store/backends/memory.ts";
import { initRepository } from "../../src/store/open-repository.ts";
import { atDepth, count } from "../support/campaign/depth.ts";
import { judge } from "../support/campaign/judge.ts";
import {
  campaignKeys,
  captureOn,
  forgetOn,
  type Mark,
  type Stage,
  withRepository,
} from "../support/campaign/story.ts";
import { clocks, sleepyBackend } from "../support/campaign/sleepy-backend.ts";
import { treeOf } from "../support/campaign/works.ts";
import { chance } from "../support/test-repository.ts";

const stride = atDepth({ short: 9, middle: 1, long: 1 });

test.each(clocks)(
  "a writer that slept at any call, while one with %s did everything: both commit what is whole",
  async (title, skewMs) => {
    const { calls } = await sleepAt(Infinity, skewMs);
    expect(calls).toBeGreaterThan(8);
    for (let call = 1; call <= calls; call += stride) {
      const { marks, judged } = await sleepAt(call, skewMs);
      await judged(`asleep at call ${call} of ${calls}, ${title}`);
      expect(marks.filter(({ is }) => is === "committed").length).toBe(4);
    }
    count("sleeps of a writer", Math.ceil(calls / stride));
  },
);

async function sleepAt(call: number, skewMs: number) {
  const backend = memoryBackend();
  const marks: Mark[] = [];
  const stage: Stage = { backend: () => backend, tell: (mark) => marks.push(mark), trees: new Map() };
  await initRepository(backend, { keys: [campaignKeys.first], random: chance(1) });
  stage.tell({ is: "made" });
  await withRepository(backend, { seed: 3 }, (it) => captureOn(stage, it, { id: "s1", tree: treeOf(1) }));

  const sleepy = sleepyBackend(backend, new Map([[call, () => workMeanwhile(stage, skewMs)]]));
  await withRepository(sleepy, { seed: 4 }, (it) =>
    captureOn(stage, it, { id: "s2", tree: { ...treeOf(1), ...treeOf(2, 2) }, previous: "s1", source: "a" }),
  );
  const judged = (what: string) => judge(backend, { marks, trees: stage.trees }, what);
  return { calls: sleepy.calls(), marks, judged };
}

/** Takes the snapshot away that the sleeper rests on, and stores some of what it is about to store. */
async function workMeanwhile(stage: Stage, skewMs: number): Promise<void> {
  await withRepository(stage.backend(), { seed: 5, now: () => skewMs }, async (it) => {
    await captureOn(stage, it, { id: "m1", tree: treeOf(2, 2), source: "b" });
    await forgetOn(stage, it, "s1");
    await captureOn(stage, it, { id: "m2", tree: treeOf(1, 2), source: "b", previous: "m1" });
  });
}
