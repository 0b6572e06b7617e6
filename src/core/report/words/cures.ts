import { type Problem, subjectOf } from "../../base/problem.ts";

/**
 * Puts problems of one cure beside each other, in the order of their first, and says one cause once: a server
 * that is down is one problem, which names whoever else waits for it.
 */
export function gatherByCure(problems: readonly Problem[]): readonly Problem[] {
  const byCure = [...Map.groupBy(problems, (it) => it.hint).values()];
  return byCure.flatMap((of) => [...Map.groupBy(of, causeOf).values()].map(tellOnce));
}

/** One thing in one state: whatever it was asked for. */
function causeOf(problem: Problem): string {
  return `${problem.code} ${subjectOf(problem)}`;
}

function tellOnce([first, ...others]: readonly Problem[]): Problem {
  const waiting = placesOf(others).difference(placesOf([first!]));
  if (waiting.size === 0) return first!;
  return { ...first!, message: `${first!.message} (the same for ${[...waiting].join(", ")})` };
}

/** Each place is named once. */
function placesOf(problems: readonly Problem[]): ReadonlySet<string> {
  return new Set(problems.map((it) => it.where));
}

/**
 * Writes problems in their order, each followed by its cure. A cure that several in a row share is said once,
 * after the last of them: one server that is down is one thing to do, however many sources wait for it.
 */
export function withCures<T>(
  items: readonly T[],
  to: { line(item: T): string; problem(item: T): Problem; cure(hint: string): string },
): readonly string[] {
  return items.flatMap((item, at) => {
    const { hint } = to.problem(item);
    const next = items[at + 1];
    const isShared = next !== undefined && to.problem(next).hint === hint;
    return isShared ? [to.line(item)] : [to.line(item), to.cure(hint)];
  });
}
