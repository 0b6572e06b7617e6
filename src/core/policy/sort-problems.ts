import type { Problem } from "../base/problem.ts";
import type { PolicyFile } from "../model/policy/policy-document.ts";

/** Orders problems by file, line and column, and leaves out echoes: a template's problem is told once. */
export function sortProblems(problems: readonly Problem[], files: readonly PolicyFile[]): readonly Problem[] {
  const rank = new Map(files.map((file, index) => [file.path, index]));
  const placed = problems.map((problem) => ({ problem, at: placeIn(problem, rank) }));
  placed.sort((left, right) => compare(left.at, right.at));
  const told = new Set<string>();
  return placed
    .map((it) => it.problem)
    .filter(({ code, where, message }) => {
      const key = `${code}\n${where}\n${message}`;
      return !told.has(key) && told.add(key);
    });
}

function placeIn({ where }: Problem, rank: ReadonlyMap<string, number>): readonly number[] {
  const [, path = "", line, column] = /^(.*):(\d+):(\d+)$/s.exec(where) ?? [];
  return [rank.get(path) ?? rank.size, Number(line), Number(column)];
}

function compare(left: readonly number[], right: readonly number[]): number {
  const differing = left.findIndex((value, index) => value !== right[index]);
  return differing === -1 ? 0 : left[differing]! - right[differing]!;
}
