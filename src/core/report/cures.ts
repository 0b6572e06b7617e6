import type { Problem } from "../base/problem.ts";

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
