import type { Problem } from "../base/problem.ts";
import { makeVisible } from "../base/visible.ts";

/** Lays problems out as a compiler does: weight and code, what is wrong, where, the line, and what to do. */
export function renderProblems(problems: readonly Problem[]): string {
  if (problems.length === 0) return "";
  return `${problems.map(renderProblem).join("\n")}\n${count(problems)}\n`;
}

function renderProblem({ severity, code, message, where, frame, hint }: Problem): string {
  const framed = frame === undefined ? [] : frame.split("\n").map((line) => `     ${line}`.trimEnd());
  return makeVisible(
    [`${severity} ${code}: ${message}`, `  at ${where}`, ...framed, `  fix: ${hint}`, ""].join("\n"),
  );
}

function count(problems: readonly Problem[]): string {
  const errors = problems.filter((it) => it.severity === "error").length;
  const risks = problems.length - errors;
  return [plural(errors, "error"), plural(risks, "risk")].filter((it) => it !== "").join(", ");
}

function plural(count: number, noun: string): string {
  if (count === 0) return "";
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}
