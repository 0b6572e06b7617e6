import type { AttachedDatabase } from "./change-tracking.ts";

/** What a database has of T-SQL of its own: a view, a procedure or a function, with the text that made it. */
export interface SqlModule {
  readonly name: string;
  readonly type: "V" | "P" | "FN" | "IF";
  readonly definition: string;
  readonly createdMs: number;
}

/** A module as the catalog numbers it. A view has its number from elsewhere. */
export interface NumberedModule extends SqlModule {
  readonly id: number;
}

const firstModuleId = 2_000_000;

/** Makes the table in which a database file carries its modules. */
export function createModuleTable({ db, alias }: AttachedDatabase, modules: readonly SqlModule[]): void {
  db.exec(
    `CREATE TABLE "${alias}".lab_modules (name text COLLATE NOCASE, type text, definition text, created_ms int)`,
  );
  const insert = db.prepare(`INSERT INTO "${alias}".lab_modules VALUES (?, ?, ?, ?)`);
  for (const { name, type, definition, createdMs } of modules) insert.run(name, type, definition, createdMs);
}

export function listModules({ db, alias }: AttachedDatabase): readonly NumberedModule[] {
  const exists = `SELECT 1 FROM "${alias}".sqlite_schema WHERE name = 'lab_modules'`;
  if (db.prepare(exists).get() === undefined) return [];
  const rows = db.prepare(`SELECT rowid AS id, * FROM "${alias}".lab_modules ORDER BY name`).all();
  return rows.map((row) => ({
    id: firstModuleId + Number(row["id"]),
    name: String(row["name"]),
    type: row["type"] as SqlModule["type"],
    definition: String(row["definition"]),
    createdMs: Number(row["created_ms"]),
  }));
}
