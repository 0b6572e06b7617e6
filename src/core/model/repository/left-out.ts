import type { ProblemCode } from "../../base/problem-codes.ts";
import { type Problem, subjectOf } from "../../base/problem.ts";

/** What a capture says of a file that it did not take, though it is there, or was when it was listed. */
const leftOutCodes: ReadonlySet<ProblemCode> = new Set([
  "file-access-denied",
  "file-locked",
  "file-name-unreadable",
  "file-unreadable",
  "file-vanished",
  "share-unreachable",
]);

/** Of the problems of a capture those that say what it left out. */
export function leftOutOf(problems: readonly Problem[]): readonly Problem[] {
  return problems.filter((it) => leftOutCodes.has(it.code));
}

/** What was left out, by the line of each thing, sorted: equal lists are known to whoever was told one. */
export function thingsLeftOut(problems: readonly Problem[]): readonly string[] {
  return [...new Set(leftOutOf(problems).map(subjectOf))].sort();
}
