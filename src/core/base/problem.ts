import type { ProblemCode } from "./problem-codes.ts";

/**
 * How much a problem weighs. An *error* blocks: the document can't be understood, or acting would destroy.
 * A *risk* is acted on all the same and shown red until it is gone.
 */
export type Severity = "error" | "risk";

/**
 * Something the operator must fix: a bad line in a policy, a share that can't be reached.
 * Problems are values. They are collected and shown together, and never thrown.
 */
export interface Problem {
  /** Stable name, listed in docs/problems.md. Scripts may rely on it. */
  readonly code: ProblemCode;
  readonly severity: Severity;
  /** One sentence that names the thing at fault and says what is wrong with it. */
  readonly message: string;
  /** Where to look: `policies/ps1.yaml:14:7`, or `PS1/database`. */
  readonly where: string;
  /** What to do next, in the imperative. */
  readonly hint: string;
  /** The offending line with a caret below it, where the problem is in a file. */
  readonly frame?: string;
}

/** Carries a problem out of code that can't go on, to the one place that turns it into a value again. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly problem: Problem;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.message, options);
    this.problem = problem;
  }
}
