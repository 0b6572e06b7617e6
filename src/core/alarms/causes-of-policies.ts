import { type Problem, subjectOf } from "../base/problem.ts";
import { readTextPlace } from "../base/text-place.ts";
import type { Cause, CauseLook } from "../model/policy/alarm.ts";

/**
 * Why policies of a folder are not in force. While there is one, nobody knows what else is red; without one
 * the folder is as it should be.
 */
export function causesOfPolicies(folder: string, problems: readonly Problem[]): CauseLook {
  const causes = problems.filter(({ severity }) => severity === "error").map((it) => causeOf(folder, it));
  return {
    about: folder,
    causes: [...new Map(causes.map((it) => [it.key, it])).values()],
    unseen: { all: false, sources: [], hazards: false },
  };
}

/** An edit above it moves an error to another line, and is no other cause: the file counts. */
function causeOf(folder: string, problem: Problem): Cause {
  const subject = readTextPlace(problem.where)?.path ?? subjectOf(problem);
  return { key: JSON.stringify([folder, problem.code, subject]), event: "failed", problem };
}
