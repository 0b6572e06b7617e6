import { ProblemError } from "../../core/base/problem.ts";

/** An option whose value can't be used: what is wrong with it, and what to write instead. */
export function invalidOption(option: string, wrong: string, hint: string): ProblemError {
  return new ProblemError({
    code: "option-invalid",
    severity: "error",
    message: `${option}: ${wrong}.`,
    where: option,
    hint,
  });
}
