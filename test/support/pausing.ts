import type { Pausing } from "../../src/core/base/pausing.ts";

/** Does pausing work to its end without a pause. */
export function finished<Result>(work: Pausing<Result>): Result {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}
