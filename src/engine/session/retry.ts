import { second, type DurationMs } from "../../core/base/instant.ts";
import { ProblemError } from "../../core/base/problem.ts";
import type { ProblemCode } from "../../core/base/problem-codes.ts";
import type { World } from "./world.ts";

/** Waits before the second, third and fourth try. */
const waitsMs: readonly DurationMs[] = [2 * second, 10 * second, 30 * second];

/**
 * Problems that pass by themselves often enough: a network hiccup, a file held open, a backup of somebody
 * else.
 */
const passing: ReadonlySet<ProblemCode> = new Set([
  "sql-unreachable",
  "backup-in-progress",
  "file-locked",
  "share-unreachable",
  "shared-content-lost",
  "content-pruned",
]);

/**
 * Does the work again when it failed for a reason that often passes, with growing waits. A refused login or a
 * missing folder is not tried again: a second try would change nothing and could lock an account.
 */
export async function withRetries<T>(
  world: World,
  signal: AbortSignal,
  work: (attempt: number) => Promise<T>,
  onWait: (waitMs: DurationMs, why: string) => void,
): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work(attempt);
    } catch (thrown) {
      const waitMs = waitsMs[attempt];
      if (waitMs === undefined || signal.aborted || !isPassing(thrown)) throw thrown;
      onWait(waitMs, (thrown as ProblemError).problem.message);
      await world.sleep(waitMs, signal);
    }
  }
}

function isPassing(thrown: unknown): boolean {
  return thrown instanceof ProblemError && passing.has(thrown.problem.code);
}
