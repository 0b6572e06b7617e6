import { relation } from "../facts/relation.ts";
import { viewDefinition } from "../facts/right.ts";
import { sqlDocs } from "../facts/witnesses.ts";

/** The text of views, procedures and functions. */
export const sqlModules = relation({
  name: "sys.sql_modules",
  at: "any database",
  says: "one row for a view, a procedure, a function or a trigger that the login may see",
  right: viewDefinition,
  columns: {
    object_id: { type: "whole", says: "the object", confidence: 99 },
    definition: {
      type: "text",
      says: "the statement that makes it",
      confidence: 99,
      ifNull: "it is encrypted, or hidden",
    },
  },
  witnesses: [sqlDocs("sys.sql_modules")],
  confidence: 99,
  otherwise: "views and procedures of reports are in the backup of the site database alone, and that is told",
});
