import { ProblemError, type Problem } from "../../core/base/problem.ts";
import type { Redactor } from "./redact.ts";
import { mapNames } from "../../core/base/subject.ts";
import { given } from "../../core/base/given.ts";

/**
 * Turns whatever was thrown into a problem, with secrets taken out. What isn't a `ProblemError` is a fault of
 * ours or of a library: it is named as such, with its message and never with a stack.
 */
export function problemOf(thrown: unknown, where: string, redactor: Redactor): Problem {
  const problem = thrown instanceof ProblemError ? thrown.problem : unnamed(thrown, where);
  const { message, hint, about } = problem;
  const clean = { message: redactor.clean(message), hint: redactor.clean(hint) };
  return { ...problem, ...clean, ...given({ about: about && mapNames(about, (it) => redactor.clean(it)) }) };
}

function unnamed(thrown: unknown, where: string): Problem {
  const stopped = thrown instanceof Error && thrown.name === "AbortError";
  return stopped ? cancelled(where) : internalFault(thrown, where);
}

function cancelled(where: string): Problem {
  return {
    code: "cancelled",
    severity: "error",
    message: "Stopped before the end.",
    where,
    hint: "Run the command again: it goes on from what was finished.",
  };
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
