import { minute } from "../../core/base/instant.ts";
import type { Problem } from "../../core/base/problem.ts";
import type { Means } from "../../drivers/driver.ts";
import { makeMeans, type MeansSetting } from "./means.ts";
import { problemOf } from "./problems.ts";
import type { Session } from "./session.ts";

/** A source that has not answered after this long is shown as silent; the others are not kept waiting. */
const lookTimeoutMs = 2 * minute;

/**
 * Looks at one thing with means of its own. Whatever goes wrong, slowness and the run's end included, comes
 * back as a problem.
 */
export async function lookAt<T>(
  session: Session,
  where: string,
  { look, ...step }: Pick<MeansSetting, "sql" | "sealed"> & { readonly look: (means: Means) => Promise<T> },
): Promise<T | { readonly problem: Problem }> {
  const late = AbortSignal.timeout(lookTimeoutMs);
  const signal = AbortSignal.any([session.signal, late]);
  const { means, dispose } = makeMeans(session.world, session.redactor, {
    signal,
    report: () => {},
    ...step,
  });
  try {
    return await withDeadline(look(means), signal);
  } catch (thrown) {
    const isLate = late.aborted && !session.signal.aborted;
    return { problem: isLate ? tooSlow(where) : problemOf(thrown, where, session.redactor) };
  } finally {
    await dispose();
  }
}

/** Rejects when the signal aborts, for drivers whose library can't be interrupted. */
async function withDeadline<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason as Error);
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop(); // It tells nobody again.
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function tooSlow(where: string): Problem {
  return {
    code: "source-too-slow",
    severity: "error",
    message: `${where} has not answered within ${lookTimeoutMs / minute} minutes.`,
    where,
    hint: "Look whether the server or share hangs; the other sources go on without it.",
  };
}
