import { ProblemError, type Problem } from "../core/base/problem.ts";
import type { Redactor } from "./redact.ts";

/**
 * Turns whatever was thrown into a problem, with secrets taken out. What isn't a `ProblemError` is a fault of ours or
 * of a library: it is named as such, with its message and never with a stack.
 */
export function problemOf(thrown: unknown, where: string, redactor: Redactor): Problem {
  const problem = thrown instanceof ProblemError ? thrown.problem : internalFault(thrown, where);
  return { ...problem, message: redactor.clean(problem.message), hint: redactor.clean(problem.hint) };
}

function internalFault(thrown: unknown, where: string): Problem {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    code: "internal-fault",
    severity: "error",
    message: `Something unforeseen happened: ${message}`,
    where,
    hint: "Run the command again. If it stays, report it with the output of the same command and SITEKEEP_DEBUG=1.",
  };
}
