import { describe, expect, test } from "vitest";
import { ProblemError } from "../../../../src/core/base/problem.ts";
import { lookAtFolder } from "../../../../src/drivers/parts/look-at-folder.ts";
import { observing, tolerating } from "../../../../src/drivers/parts/observing.ts";
import { explained, placeOf, withSql } from "../../../../src/drivers/parts/session/sql-session.ts";
import { address, database, noon, policyOf } from "../../../support/build-site.ts";
import { madeUpMeans } from "../../../support/made-up-means.ts";
import { madeUpServer, refusal } from "../../../support/made-up-server.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const problem = { code: "sql-failed", severity: "error", message: "No.", where: "x", hint: "Wait." } as const;
const task = { database: address, where: "PS1/database", doing: "look" };

test("a problem of a source is at its site and name", () => {
  expect(placeOf(policyOf().site, database)).toBe("PS1/database");
});

describe("a session", () => {
  test("is closed when the work is done, and when it failed", async () => {
    const sql = madeUpServer({ tracking: [{ version: "1" }] });
    const means = madeUpMeans({ sql });
    expect(await withSql(means, task, async () => noon)).toBe(noon);
    expect(sql.closed()).toBe(1);
    const fault = new TypeError("x");
    await expect(withSql(means, task, () => Promise.reject(fault))).rejects.toBe(fault);
    expect(sql.closed()).toBe(2);
  });

  test("that can't be closed has done its work", async () => {
    const sql = { ...madeUpServer({}), close: () => Promise.reject(new Error("gone")) };
    expect(await withSql(madeUpMeans({ sql }), task, async () => noon)).toBe(noon);
  });

  test("that was not had is a problem with its cause", async () => {
    const refused = refusal([18456, "Login failed."]);
    const means = { ...madeUpMeans(), sql: () => Promise.reject(refused) };
    await expect(withSql(means, task, async () => noon)).rejects.toMatchObject({
      problem: {
        code: "sql-login-refused",
        where: "PS1/database",
        message: "sql01.contoso.com could not look: Login failed. (error 18456)",
      },
      cause: refused,
    });
  });

  test("of a login is told by the login's name, and of a path by the path", async () => {
    const auth = { as: "login", user: "backup", password: { env: "X" } } as const;
    const failing = (number: number) =>
      explained({ ...task, database: { ...address, auth }, path: "E:\\stage" }, () =>
        Promise.reject(refusal([number, "No."])),
      );
    await expect(failing(18456)).rejects.toMatchObject({
      problem: { hint: expect.stringContaining("Check the password of backup on") },
    });
    await expect(failing(3201)).rejects.toMatchObject({
      problem: { hint: expect.stringContaining("read and change files in E:\\stage, ") },
    });
  });
});

describe("a look", () => {
  test("that finds something answers, with its risks or none", async () => {
    expect(await observing(async () => ({ facts: { a: 1 } }))).toEqual({
      answers: true,
      facts: { a: 1 },
      risks: [],
    });
    const risks = [problem];
    expect(await observing(async () => ({ facts: {}, risks }))).toEqual({ answers: true, facts: {}, risks });
  });

  test("that ends in a problem is a source that does not answer; a fault of ours is none", async () => {
    expect(await observing(() => Promise.reject(new ProblemError(problem)))).toEqual({
      answers: false,
      problem,
    });
    const fault = new TypeError("x");
    await expect(observing(() => Promise.reject(fault))).rejects.toBe(fault);
  });
});

test("one of several things that fails is a risk, and a fault of ours is none", async () => {
  const problems = [problem];
  await tolerating(problems, async () => undefined);
  expect(problems).toHaveLength(1);
  await tolerating(problems, () => Promise.reject(new ProblemError(problem)));
  expect(problems).toEqual([problem, { ...problem, severity: "risk" }]);
  const fault = new TypeError("x");
  await expect(tolerating(problems, () => Promise.reject(fault))).rejects.toBe(fault);
});

test("a folder is looked at on the machine that it is on", async () => {
  const folder = temporaryFolder();
  const means = madeUpMeans({ paths: { "\\\\cm02\\D$": folder } });
  const named = { path: "D:\\", on: "cm02", what: "The folder", where: "PS1/x" };
  expect(await lookAtFolder(named, means)).toBe(folder);
  const missing = lookAtFolder({ ...named, path: "D:\\none" }, means);
  await expect(missing).rejects.toMatchObject({
    problem: {
      code: "file-missing",
      severity: "error",
      message: "The folder is not there: D:\\none",
      where: "PS1/x",
      hint: "Check the path in the policy.",
      about: { kind: "file", path: "D:\\none", on: "cm02" },
    },
    cause: { code: "ENOENT" },
  });
});
