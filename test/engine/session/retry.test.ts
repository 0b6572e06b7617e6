import { expect, test } from "vitest";
import { ProblemError } from "../../../src/core/base/problem.ts";
import type { ProblemCode } from "../../../src/core/base/problem-codes.ts";
import { withRetries } from "../../../src/engine/session/retry.ts";
import { testWorld } from "../../support/test-world.ts";

test("a hiccup is tried again with growing waits that are told, and then given up", async () => {
  expect(await attempts(Infinity, "sql-unreachable")).toEqual({
    tries: 4,
    waitsMs: [2_000, 10_000, 30_000],
    told: ["2000: no", "10000: no", "30000: no"],
    done: false,
  });
});

test("a work that comes right the second time is done", async () => {
  expect(await attempts(1, "file-locked")).toEqual({
    tries: 2,
    waitsMs: [2_000],
    told: ["2000: no"],
    done: true,
  });
});

test("a refused login is not tried again: accounts are locked that way", async () => {
  expect(await attempts(1, "sql-login-refused")).toEqual({ tries: 1, waitsMs: [], told: [], done: false });
});

test("nothing is tried again after Ctrl-C", async () => {
  expect(await attempts(1, "sql-unreachable", AbortSignal.abort())).toEqual({
    tries: 1,
    waitsMs: [],
    told: [],
    done: false,
  });
});

async function attempts(failures: number, code: ProblemCode, signal = new AbortController().signal) {
  const waitsMs: number[] = [];
  const world = testWorld({ sleep: async (ms) => void waitsMs.push(ms) });
  let tries = 0;
  const work = async () => {
    tries += 1;
    if (tries > failures) return true;
    throw new ProblemError({ code, severity: "error", message: "no", where: "here", hint: "" });
  };
  const told: string[] = [];
  const tell = (waitMs: number, why: string) => void told.push(`${waitMs}: ${why}`);
  const done = await withRetries(world, signal, work, tell).catch(() => false);
  return { tries, waitsMs, told, done };
}
