import type { Problem } from "../../core/base/problem.ts";
import type { TreeFilter } from "../../core/model/policy/source.ts";
import { aboutSite } from "../../core/model/site-subject.ts";

/** Says which patterns of a policy asked for something and found nothing. Others are the program's own. */
export function idlePatterns(
  idle: readonly string[],
  { include, exclude }: TreeFilter,
  where: string,
): readonly Problem[] {
  const own = new Set([...include, ...exclude]);
  return idle.filter((it) => own.has(it)).map((pattern) => fitsNothing(pattern, where));
}

function fitsNothing(pattern: string, where: string): Problem {
  return {
    code: "pattern-fits-nothing",
    severity: "risk",
    message: `The pattern ${pattern} fits nothing that is there: whatever it was written for is not captured.`,
    where,
    hint: "Look at the name as it is below the folder, and correct the pattern, or take it out; docs/policy.md has a table of patterns.",
    about: aboutSite({ kind: "pattern", source: where, pattern }),
  };
}
