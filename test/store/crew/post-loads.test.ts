import { expect, test } from "vitest";
import type { Post } from "../../../src/store/crew/crew.ts";
import { PostLoads } from "../../../src/store/crew/post-loads.ts";

const posts = ["reader", "other"].map((name) => ({ name }) as unknown as Post & { readonly name: string });

test("the post of a stream takes a part when the other has more than two", async () => {
  const loads = new PostLoads();
  const taken = takenBy(loads, 2, 1, 1, 1, 1, 1);
  expect(taken.names).toEqual(["reader", "other", "other", "reader", "other", "reader"]);
});

test("work that is done weighs nothing, failed or not", async () => {
  const loads = new PostLoads();
  const failed = loads.onLeast(posts, 5, () => Promise.reject(new Error("read error")));
  await expect(failed).rejects.toThrow("read error");
  expect(takenBy(loads, 1, 1).names).toEqual(["reader", "other"]);
});

/** Gives work of these weights away, none of which ends. */
function takenBy(loads: PostLoads, ...weights: readonly number[]): { readonly names: readonly string[] } {
  const names: string[] = [];
  for (const weight of weights)
    void loads.onLeast(posts, weight, (post) => {
      names.push((post as (typeof posts)[number]).name);
      return new Promise(() => undefined);
    });
  return { names };
}
