import { isExact, isMoment, isText, isWhole, type SqlType, sqlType } from "../../tds/sql-type.ts";
import type { Call, Expression, OrderItem, Query } from "../language/syntax.ts";
import { SqlError, unsupported } from "../sql-error.ts";
import { commonType, comparable, convert, isLong, sortable } from "./coercion.ts";
import { isAggregate } from "./aggregates.ts";
import { translateAggregate, translateScalar } from "./functions.ts";
import type { Scope } from "./scope.ts";
import { literal, quoteName, type Typed } from "./typed.ts";

const bit = sqlType("bit");
const noType = sqlType("int");

/** Writes an expression for SQLite and finds its type. Conditions have the type `bit`. */
export function translateExpression(expression: Expression, scope: Scope): Typed {
  const translate = (it: Expression): Typed => translateExpression(it, scope);
  switch (expression.kind) {
    case "literal":
      return literal(expression.value, expression.type);
    case "column":
      return systemUser(expression.path, scope) ?? scope.column(expression.path);
    case "variable":
      return translateVariable(expression.name, scope);
    case "negate": {
      const operand = translate(expression.operand);
      return { sql: `(-${operand.sql})`, type: operand.type };
    }
    case "complement":
      return { sql: `(~${translate(expression.operand).sql})`, type: noType };
    case "not":
      return { sql: `(NOT ${translate(expression.operand).sql})`, type: bit };
    case "binary":
      return translateBinary(expression.operator, translate(expression.left), translate(expression.right));
    case "cast":
      return translateCast(expression, translate(expression.operand));
    case "call":
      return translateCall(expression, scope);
    case "case":
      return translateCase(expression, scope);
    case "exists":
      return { sql: `EXISTS (${scope.translateQuery(expression.query, scope).sql})`, type: bit };
    case "subquery":
      return translateSubquery(expression, scope);
    case "is-null": {
      const not = expression.isNegated ? "NOT " : "";
      return { sql: `(${translate(expression.operand).sql} IS ${not}NULL)`, type: bit };
    }
    case "between":
    case "in":
    case "like":
      return translatePredicate(expression, scope);
  }
}

/** `SYSTEM_USER`, `USER` and their like are functions without brackets. */
function systemUser(path: readonly string[], scope: Scope): Typed | undefined {
  const name = path[0]!.toUpperCase();
  const isOne = path.length === 1 && /^(((SYSTEM|SESSION|CURRENT)_)?USER)$/.test(name);
  return isOne ? scope.surroundings.constant(name) : undefined;
}

function translateVariable(name: string, scope: Scope): Typed {
  if (name.startsWith("@@")) {
    const global = scope.surroundings.global(name.toUpperCase());
    if (global !== undefined) return global;
    throw new SqlError(137, `Must declare the scalar variable "${name}".`, { class: 15 });
  }
  const { type, value } = scope.surroundings.variable(name);
  return literal(value, type);
}

const comparisons = new Set(["=", "<>", "<", ">", "<=", ">="]);

function translateBinary(operator: string, left: Typed, right: Typed): Typed {
  if (operator === "AND" || operator === "OR")
    return { sql: `(${left.sql} ${operator} ${right.sql})`, type: bit };
  if (comparisons.has(operator)) {
    const [from, to] = comparable(left, right);
    return { sql: `(${from} ${operator} ${to})`, type: bit };
  }
  const type = commonType(left, right);
  if (operator === "+" && isText(left.type.name) && isText(right.type.name)) return concatenate(left, right);
  if (isMoment(type.name)) throw unsupported("arithmetic on dates; use DATEADD and DATEDIFF");
  if (isLong(left.type) || isLong(right.type)) throw unsupported("arithmetic on numbers above 15 digits");
  if (operator === "^") return { sql: `((${left.sql} | ${right.sql}) - (${left.sql} & ${right.sql}))`, type };
  const [from, to] = [number(left, type), number(right, type)];
  const divisor = operator === "/" || operator === "%" ? `lab_nonzero(${to})` : to;
  return { sql: `(${from} ${operator} ${divisor})`, type: resultType(operator, type) };
}

