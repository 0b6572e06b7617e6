import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { errorFacts, errorNumbers, sqlErrors } from "../../../src/core/outside/sql/sql-errors.ts";
import { SqlError } from "../../../src/drivers/access/sql/sql-runner.ts";

test("no number means two things", () => {
  const numbers = errorNumbers(...(Object.keys(sqlErrors) as (keyof typeof sqlErrors)[]));
  expect(numbers.toSorted()).toEqual([...new Set(numbers)].toSorted());
  expect(errorFacts.map(({ id }) => id)).toContain("error 229");
  expect(errorFacts.length).toBe(numbers.length);
});

test("a number that is not in the register can't be compared", () => {
  const error = new SqlError("statement", [{ number: 33091, severity: 10, text: "a warning" }]);
  // @ts-expect-error: it is not in the register.
  expect(error.has(33091)).toBe(true);
  expect(error.has(33111)).toBe(false);
});

test("every meaning is one that some part of the program asks for", () => {
  const program = globSync("src/{drivers,cli}/**/*.ts").map((file) => readFileSync(file, "utf8"));
  const asked = program.flatMap((text) =>
    [...text.matchAll(/errorNumbers\(([^)]*)\)/g)].flatMap(([, names]) => [...names!.matchAll(/"([^"]+)"/g)]),
  );
  const meanings = new Set(asked.map(([, name]) => name));
  expect(Object.keys(sqlErrors).filter((it) => !meanings.has(it))).toEqual([]);
});

test("no error of SQL Server is compared by a number beside the register", () => {
  const compared = /\b(?:number|error)s?\s*(?:===|!==)\s*\d{3,}|\bhas\(\d+\)/;
  const files = globSync("src/{drivers,cli,engine}/**/*.ts");
  expect(files.filter((file) => compared.test(readFileSync(file, "utf8")))).toEqual([
    // It goes with the reader of msdb's history.
    "src/drivers/access/sql/backup-history.ts",
  ]);
});
