import type { ProblemCode } from "./problem-codes.ts";
import { type Subject, subjectLine } from "./subject.ts";

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
  /** The thing at fault. Absent: the place to look at, where a problem of one code is one problem. */
  readonly about?: Subject;
}

/** By what a problem is known: its sentences may be reworded, or tell how things have got worse. */
type Known = Pick<Problem, "code" | "where" | "about">;

/** The line of what a problem is about. */
export function subjectOf({ about, where }: Pick<Known, "where" | "about">): string {
  return about === undefined ? `place:${where}` : subjectLine(about);
}

/** Whether two problems are one: of one code, and about one thing. */
export function isSameProblem(left: Known, right: Known): boolean {
  return left.code === right.code && subjectOf(left) === subjectOf(right);
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
