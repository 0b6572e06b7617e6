import { canonicalJson } from "../base/json.ts";
import type { Problem } from "../base/problem.ts";
import { readTextPlace } from "../base/text-place.ts";
import type { PolicyFile } from "../model/policy/policy-document.ts";

/** Orders problems by file, line and column, and leaves out echoes: a template's problem is told once. */
export function sortProblems(problems: readonly Problem[], files: readonly PolicyFile[]): readonly Problem[] {
  const rank = new Map(files.map((file, index) => [file.path, index]));
  const placed = problems.map((problem) => ({ problem, at: placeIn(problem, rank) }));
  placed.sort((left, right) => compare(left.at, right.at));
  const told = new Set<string>();
  return placed
    .map((it) => it.problem)
    .filter((problem) => {
      // An echo is equal in everything: at one place a map may lack two keys.
      const all = canonicalJson(problem);
      return !told.has(all) && told.add(all);
    });
}

function placeIn({ where }: Problem, rank: ReadonlyMap<string, number>): readonly number[] {
  const place = readTextPlace(where);
  if (place?.column === undefined) return [rank.size, NaN, NaN];
  return [rank.get(place.path) ?? rank.size, place.line, place.column];
}

function compare(left: readonly number[], right: readonly number[]): number {
  const differing = left.findIndex((value, index) => value !== right[index]);
  return differing === -1 ? 0 : left[differing]! - right[differing]!;
}
