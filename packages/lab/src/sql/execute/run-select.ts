import type { SqlValue } from "../../tds/sql-type.ts";
import type { Query } from "../language/syntax.ts";
import { SqlError } from "../sql-error.ts";
import { makeSurroundings } from "../surroundings.ts";
import { convert } from "../translate/coercion.ts";
import { translateTopQuery } from "../translate/query.ts";
import type { Column } from "../translate/scope.ts";
import { quoteName } from "../translate/typed.ts";
import { guarded, selectRows, type StatementContext } from "./statement-context.ts";

/** Rows after which the client gets what there is. */
const rowsAtOnce = 2000;

/** Runs a query and sends its rows; or sets variables, when its list is made of assignments. */
export async function runSelect(context: StatementContext, query: Query): Promise<void> {
  const assigned = query.first.items.filter((it) => it.kind === "assign");
  if (assigned.length > 0 && assigned.length < query.first.items.length) {
    throw new SqlError(
      141,
      "A SELECT statement that assigns a value to a variable must not be combined with data-retrieval operations.",
      { class: 15 },
    );
  }
  const { sql, columns } = guarded(context, () => translateTopQuery(query, makeSurroundings(context)));
  const rows = selectRows(context, sql);
  context.counters.rowCount = rows.length;
  if (assigned.length > 0) {
    // prettier-ignore
    assignLast(context, assigned.map((it) => it.variable), columns.map((it) => it.type), rows.at(-1));
    return;
  }
  checkRanges(columns, rows);
  context.sink.columns(columns);
  for (let at = 0; at < rows.length && !context.signal.aborted; at++) {
    context.sink.row(rows[at]!);
    if (at % rowsAtOnce === rowsAtOnce - 1) await context.sink.flush();
  }
  context.sink.done(rows.length);
}

const limits: Readonly<Record<string, bigint>> = { tinyint: 256n, smallint: 32_768n, int: 2_147_483_648n };

/** SQLite calculates in 64 bits; what outgrows its type fails here, as it does on the server. */
function checkRanges(columns: readonly Column[], rows: readonly (readonly SqlValue[])[]): void {
  columns.forEach(({ type }, at) => {
    const limit = limits[type.name];
    if (limit === undefined) return;
    const isOutside = (value: SqlValue): boolean =>
      typeof value === "bigint" && (value >= limit || value < -limit);
    if (!rows.some((row) => isOutside(row[at]!))) return;
    throw new SqlError(8115, `Arithmetic overflow error converting expression to data type ${type.name}.`);
  });
}

/** Variables keep their values when there is no row. */
function assignLast(
  context: StatementContext,
  names: readonly string[],
  types: readonly Parameters<typeof convert>[1][],
  row: readonly SqlValue[] | undefined,
): void {
  if (row === undefined) return;
  const surroundings = makeSurroundings(context);
  names.forEach((name, at) => {
    const variable = surroundings.variable(name);
    const literal = { sql: quoteName("v"), type: types[at]! };
    const statement = context.engine.attachments.db.prepare(
      `SELECT ${convert(literal, variable.type)} FROM (SELECT ? AS "v")`,
    );
    statement.setReadBigInts(true);
    statement.setReturnArrays(true);
    const [values] = guarded(context, () => statement.all(row[at]!) as unknown as SqlValue[][]);
    variable.value = values![0]!;
  });
}
