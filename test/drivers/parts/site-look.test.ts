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
  read: ([row]) => (row?.["value"] === undefined ? absent : known(row["value"])),
});
const hiding: Question = {
  ...ask("hidden"),
  read: () => ({ is: "hidden", what: "the thing", grant: "GRANT ALL TO [login];" }),
};
const questions = [ask("first"), hiding, ask("second"), ask("third", ["siteCode", "database"])];

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
    why: { code: "sql-permission", hint: expect.stringContaining("GRANT ALL TO [DOMAIN\\account$];") },
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

function read(answer: (query: string, parameters: unknown) => readonly SqlRow[]) {
  const query: SqlRunner["query"] = async (text, parameters) => answer(text, parameters);
  const sql: SqlRunner = { query, batch: query, close: async () => undefined };
  const task = { database: address, where: "PS1/CM_PS1", doing: "look", siteCode: "PS1", questions };
  return readSiteLook(sql, task);
}
