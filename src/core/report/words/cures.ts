import type { Problem } from "../../base/problem.ts";

/**
 * Puts problems of one cure beside each other, in the order of their first, and says one cause once: a server
 * that is down is one problem, which names whoever else waits for it.
 */
export function gatherByCure(problems: readonly Problem[]): readonly Problem[] {
  const causes = [...Map.groupBy(problems, (it) => `${causeOf(it)}\n${it.hint}`).values()].map(tellOnce);
  return [...Map.groupBy(causes, (it) => it.hint).values()].flat();
}

/** What stands behind "sql01 could not list the keys: …" is the cause; elsewhere it is the whole sentence. */
function causeOf({ message }: Problem): string {
  return / could not [^:]*: (.+)$/s.exec(message)?.[1] ?? message;
}

function tellOnce([first, ...others]: readonly Problem[]): Problem {
  const waiting = [...new Set(others.map((it) => it.where))].filter((it) => it !== first!.where);
  if (waiting.length === 0) return first!;
  return { ...first!, message: `${first!.message} (the same for ${waiting.join(", ")})` };
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
