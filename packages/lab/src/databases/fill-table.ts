import type { DatabaseSync } from "node:sqlite";

export type Cell = string | number | bigint | null | Uint8Array;

/** A table (or what SQL Server calls a view) with its columns, declared with T-SQL types, and its rows. */
export interface TableContent {
  readonly name: string;
  readonly columns: string;
  readonly rows: Iterable<readonly Cell[]>;
}

/** Makes the table and puts the rows in. */
function fillTable(db: DatabaseSync, { name, columns, rows }: TableContent): void {
  db.exec(`CREATE TABLE "${name}" (${columns})`);
  const count = db.prepare(`SELECT count(*) AS n FROM pragma_table_info(?)`).get(name)!["n"] as number;
  const insert = db.prepare(`INSERT INTO "${name}" VALUES (${Array(count).fill("?").join(", ")})`);
  for (const row of rows) insert.run(...row);
}

/** Fills many tables in one transaction. */
export function fillTables(db: DatabaseSync, tables: readonly TableContent[]): void {
  db.exec("BEGIN");
  for (const table of tables) fillTable(db, table);
  db.exec("COMMIT");
}
