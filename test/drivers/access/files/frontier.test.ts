import { expect, test } from "vitest";
import { Branch, Frontier } from "../../../../src/drivers/access/files/frontier.ts";

const listed = Promise.resolve();

test("a branch is named by the last part of its path", () => {
  expect([new Branch("").name, new Branch("a").name, new Branch("a/b c").name]).toEqual(["", "a", "b c"]);
});

test("what is walked next is asked for next, however deep it is, and once", () => {
  const { frontier, asked, next } = rooted();
  expect(next(9)).toEqual([""]);
  expand("", "a", "b", "c");
  expect(next(9)).toEqual(["a", "b", "c"]);
  expect(next(2)).toEqual(["a", "b"]);
  expect(next(0)).toEqual([]);
  asked("b");
  expect([next(9), frontier.unasked]).toEqual([["a", "c"], 2]);
  expand("b", "b/1", "b/2");
  expect([next(9), frontier.unasked]).toEqual([["a", "b/1", "b/2", "c"], 4]);
  expand("a");
  expand("c", "c/1");
  expect([next(9), frontier.unasked]).toEqual([["b/1", "b/2", "c/1"], 3]);
  expand("b/1", "b/1/x");
  expand("b/2");
  expand("c/1");
  expect([next(9), frontier.unasked]).toEqual([["b/1/x"], 1]);
  expand("b/1/x");
  expect([next(9), frontier.unasked]).toEqual([[], 0]);

  function expand(path: string, ...children: readonly string[]): void {
    frontier.replace(branchOf(path), children.map(branchOf));
  }
});

test("folders that are found among many entries come before all that was known", () => {
  const { frontier, next } = rooted();
  frontier.replace(branchOf(""), ["x", "y"].map(branchOf));
  frontier.add(["w/1", "w/2"].map(branchOf));
  expect([next(9), frontier.unasked]).toEqual([["w/1", "w/2", "x", "y"], 4]);
  frontier.add([]);
  expect([next(9), frontier.unasked]).toEqual([["w/1", "w/2", "x", "y"], 4]);
});

let branches = new Map<string, Branch>();

function rooted() {
  branches = new Map();
  const frontier = new Frontier(branchOf(""));
  return {
    frontier,
    asked: (path: string) => frontier.ask(branchOf(path), listed),
    next: (count: number) => frontier.next(count).map(({ path }) => path),
  };
}

function branchOf(path: string): Branch {
  const branch = branches.get(path) ?? new Branch(path);
  branches.set(path, branch);
  return branch;
}
