import { columnsOf, findObject } from "../catalog/user-objects.ts";
import { isSecondary } from "../availability.ts";
import { recordCommit, trackTable, untrackTable, type AttachedDatabase } from "../change-tracking.ts";
import type { DatabaseState } from "../instance-state.ts";
import type { Path } from "../language/syntax.ts";
import type {
  ColumnDeclaration,
  DeleteStatement,
  InsertStatement,
  Statement,
  UpdateStatement,
} from "../language/statement.ts";
import { SqlError } from "../sql-error.ts";
import { convert } from "../translate/coercion.ts";
import { translateCondition } from "../translate/condition.ts";
import { translateExpression } from "../translate/expression.ts";
import type { Column, Scope } from "../translate/scope.ts";
import { quoteName } from "../translate/typed.ts";
import { isExact, renderSqlType } from "../../tds/sql-type.ts";
import { changeRows, guarded, scopeOf, type StatementContext } from "./statement-context.ts";

interface Target {
  readonly database: DatabaseState;
  readonly at: AttachedDatabase;
  readonly name: string;
  readonly sql: string;
  readonly columns: readonly Column[];
}

/** Runs a statement that writes to a table. */
export function runChange(
  context: StatementContext,
  statement: InsertStatement | UpdateStatement | DeleteStatement,
): void {
  const permission = statement.kind.toUpperCase();
  const target = findTarget(context, statement.table, permission);
  const sql = guarded(context, () => {
    switch (statement.kind) {
      case "insert":
        return insertSql(context, statement, target);
      case "update":
        return updateSql(context, statement, target);
      case "delete":
        return `DELETE FROM ${target.sql}${whereSql(statement.where, scopeWith(context, target))}`;
    }
  });
  const count = write(context, target, () => changeRows(context, sql));
  context.counters.rowCount = count;
  context.sink.done(count);
}

/** Runs what makes, empties or drops tables, or changes whether they are tracked. */
export function runTableChange(
  context: StatementContext,
  statement: Extract<Statement, { kind: "truncate" | "create-table" | "drop-table" | "track-table" }>,
): void {
  switch (statement.kind) {
    case "create-table":
      createTable(context, statement.table, statement.columns);
      break;
    case "truncate": {
      const target = findTarget(context, statement.table, "ALTER");
      write(context, target, () => changeRows(context, `DELETE FROM ${target.sql}`));
      break;
    }
    case "drop-table":
      for (const table of statement.tables) dropTable(context, table, statement.ifExists);
      break;
    case "track-table": {
      const target = findTarget(context, statement.table, "ALTER");
      if (statement.action === "ENABLE") trackTable(target.at, target.name);
      else untrackTable(target.at, target.name);
    }
  }
  context.sink.done();
}

function findTarget(context: StatementContext, path: Path, permission: string): Target {
  const [name, , databaseName] = path.toReversed();
  const database = context.engine.onlineDatabase(databaseName ?? context.client.database);
  if (isSecondary(context.engine, database)) {
    const text = `Failed to update database "${database.name}" because the database is read-only.`;
    throw new SqlError(3906, text);
  }
  const at = context.engine.open(database);
  const object = findObject(at, name!);
  if (object === undefined) throw new SqlError(208, `Invalid object name '${path.join(".")}'.`);
  if (!context.client.login.can.includes("sysadmin")) {
    const text = `The ${permission} permission was denied on the object '${object.name}', database '${database.name}', schema 'dbo'.`;
    throw new SqlError(229, text, { class: 14, state: 5 });
  }
  const sql = `${at.alias}.${quoteName(object.name)}`;
  return { database, at, name: object.name, sql, columns: columnsOf(at, object.name) };
}

/** Writes in a transaction of its own, or in the one that is open, and counts the commit. */
function write<T>(context: StatementContext, target: Target, work: () => T): T {
  const { db } = context.engine.attachments;
  if (context.counters.transactionDepth > 0) {
    const tables = context.written.get(target.database) ?? new Set();
    context.written.set(target.database, tables.add(target.name));
    return work();
  }
  guarded(context, () => db.exec("BEGIN IMMEDIATE"));
  try {
    const result = work();
    recordCommit(target.at, [target.name], context.engine.nowMs());
    db.exec("COMMIT");
    context.engine.advance(target.database, 3);
    return result;
  } catch (thrown) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw thrown;
  }
}

function scopeWith(context: StatementContext, target: Target): Scope {
  const scope = scopeOf(context);
  scope.add(target.name, target.columns);
  return scope;
}

function whereSql(where: UpdateStatement["where"], scope: Scope): string {
  return where === undefined ? "" : ` WHERE ${translateCondition(where, scope).sql}`;
}

function findColumn(target: Target, name: string): Column {
  const column = target.columns.find((it) => it.name.toLowerCase() === name.toLowerCase());
  if (column !== undefined) return column;
  throw new SqlError(207, `Invalid column name '${name}'.`);
}

