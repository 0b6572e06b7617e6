import { parseSqlType, type SqlValue } from "../../tds/sql-type.ts";
import type { Column, Relation } from "../translate/scope.ts";
import { quoteName, renderValue } from "../translate/typed.ts";

/** A view whose rows are made from the instance's state: columns as `name type`, and rows. */
export interface GeneratedView {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly SqlValue[])[];
}

/** Columns whose declarations start with their names. */
export function declareColumns(declarations: readonly string[]): readonly Column[] {
  return declarations.map((declaration) => {
    const [name, ...rest] = declaration.split(" ");
    const type = parseSqlType(rest.join(" "));
    if (type === undefined) throw new Error(`${declaration} is no column.`);
    return { name: name!, type };
  });
}

/** Writes the rows of a generated view so that SQLite can select from them. */
export function toRelation(view: GeneratedView): Relation {
  const columns = declareColumns(view.columns);
  const names = columns.map((it, at) => `column${at + 1} AS ${quoteName(it.name)}`).join(", ");
  const rows = view.rows.length > 0 ? view.rows : [columns.map(() => null)];
  const tuples = rows.map((row) => `(${row.map((it) => renderValue(it)).join(", ")})`).join(", ");
  const none = view.rows.length > 0 ? "" : " WHERE 0";
  return { sql: `(SELECT ${names} FROM (VALUES ${tuples})${none})`, columns };
}
