import { expect, test } from "vitest";
import { ProblemError } from "../../../src/core/base/problem.ts";
import { aboutMachine } from "../../../src/core/base/subject.ts";
import { problemOf } from "../../../src/engine/session/problems.ts";
import { makeRedactor } from "../../../src/engine/session/redact.ts";
import { problemNamed } from "../../support/engine-site.ts";

test("a problem that was thrown stays what it is", () => {
  const problem = problemNamed("file-missing");
  expect(problemOf(new ProblemError(problem), "PS1/files", makeRedactor())).toEqual(problem);
});

test("secrets are taken out of the message and of the cure", () => {
  const redactor = makeRedactor();
  redactor.register("correct horse");
  const problem = { ...problemNamed("file-missing", "got correct horse"), hint: "not correct horse" };
  const told = problemOf(new ProblemError(problem), "PS1/files", redactor);
  expect(`${told.message} ${told.hint}`).not.toContain("correct horse");
  expect(problemOf(new Error("with correct horse"), "here", redactor).message).not.toContain("correct horse");
});

test("secrets are taken out of what a problem is about", () => {
  const redactor = makeRedactor();
  redactor.register("hunter22");
  const problem = {
    ...problemNamed("command-failed"),
    about: aboutMachine({ kind: "tool", name: "hunter22.exe" }),
  };
  const { about } = problemOf(new ProblemError(problem), "PS1/keys", redactor);
  expect(about).toEqual({ kind: "tool", name: "[secret].exe" });
});

test("a stop is no fault", () => {
  const stop = new DOMException("stopped", "AbortError");
  expect(problemOf(stop, "PS1/files", makeRedactor())).toEqual({
    code: "cancelled",
    severity: "error",
    message: "Stopped before the end.",
    where: "PS1/files",
    hint: "Run the command again: it goes on from what was finished.",
  });
});

test.each([
  [new TypeError("x is undefined"), "Something unforeseen happened: x is undefined"],
  ["a word", "Something unforeseen happened: a word"],
  [undefined, "Something unforeseen happened: undefined"],
])("what nobody foresaw is named as a fault, without a stack: %s", (thrown, message) => {
  expect(problemOf(thrown, "PS1/files", makeRedactor())).toEqual({
    code: "internal-fault",
    severity: "error",
    message,
    where: "PS1/files",
    hint: "Run the command again. If it stays, report it with the output of the same command and SITEKEEP_DEBUG=1.",
  });
});