function insertSql(context: StatementContext, statement: InsertStatement, target: Target): string {
  const columns =
    statement.columns.length === 0 ? target.columns : statement.columns.map((it) => findColumn(target, it));
  const list = columns.map((it) => quoteName(it.name)).join(", ");
  if (statement.rows === "defaults") return `INSERT INTO ${target.sql} DEFAULT VALUES`;
  const scope = scopeOf(context);
  if ("first" in statement.rows) {
    const query = scope.translateQuery(statement.rows, scope);
    checkCount(columns.length, query.columns.length);
    const values = query.columns.map((it, at) =>
      convert({ sql: `column${at}`, type: it.type }, columns[at]!.type),
    );
    const names = query.columns.map((_, at) => `column${at}`).join(", ");
    return `INSERT INTO ${target.sql} (${list}) WITH rows (${names}) AS (${query.sql}) SELECT ${values.join(", ")} FROM rows`;
  }
  const rows = statement.rows.map((row) => {
    checkCount(columns.length, row.length);
    return `(${row.map((it, at) => convert(translateExpression(it, scope), columns[at]!.type)).join(", ")})`;
  });
  return `INSERT INTO ${target.sql} (${list}) VALUES ${rows.join(", ")}`;
}

function checkCount(wanted: number, given: number): void {
  if (wanted === given) return;
  throw new SqlError(213, "Column name or number of supplied values does not match table definition.");
}

function updateSql(context: StatementContext, statement: UpdateStatement, target: Target): string {
  const scope = scopeWith(context, target);
  const set = statement.set.map(({ column, value }) => {
    const { name, type } = findColumn(target, column);
    return `${quoteName(name)} = ${convert(translateExpression(value, scope), type)}`;
  });
  return `UPDATE ${target.sql} AS ${quoteName(target.name)} SET ${set.join(", ")}${whereSql(statement.where, scope)}`;
}

function createTable(context: StatementContext, path: Path, columns: readonly ColumnDeclaration[]): void {
  const [name, , databaseName] = path.toReversed();
  if (name!.startsWith("#"))
    throw new SqlError(102, "Incorrect syntax: the lab does not serve temporary tables.", { class: 15 });
  const database = context.engine.onlineDatabase(databaseName ?? context.client.database);
  if (!context.client.login.can.includes("sysadmin")) {
    throw new SqlError(262, `CREATE TABLE permission denied in database '${database.name}'.`, { class: 14 });
  }
  if (isSecondary(context.engine, database)) {
    const text = `Failed to update database "${database.name}" because the database is read-only.`;
    throw new SqlError(3906, text);
  }
  const at = context.engine.open(database);
  if (findObject(at, name!) !== undefined) {
    throw new SqlError(2714, `There is already an object named '${name}' in the database.`);
  }
  const keys = columns.filter((it) => it.isPrimaryKey).map((it) => quoteName(it.name));
  const identity = columns.find((it) => it.isIdentity);
  const list = columns.map((it) => columnSql(it, keys.length === 1));
  if (keys.length > 1) list.push(`PRIMARY KEY (${keys.join(", ")})`);
  if (identity !== undefined && !identity.isPrimaryKey)
    throw new SqlError(102, "Incorrect syntax: the lab wants an identity to be the primary key.", {
      class: 15,
    });
  changeRows(context, `CREATE TABLE ${at.alias}.${quoteName(name!)} (${list.join(", ")})`);
  context.engine.advance(database, 8);
}

function columnSql(column: ColumnDeclaration, isOnlyKey: boolean): string {
  const { type } = column;
  const plain = renderSqlType(type);
  const declared =
    isExact(type.name) && type.precision > 15 ? `text_numeric(${type.precision},${type.scale})` : plain;
  const written = column.isIdentity ? "INTEGER" : quoteName(declared);
  const key = column.isPrimaryKey && isOnlyKey ? " PRIMARY KEY" : "";
  const collate = /char/.test(type.name) ? " COLLATE NOCASE" : "";
  return `${quoteName(column.name)} ${written}${key}${column.isNotNull || column.isPrimaryKey ? " NOT NULL" : ""}${collate}`;
}

function dropTable(context: StatementContext, path: Path, ifExists: boolean): void {
  try {
    const target = findTarget(context, path, "ALTER");
    untrackTable(target.at, target.name);
    changeRows(context, `DROP TABLE ${target.sql}`);
    context.engine.advance(target.database, 8);
  } catch (thrown) {
    if (!(thrown instanceof SqlError) || thrown.number !== 208) throw thrown;
    if (!ifExists)
      throw new SqlError(
        3701,
        `Cannot drop the table '${path.join(".")}', because it does not exist or you do not have permission.`,
        { class: 11 },
      );
  }
}
