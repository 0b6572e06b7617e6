import type { Problem } from "../../base/problem.ts";
import { withCures } from "./cures.ts";
import type { Paint } from "./paint.ts";

/** Errors of the policy folder, in red, with their cures: what they concern is not in what is shown. */
export function leftOutLines(leftOut: readonly Problem[] | undefined, paint: Paint): readonly string[] {
  if (leftOut === undefined || leftOut.length === 0) return [];
  return [
    paint("bad", "Left out, with everything that it was to protect, until it is mended:"),
    ...withCures(leftOut, {
      line: ({ where, message }) => `  ${paint("bad", "error")} ${where}: ${message}`,
      problem: (problem) => problem,
      cure: (hint) => `      ${paint("dim", `→ ${hint}`)}`,
    }),
  ];
}
