import { absent, known } from "../../base/fact.ts";
import { databases } from "../../outside/sql-server.ts";
import type { Question } from "../../model/question.ts";

/** One column of the row that SQL Server has of the site database, asked for by itself. */
export function databaseColumn(name: string, column: string, doing: string): Question<string> {
  return {
    name,
    doing,
    query: `SELECT ${column} AS value FROM sys.databases WHERE name = @database;`,
    parameters: ["database"],
    reads: [databases],
    read([row]) {
      const value = row?.["value"];
      return value === undefined || value === "" ? absent : known(value);
    },
  };
}
