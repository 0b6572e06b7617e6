import type { SqlRunner } from "../../src/drivers/access/sql/sql-runner.ts";
import type { LabMeans } from "./lab-means.ts";

/** Means that write down every statement which goes through them. */
export function recordingSql<Of extends LabMeans>(means: Of, seen: Set<string>): Of {
  const recording = (sql: SqlRunner): SqlRunner => ({
    ...sql,
    query: (text, parameters) => {
      seen.add(text);
      return sql.query(text, parameters);
    },
    batch: (text, options) => {
      seen.add(text);
      return sql.batch(text, options);
    },
  });
  return { ...means, sql: async (database) => recording(await means.sql(database)) };
}
