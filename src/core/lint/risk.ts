import type { ProblemCode } from "../base/problem-codes.ts";
import type { Problem } from "../base/problem.ts";

/** What lint finds is a risk, and never stops anything. */
export function risk(
  code: ProblemCode,
  said: { readonly where: string; readonly message: string; readonly hint: string },
): Problem {
  return { code, severity: "risk", ...said };
}
