import type { ResultSink } from "../../tds/session.ts";
import { type SqlType, type SqlValue, sqlType } from "../../tds/sql-type.ts";
import type { Client, Engine } from "../engine.ts";
import type { DatabaseState } from "../instance-state.ts";
import type { Expression } from "../language/syntax.ts";
import { SqlError } from "../sql-error.ts";
import { type ClientCounters, makeSurroundings } from "../surroundings.ts";
import { convert } from "../translate/coercion.ts";
import { translateExpression } from "../translate/expression.ts";
import { topScope } from "../translate/query.ts";
import type { Scope, Variable } from "../translate/scope.ts";
import type { Typed } from "../translate/typed.ts";

/** What a running statement works with. */
export interface StatementContext {
  readonly engine: Engine;
  readonly client: Client;
  readonly variables: Map<string, Variable>;
  readonly counters: ClientCounters;
  readonly sink: ResultSink;
  readonly signal: AbortSignal;
  /** Tables written in the open transaction, by database. */
  readonly written: Map<DatabaseState, Set<string>>;
}

/** The scope in which a statement's expressions are translated. */
export function scopeOf(context: StatementContext): Scope {
  return topScope(makeSurroundings(context));
}

/** Runs SQL on the instance's connection, and gives every row as an array. */
export function selectRows(context: StatementContext, sql: string): readonly (readonly SqlValue[])[] {
  return guarded(context, () => {
    const statement = context.engine.attachments.db.prepare(sql);
    statement.setReadBigInts(true);
    statement.setReturnArrays(true);
    return statement.all() as unknown as SqlValue[][];
  });
}

/** Runs SQL that changes something, and tells how many rows it touched. */
export function changeRows(context: StatementContext, sql: string): number {
  return guarded(context, () => Number(context.engine.attachments.db.prepare(sql).run().changes));
}

/** Turns what SQLite says into what the server would say. */
export function guarded<T>(context: StatementContext, work: () => T): T {
  const { failure } = context.engine;
  failure.error = undefined;
  context.engine.current = context.client;
  try {
    return work();
  } catch (thrown) {
    throw failure.error ?? toSqlError(thrown);
  }
}

function toSqlError(error: unknown): unknown {
  if (error instanceof SqlError || !(error instanceof Error)) return error;
  const { message } = error;
  const unique = /UNIQUE constraint failed: (\S+?)\./.exec(message);
  if (unique !== null)
    return new SqlError(
      2627,
      `Violation of PRIMARY KEY constraint. Cannot insert duplicate key in object 'dbo.${unique[1]}'.`,
      { class: 14 },
    );
  const missing = /NOT NULL constraint failed: (\S+?)\.(\S+)/.exec(message);
  if (missing !== null)
    return new SqlError(
      515,
      `Cannot insert the value NULL into column '${missing[2]}', table '${missing[1]}'; column does not allow nulls.`,
    );
  if (/database is locked/.test(message)) {
    return new SqlError(1222, "Lock request time out period exceeded.");
  }
  return new SqlError(102, `Incorrect syntax: the lab's SQLite can't run this: ${message}`, { class: 15 });
}

/** The value of an expression that stands outside a query. */
export function evaluate(context: StatementContext, expression: Expression, to?: SqlType): SqlValue {
  const typed: Typed = guarded(context, () => translateExpression(expression, scopeOf(context)));
  if (typed.literal !== undefined && to === undefined) return typed.literal;
  const [row] = selectRows(context, `SELECT ${to === undefined ? typed.sql : convert(typed, to)}`);
  return row![0]!;
}

/** A text that a statement needs, such as a file name. */
export function evaluateText(context: StatementContext, expression: Expression): string {
  const value = evaluate(context, expression, sqlType("nvarchar", { length: "max" }));
  return value === null ? "" : String(value);
}

export function evaluateNumber(context: StatementContext, expression: Expression): number {
  return Number(evaluate(context, expression));
}
