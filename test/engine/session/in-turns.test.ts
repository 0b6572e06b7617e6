import { expect, test } from "vitest";
import { inTurns } from "../../../src/engine/session/in-turns.ts";

function* counting(until: number, spendMs = 0) {
  for (let count = 0; count < until; count++) {
    for (const since = performance.now(); performance.now() - since < spendMs;);
    yield undefined;
  }
  return until;
}

test("work in turns gives what it ends with", async () => {
  const { signal } = new AbortController();
  await expect(inTurns({ signal }, counting(1_000))).resolves.toBe(1_000);
});

test("what would go on for an hour is given up within a second of a stop", async () => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 50);
  const before = performance.now();
  await expect(inTurns(stop, counting(3_600_000, 1))).rejects.toThrow("aborted");
  expect(performance.now() - before).toBeLessThan(1_000);
});
