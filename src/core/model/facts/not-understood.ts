import type { Problem } from "../../base/problem.ts";

/** Why a fact is not known: it is not told, or in no shape that is understood. */
export function notUnderstood(fact: string): Problem {
  return {
    code: "fact-not-understood",
    severity: "risk",
    message: `What “${fact}” is can't be told: it was not read, or this version of sitekeep does not understand it.`,
    where: fact,
    hint: "Look with the version of sitekeep that wrote it, which may be a later one.",
  };
}
