import type { Problem } from "../base/problem.ts";

/** Puts problems of one cure beside each other, in the order of their first, and leaves out what is said already. */
export function gatherByCure(problems: readonly Problem[]): readonly Problem[] {
  const once = [...new Map(problems.map((it) => [`${it.message}\n${it.hint}`, it])).values()];
  return [...Map.groupBy(once, (it) => it.hint).values()].flat();
}

/**
 * Writes problems in their order, each followed by its cure. A cure that several in a row share is said once, after the
 * last of them: one server that is down is one thing to do, however many sources wait for it.
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
