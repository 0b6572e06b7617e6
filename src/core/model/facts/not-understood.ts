import type { Problem } from "../../base/problem.ts";

/** Why a fact that is there is not known. */
export function notUnderstood(fact: string): Problem {
  return {
    code: "fact-not-understood",
    severity: "risk",
    message: `The fact “${fact}” is there, and this version of sitekeep does not understand it.`,
    where: fact,
    hint: "Look with the version of sitekeep that wrote it, which may be a later one.",
  };
}
