import { setImmediate } from "node:timers/promises";
import type { Pausing } from "../../core/base/pausing.ts";

/** How long work goes on before it looks up, in milliseconds: a Ctrl-C is heard within that time. */
const turnMs = 100;

/** Does pausing work in turns, and gives it up where the session is stopped. */
export async function inTurns<Result>(
  { signal }: { readonly signal: AbortSignal },
  work: Pausing<Result>,
): Promise<Result> {
  let since = performance.now();
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    if (performance.now() - since < turnMs) continue;
    await setImmediate();
    signal.throwIfAborted();
    since = performance.now();
  }
}
