import { expect, test } from "vitest";
import { isSameProblem, type Problem, subjectOf } from "../../../src/core/base/problem.ts";
import { aboutMachine } from "../../../src/core/base/subject.ts";

const locked: Problem = {
  code: "file-locked",
  severity: "risk",
  message: "The database is held open by another program: ben/Scupdb.sdf",
  where: "PS1/scup",
  hint: "Close it.",
  about: aboutMachine({ kind: "file", path: "ben/Scupdb.sdf" }),
};

test("a problem is the same whatever its sentences say, and wherever it was met", () => {
  const said = {
    message: "Ben has it open.",
    hint: "Ask Ben.",
    where: "PS2/scup",
    severity: "error",
  } as const;
  const reworded: Problem = { ...locked, ...said };
  expect(isSameProblem(locked, reworded)).toBe(true);
});

test("another thing, or another state of it, is another problem", () => {
  const other = aboutMachine({ kind: "file", path: "anna/Scupdb.sdf" });
  expect(isSameProblem(locked, { ...locked, about: other })).toBe(false);
  expect(isSameProblem(locked, { ...locked, code: "file-missing" })).toBe(false);
});

test("without a subject a problem is about the place to look at", () => {
  const { about: _, ...placed } = locked;
  expect(subjectOf(placed)).toBe("place:PS1/scup");
  const reworded: Problem = { ...placed, message: "Something else." };
  expect(isSameProblem(placed, reworded)).toBe(true);
  expect(isSameProblem(placed, { ...placed, where: "PS2/scup" })).toBe(false);
  expect(isSameProblem(placed, locked)).toBe(false);
});
