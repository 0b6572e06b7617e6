import { catalogueTypes, reportCatalogue } from "../../../core/outside/site/report-server.ts";
import { objects } from "../../../core/outside/sql/sql-server.ts";
import { sqlModules } from "../../../core/outside/sql/sql-modules.ts";
import type { Statement } from "../../../core/outside/facts/statement.ts";

const { report, model, "shared dataset": dataset } = catalogueTypes.values;

/** Reports, models and shared datasets, in the catalogue database of a report server. */
export const reportList: Statement = {
  name: "reports",
  doing: "list the reports",
  query: `SELECT Path AS path, Type AS type, CONVERT(nvarchar(23), ModifiedDate, 121) AS modified
FROM dbo.Catalog WHERE Type IN (${report}, ${model}, ${dataset}) ORDER BY Path;`,
  parameters: [],
  reads: [reportCatalogue],
  answers: { path: "text", type: "whole", modified: "time" },
};

const partBytes = 4_000;
const parts = ["part0", "part1", "part2", "part3"] as const;

/** How many bytes of each definition come at once. */
export const layerBytes = partBytes * parts.length;

/** The columns of a layer, in the order of the bytes. */
export const layerParts: readonly string[] = parts;

/**
 * The bytes of all definitions from a place on, as many as fit: `sqlcmd` cuts what has no greatest length,
 * and is started for each statement. No row: none is that long.
 */
export function definitionLayer(from: number): Statement {
  const columns = parts.map((name, at) => {
    const bytes = `SUBSTRING(Content, ${from + at * partBytes + 1}, ${partBytes})`;
    return `CONVERT(varbinary(${partBytes}), ${bytes}) AS ${name}`;
  });
  return {
    name: "definitions",
    doing: "read the definitions of reports",
    query: `SELECT Path AS path, ${columns.join(",\n")}
FROM dbo.Catalog WHERE Type IN (${report}, ${dataset}) AND DATALENGTH(Content) > ${from} ORDER BY Path;`,
    parameters: [],
    reads: [reportCatalogue],
    answers: { path: "text", ...Object.fromEntries(parts.map((name) => [name, "bytes or NULL"] as const)) },
  };
}

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
