import type { Problem } from "../../base/problem.ts";

/**
 * A risk that a policy brings by what it says, and the keys that lead there: `sources`, `task`, `database`.
 */
export interface PolicyRisk {
  /** The risk. Its `where` is filled in when the line is known. */
  readonly problem: Problem;
  /** Empty where no policy says it, but the site. */
  readonly keys: readonly string[];
}
