import type { Problem } from "../../base/problem.ts";
import { readTextPlace } from "../../base/text-place.ts";
import { makeVisible } from "../../base/visible.ts";

/** A workflow command of GitHub that shows a problem beside its line of a pull request. */
export function annotationOf(problem: Problem): string {
  const { path: file, line, column = 1 } = readTextPlace(problem.where) ?? { path: problem.where, line: 1 };
  const level = problem.severity === "error" ? "error" : "warning";
  const place = `file=${file},line=${line},col=${column},title=${problem.code}`;
  return `::${level} ${place}::${escapeCommand(`${problem.message} ${problem.hint}`)}`;
}

/** A workflow command of GitHub that says something of the whole. */
export function noticeOf(title: string, text: string): string {
  return `::notice title=${title}::${escapeCommand(text)}`;
}

function escapeCommand(text: string): string {
  return makeVisible(text).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