function concatenate(left: Typed, right: Typed): Typed {
  const isWide = left.type.name.startsWith("n") || right.type.name.startsWith("n");
  const isMax = left.type.length === "max" || right.type.length === "max";
  const length = Math.min(Number(left.type.length) + Number(right.type.length), isWide ? 4000 : 8000);
  const type = sqlType(isWide ? "nvarchar" : "varchar", { length: isMax ? "max" : length });
  return { sql: `(${left.sql} || ${right.sql})`, type };
}

/** Numbers as SQLite calculates with them. */
function number(value: Typed, common: SqlType): string {
  if (isWhole(value.type.name) && isWhole(common.name)) return value.sql;
  if (isText(value.type.name) && isWhole(common.name)) return convert(value, common);
  return isWhole(value.type.name) ? `CAST(${value.sql} AS REAL)` : `lab_to_float(${value.sql})`;
}

function resultType(operator: string, type: SqlType): SqlType {
  if (type.name === "bit") return noType;
  if (!isExact(type.name)) return type;
  const scale = operator === "/" ? Math.max(6, type.scale) : operator === "*" ? type.scale * 2 : type.scale;
  return { ...type, precision: 38, scale: Math.min(scale, 18) };
}

function translateCast(cast: Extract<Expression, { kind: "cast" }>, operand: Typed): Typed {
  if (cast.isTry) throw unsupported("TRY_CAST and TRY_CONVERT");
  const sql = convert(operand, cast.type, cast.style);
  return operand.literal === null ? literal(null, cast.type) : { sql, type: cast.type };
}

function translateCall(call: Call, scope: Scope): Typed {
  const args = call.arguments.map((it) => translateExpression(it, scope));
  if (call.over !== undefined) return translateWindow(call, args, scope);
  if (call.isStar) {
    if (call.name !== "COUNT" && call.name !== "COUNT_BIG") throw unsupported(`${call.name}(*)`);
    return { sql: "count(*)", type: sqlType(call.name === "COUNT" ? "int" : "bigint") };
  }
  const constant = args.length === 0 ? scope.surroundings.constant(call.name) : undefined;
  if (constant !== undefined) return constant;
  if (call.name === "IIF") return branches([{ when: args[0]!, value: args[1]! }], args[2]);
  return (
    translateAggregate(call.name, args, call.isDistinct ? "DISTINCT " : "") ??
    translateScalar(call.name, args)
  );
}

const ranking = new Set(["ROW_NUMBER", "RANK", "DENSE_RANK"]);

function translateWindow(call: Call, args: readonly Typed[], scope: Scope): Typed {
  const parts = call.over!.partitionBy.map((it) => sortable(translateExpression(it, scope)));
  const partition = parts.length > 0 ? `PARTITION BY ${parts.join(", ")}` : "";
  const order = call.over!.orderBy.length > 0 ? `ORDER BY ${renderOrder(call.over!.orderBy, scope)}` : "";
  const window = `OVER (${partition} ${order})`;
  if (ranking.has(call.name))
    return { sql: `${call.name.toLowerCase()}() ${window}`, type: sqlType("bigint") };
  const of = call.isStar ? { sql: "count(*)", type: noType } : translateAggregate(call.name, args, "");
  if (of === undefined || of.sql.startsWith("lab_") || of.sql.startsWith("CAST"))
    throw unsupported(`${call.name} OVER`);
  return { sql: `${of.sql} ${window}`, type: of.type };
}

/** Writes the list of an ORDER BY inside a window. */
function renderOrder(items: readonly OrderItem[], scope: Scope): string {
  return items
    .map(({ by, direction }) => `${sortable(translateExpression(by, scope))} ${direction}`)
    .join(", ");
}

