import { absent, known } from "../../base/fact.ts";
import { databases } from "../../outside/sql/sql-server.ts";
import type { Answer } from "../../outside/facts/statement.ts";
import type { Question } from "../../model/question.ts";

/** One column of the row that SQL Server has of the site database, asked for by itself. */
export function databaseColumn(
  name: string,
  column: string,
  doing: string,
  value: Answer = "text",
): Question<string> {
  return {
    name,
    doing,
    query: `SELECT ${column} AS value FROM sys.databases WHERE name = @database;`,
    parameters: ["database"],
    reads: [databases],
    answers: { value },
    always: true,
    read([row]) {
      const read = row?.["value"];
      return read === undefined || read === "" ? absent : known(read);
    },
  };
}
