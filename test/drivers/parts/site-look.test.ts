import { expect, test } from "vitest";
import { absent, known } from "../../../src/core/base/fact.ts";
import type { Question } from "../../../src/core/model/question.ts";
import { readSiteLook } from "../../../src/drivers/parts/site-look.ts";
import { SqlError } from "../../../src/drivers/access/sql/sql-runner.ts";
import type { SqlRow, SqlRunner } from "../../../src/drivers/access/sql/sql-runner.ts";
import { address } from "../../support/build-site.ts";

const ask = (name: string, parameters: Question["parameters"] = []): Question => ({
  name,
  doing: `ask for ${name}`,
  query: name,
  parameters,
  reads: [],
  answers: { value: "judged by row" },
  read: ([row]) => (row?.["value"] === undefined ? absent : known(row["value"])),
});
const hiding: Question = {
  ...ask("hidden"),
  read: () => ({
    is: "hidden",
    what: "the thing",
    right: { title: "ALL on the thing", grant: "USE [database]; GRANT ALL TO [login];" },
  }),
};
const all = [ask("first"), hiding, ask("second"), ask("third", ["siteCode", "database"])];

test("each question has its own answer, as text, and only the parameters that it asks for", async () => {
  const seen: unknown[] = [];
  const look = await read((query, parameters) => {
    seen.push([query, parameters]);
    return query === "first" ? [{ value: 5 }] : query === "second" ? [{ value: null }] : [];
  });
  expect(look).toMatchObject({ first: known("5"), second: absent, third: absent });
  expect(seen.at(-1)).toEqual(["third", { siteCode: "PS1", database: address.name }]);
  expect(seen[0]).toEqual(["first", {}]);
});

test("rows that may be hidden leave the fact unknown, with the statement that shows them", async () => {
  const { hidden } = await read(() => []);
  expect(hidden).toMatchObject({
    is: "unknown",
    why: {
      code: "sql-permission",
      hint: expect.stringContaining("USE [CM_PS1]; GRANT ALL TO [DOMAIN\\account$];"),
    },
  });
});

test("a question that the server refuses takes no other with it", async () => {
  const look = await read((query) => {
    if (query === "first") throw refusal("statement", 207, "Invalid column name 'value'.");
    return [{ value: "here" }];
  });
  expect(look).toMatchObject({ second: known("here"), third: known("here") });
  expect(look["first"]).toMatchObject({
    is: "unknown",
    why: { where: "PS1/CM_PS1", message: expect.stringContaining("could not ask for first: Invalid column") },
  });
});

test.each([
  ["the newest names are there", { new: [{ value: "1" }] }, known("1"), ["new"]],
  ["the newest are not", { new: 208, older: [{ value: "2" }] }, known("2"), ["new", "older"]],
  ["the newest find nothing", { new: [], older: [{ value: "2" }] }, known("2"), ["new", "older"]],
  ["all find nothing", { new: [], older: [], oldest: [] }, absent, ["new", "older", "oldest"]],
] as const)("of several statements for one thing, where %s", async (_, answers, fact, asked) => {
  const { look, seen } = await readOne(answers);
  expect(look["new"]).toEqual(fact);
  expect(seen).toEqual(asked);
});

test.each([
  [
    "no name is there: the newest is told",
    { new: 208, older: 207, oldest: 208 },
    "site-shape-unknown",
    "ask for new",
  ],
  [
    "one can't be asked: nothing is proven",
    { new: [], older: [], oldest: 208 },
    "site-shape-unknown",
    "ask for oldest",
  ],
  [
    "one is refused: no other is asked",
    { new: [], older: 229, oldest: [{ value: "3" }] },
    "sql-permission",
    "ask for older",
  ],
] as const)("of several statements, where %s", async (_, answers, code, doing) => {
  const { look } = await readOne(answers);
  expect(look["new"]).toMatchObject({
    is: "unknown",
    why: { code, message: expect.stringContaining(`could not ${doing}:`) },
  });
});

test("a session that is lost leaves the rest unknown for one cause, and keeps what was answered", async () => {
  const asked: string[] = [];
  const look = await read((query) => {
    asked.push(query);
    if (query === "second") throw refusal("connection", 0, "The connection was closed.");
    return [{ value: "here" }];
  });
  expect(look["first"]).toEqual(known("here"));
  expect(look["second"]).toMatchObject({ is: "unknown", why: { code: "sql-unreachable" } });
  expect(look["third"]).toEqual(look["second"]);
  expect(asked).not.toContain("third");
});

test("a fault of ours is no unknown fact", async () => {
  const fault = read(() => {
    throw new TypeError("x is not a function");
  });
  await expect(fault).rejects.toThrow(TypeError);
});

function refusal(stage: SqlError["stage"], number: number, text: string): SqlError {
  return new SqlError(stage, [{ number, severity: 16, text }]);
}

/** Asks one question that has two other statements: the rows of each, or the number that it is refused with. */
async function readOne(answers: Readonly<Record<string, readonly SqlRow[] | number>>) {
  const seen: string[] = [];
  const question = { ...ask("new"), otherwise: [ask("older"), ask("oldest")] };
  const answer = (query: string) => {
    seen.push(query);
    const said = answers[query]!;
    if (typeof said === "number") throw refusal("statement", said, "No.");
    return said;
  };
  return { look: await read(answer, [question]), seen };
}

function read(
  answer: (query: string, parameters: unknown) => readonly SqlRow[],
  questions: readonly Question[] = all,
) {
  const query: SqlRunner["query"] = async (text, parameters) => answer(text, parameters);
  const sql: SqlRunner = { query, batch: query, close: async () => undefined };
  const task = { database: address, where: "PS1/CM_PS1", doing: "look", siteCode: "PS1", questions };
  return readSiteLook(sql, task);
}
