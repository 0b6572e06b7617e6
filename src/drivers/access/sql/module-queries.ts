import { objects, sqlModules } from "../../../core/outside/sql/sql-server.ts";
import type { Statement } from "../../../core/outside/facts/statement.ts";

/** Views, procedures and functions of the database that the session is in. */
export const moduleList: Statement = {
  name: "modules",
  doing: "list views and procedures",
  query: `SELECT o.name AS name FROM sys.objects AS o
INNER JOIN sys.sql_modules AS m ON m.object_id = o.object_id ORDER BY o.name;`,
  parameters: [],
  reads: [objects, sqlModules],
  answers: { name: "text" },
};

/** How many letters of a definition come at once: each may become two by its escape. */
export const pieceLetters = 2_000;

/**
 * A piece of the statement that makes one of them. Line ends are escaped: one within a value makes an answer
 * of `sqlcmd` unreadable.
 */
export function modulePiece(from: number): Statement {
  const piece = `SUBSTRING(m.definition, ${from + 1}, ${pieceLetters})`;
  const escaped = [
    ["CHAR(92)", "\\\\"],
    ["CHAR(13)", "\\r"],
    ["CHAR(10)", "\\n"],
    ["CHAR(9)", "\\t"],
  ].reduce((text, [letter, by]) => `REPLACE(${text}, ${letter}, N'${by}')`, piece);
  return {
    name: "module",
    doing: "script a view or a procedure",
    query: `SELECT CONVERT(nvarchar(4000), ${escaped}) AS piece
FROM sys.objects AS o INNER JOIN sys.sql_modules AS m ON m.object_id = o.object_id WHERE o.name = @name;`,
    parameters: ["name"],
    reads: [objects, sqlModules],
    answers: { piece: "text or NULL" },
  };
}
