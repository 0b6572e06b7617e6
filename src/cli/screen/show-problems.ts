import type { Problem } from "../../core/base/problem.ts";
import { renderProblems } from "../../core/report/render-problems.ts";
import type { Screen } from "../command/screen.ts";

/**
 * Prints problems: as one JSON document on standard output when `--json` was asked, else as text on standard
 * error.
 */
export function showProblems(
  { screen, options }: { readonly screen: Screen; readonly options: { readonly json?: unknown } },
  problems: readonly Problem[],
): void {
  if (options.json)
    screen.out(JSON.stringify({ apiVersion: "sitekeep/problems/v1", problems }, undefined, 2));
  else screen.err(renderProblems(problems));
}
