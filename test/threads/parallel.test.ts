import { expect, test } from "vitest";
import { oneAhead } from "../../src/threads/parallel.ts";

test("the next item is made while one is used, and not the one after it", async () => {
  const made: number[] = [];
  const used: [item: number, madeSoFar: number][] = [];
  for await (const item of oneAhead(counting(made))) {
    await turn();
    used.push([item, made.length]);
  }
  expect(used).toEqual([
    [0, 2],
    [1, 3],
    [2, 3],
  ]);
});

test("a failure is told in its place, after the items before it", async () => {
  const used: number[] = [];
  const reading = (async () => {
    for await (const item of oneAhead(counting([], { failsAt: 2 }))) used.push(item);
  })();
  await expect(reading).rejects.toThrow("failed at 2");
  expect(used).toEqual([0, 1]);
});

test("who stops early leaves nothing running", async () => {
  const made: number[] = [];
  let isOver = false;
  for await (const _ of oneAhead(counting(made, { onEnd: () => (isOver = true) }))) break;
  expect({ made, isOver }).toEqual({ made: [0, 1], isOver: true });
});

async function* counting(
  made: number[],
  { failsAt, onEnd }: { readonly failsAt?: number; readonly onEnd?: () => void } = {},
): AsyncGenerator<number> {
  try {
    for (let item = 0; item < 3; item++) {
      await turn();
      if (item === failsAt) throw new Error(`failed at ${item}`);
      made.push(item);
      yield item;
    }
  } finally {
    onEnd?.();
  }
}

async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
}