function translateCase(expression: Extract<Expression, { kind: "case" }>, scope: Scope): Typed {
  const translate = (it: Expression): Typed => translateExpression(it, scope);
  const subject = expression.subject === undefined ? undefined : translate(expression.subject);
  const list = expression.branches.map(({ when, result }) => {
    const condition = translate(when);
    return {
      when: subject === undefined ? condition : translateBinary("=", subject, condition),
      value: translate(result),
    };
  });
  return branches(list, expression.otherwise === undefined ? undefined : translate(expression.otherwise));
}

function branches(list: readonly { when: Typed; value: Typed }[], otherwise: Typed | undefined): Typed {
  const values = [...list.map((it) => it.value), ...(otherwise === undefined ? [] : [otherwise])];
  const { type } = values.reduce((left, right) =>
    left.literal === null
      ? right
      : right.literal === null
        ? left
        : { sql: "", type: commonType(left, right) },
  );
  const cases = list.map(({ when, value }) => `WHEN ${when.sql} THEN ${convert(value, type)}`);
  const rest = otherwise === undefined ? "" : ` ELSE ${convert(otherwise, type)}`;
  return { sql: `(CASE ${cases.join(" ")}${rest} END)`, type };
}

function translateSubquery(expression: Extract<Expression, { kind: "subquery" }>, scope: Scope): Typed {
  const query = scope.translateQuery(expression.query, scope);
  if (query.columns.length !== 1) {
    throw new SqlError(
      116,
      "Only one expression can be specified in the select list when the subquery is not introduced with EXISTS.",
    );
  }
  if (givesOneRow(expression.query)) return { sql: `(${query.sql})`, type: query.columns[0]!.type };
  // SQLite would take the first of several rows; the server refuses.
  const sql = `(SELECT CASE WHEN lab_single((SELECT count(*) FROM (${query.sql}))) THEN (${query.sql}) END)`;
  return { sql, type: query.columns[0]!.type };
}

/** Says whether a query can't have two rows: TOP 1, or only functions over all rows. */
function givesOneRow(query: Query): boolean {
  const { first, rest } = query;
  if (rest.length > 0) return false;
  if (first.from.length === 0) return true;
  if (first.top?.kind === "literal" && Number(first.top.value) === 1) return true;
  const [item] = first.items;
  return first.groupBy.length === 0 && item?.kind === "value" && isAggregate(item.value);
}

function translatePredicate(
  expression: Extract<Expression, { kind: "between" | "in" | "like" }>,
  scope: Scope,
): Typed {
  const translate = (it: Expression): Typed => translateExpression(it, scope);
  const operand = translate(expression.operand);
  const not = expression.isNegated ? "NOT " : "";
  if (expression.kind === "between") {
    const low = translateBinary(">=", operand, translate(expression.low));
    const high = translateBinary("<=", operand, translate(expression.high));
    return { sql: `(${not}(${low.sql} AND ${high.sql}))`, type: bit };
  }
  if (expression.kind === "like") {
    const text = (it: Typed): string =>
      convert(it, isText(it.type.name) ? it.type : sqlType("nvarchar", { length: 4000 }));
    const escape = expression.escape === undefined ? "NULL" : translate(expression.escape).sql;
    return {
      sql: `(${not}lab_like(${text(operand)}, ${text(translate(expression.pattern))}, ${escape}))`,
      type: bit,
    };
  }
  if ("first" in expression.list) {
    const query = scope.translateQuery(expression.list, scope);
    const column = query.columns[0]!;
    const [left, right] = comparable(operand, { sql: quoteName(column.name), type: column.type });
    return { sql: `(${left} ${not}IN (SELECT ${right} FROM (${query.sql})))`, type: bit };
  }
  const tests = expression.list.map((it) => translateBinary("=", operand, translate(it)).sql);
  return { sql: `(${not}(${tests.join(" OR ")}))`, type: bit };
}
