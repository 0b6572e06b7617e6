import { parseSqlType, sqlType } from "../../tds/sql-type.ts";
import type { AttachedDatabase } from "../change-tracking.ts";
import type { Column } from "../translate/scope.ts";
import { quote, quoteName } from "../translate/typed.ts";

/** A table or view of a user. */
export interface UserObject {
  readonly id: number;
  readonly name: string;
  readonly kind: "table" | "view";
}

const firstObjectId = 1_000_000;

/** What the lab keeps in a database for itself is no object of the user. */
function isOwn(name: string): boolean {
  return /^(lab_|ct_commits|sqlite_)/i.test(name);
}

/** Names of a site's views begin so. The lab keeps their rows in tables, so that they can be written to. */
const viewName = /^v(_|[A-Z])/;

export function listObjects({ db, alias }: AttachedDatabase): readonly UserObject[] {
  const rows = db
    .prepare(
      `SELECT rowid, name, type FROM "${alias}".sqlite_schema WHERE type IN ('table', 'view') ORDER BY name`,
    )
    .all();
  return rows
    .map((row) => ({
      id: firstObjectId + Number(row["rowid"]),
      name: String(row["name"]),
      kind:
        row["type"] === "view" || viewName.test(String(row["name"])) ? ("view" as const) : ("table" as const),
    }))
    .filter((it) => !isOwn(it.name));
}

export function findObject(at: AttachedDatabase, name: string): UserObject | undefined {
  return listObjects(at).find((it) => it.name.toLowerCase() === name.toLowerCase());
}

export function objectId(at: AttachedDatabase, name: string): number | null {
  return findObject(at, name)?.id ?? null;
}

/** The columns of a table or view with the types that they were declared with. */
export function columnsOf(
  { db, alias }: AttachedDatabase,
  name: string,
): readonly (Column & { isNotNull: boolean })[] {
  const rows = db.prepare(`PRAGMA ${quoteName(alias)}.table_info(${quote(name)})`).all();
  return rows.map((row) => ({
    name: String(row["name"]),
    type: parseSqlType(String(row["type"])) ?? sqlType("sql_variant"),
    isNotNull: row["notnull"] === 1,
  }));
}
