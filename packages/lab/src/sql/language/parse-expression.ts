import { isExact, parseSqlType, type SqlType, sqlType } from "../../tds/sql-type.ts";
import { SqlError, unsupported } from "../sql-error.ts";
import type { Call, Expression, OrderItem, Query } from "./syntax.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** Operators from the loosest to the tightest; AND, OR and comparisons come in between by their own rules. */
const sums = ["+", "-", "&", "|", "^"];
const products = ["*", "/", "%"];
const comparisons = ["=", "<>", "!=", "<", ">", "<=", ">=", "!<", "!>"];
const sameAs: Record<string, string> = { "!=": "<>", "!<": ">=", "!>": "<=" };

/** Reads an expression or a condition. */
export function parseExpression(cursor: TokenCursor): Expression {
  let left = parseAnd(cursor);
  while (cursor.take("OR")) left = { kind: "binary", operator: "OR", left, right: parseAnd(cursor) };
  return left;
}

function parseAnd(cursor: TokenCursor): Expression {
  let left = parseNot(cursor);
  while (cursor.take("AND")) left = { kind: "binary", operator: "AND", left, right: parseNot(cursor) };
  return left;
}

function parseNot(cursor: TokenCursor): Expression {
  if (cursor.take("NOT")) return { kind: "not", operand: parseNot(cursor) };
  return parsePredicate(cursor);
}

function parsePredicate(cursor: TokenCursor): Expression {
  const operand = parseSum(cursor);
  const comparison = comparisons.find((it) => cursor.isNext(it));
  if (comparison !== undefined) {
    cursor.next();
    const operator = sameAs[comparison] ?? comparison;
    return { kind: "binary", operator, left: operand, right: parseSum(cursor) };
  }
  if (cursor.take("IS")) {
    const isNegated = cursor.take("NOT");
    cursor.expect("NULL");
    return { kind: "is-null", operand, isNegated };
  }
  const isNegated = cursor.isNext("NOT") && cursor.take("NOT");
  if (cursor.take("IN")) return { kind: "in", operand, list: parseInList(cursor), isNegated };
  if (cursor.take("BETWEEN")) {
    const low = parseSum(cursor);
    cursor.expect("AND");
    return { kind: "between", operand, low, high: parseSum(cursor), isNegated };
  }
  if (cursor.take("LIKE")) {
    const pattern = parseSum(cursor);
    const escape = cursor.take("ESCAPE") ? parseSum(cursor) : undefined;
    return { kind: "like", operand, pattern, escape, isNegated };
  }
  if (isNegated) throw cursor.error();
  return operand;
}

function parseInList(cursor: TokenCursor): readonly Expression[] | Query {
  if (cursor.isNext("(", "SELECT")) return parseBracketedQuery(cursor);
  return cursor.bracketed(() => parseSum(cursor));
}

function parseBracketedQuery(cursor: TokenCursor): Query {
  cursor.expect("(");
  const query = cursor.parseQuery(cursor);
  cursor.expect(")");
  return query;
}

function parseSum(cursor: TokenCursor): Expression {
  return parseLeftToRight(cursor, sums, () => parseLeftToRight(cursor, products, () => parseUnary(cursor)));
}

function parseLeftToRight(
  cursor: TokenCursor,
  operators: readonly string[],
  part: () => Expression,
): Expression {
  let left = part();
  for (;;) {
    const operator = operators.find((it) => cursor.isNext(it));
    if (operator === undefined) return left;
    cursor.next();
    left = { kind: "binary", operator, left, right: part() };
  }
}

function parseUnary(cursor: TokenCursor): Expression {
  if (cursor.take("-")) return { kind: "negate", operand: parseUnary(cursor) };
  if (cursor.take("+")) return parseUnary(cursor);
  if (cursor.take("~")) return { kind: "complement", operand: parseUnary(cursor) };
  const operand = parsePrimary(cursor);
  // All text is compared in one collation, so naming that one changes nothing.
  if (cursor.take("COLLATE")) checkCollation(cursor.name());
  return operand;
}

function checkCollation(name: string): void {
  if (!/^(DATABASE_DEFAULT|SQL_Latin1_General_CP1_CI_AS|Latin1_General.*_CI_A[SI].*)$/i.test(name)) {
    throw unsupported(`the collation ${name}`);
  }
}

function parsePrimary(cursor: TokenCursor): Expression {
  const token = cursor.peek();
  switch (token.kind) {
    case "string":
      cursor.next();
      return {
        kind: "literal",
        value: token.text,
        type: sqlType(token.isNarrow ? "varchar" : "nvarchar", { length: Math.max(1, token.text.length) }),
      };
    case "number":
      cursor.next();
      return numberLiteral(token.text);
    case "binary":
      cursor.next();
      return binaryLiteral(token.text);
    case "variable":
      cursor.next();
      return { kind: "variable", name: token.text };
    default:
      return parseWordy(cursor);
  }
}

function numberLiteral(text: string): Expression {
  if (/e/i.test(text)) return { kind: "literal", value: Number(text), type: sqlType("float") };
  const [whole = "", fraction] = text.split(".");
  if (fraction === undefined && BigInt(whole) <= 0x7fff_ffffn) {
    return { kind: "literal", value: BigInt(whole), type: sqlType("int") };
  }
  const precision = Math.max(1, whole.length + (fraction ?? "").length);
  if (precision > 38)
    throw new SqlError(
      1007,
      `The number '${text}' is out of the range for numeric representation (maximum precision 38).`,
    );
  return {
    kind: "literal",
    value: text,
    type: sqlType("numeric", { precision, scale: (fraction ?? "").length }),
  };
}

function binaryLiteral(text: string): Expression {
  const digits = text.slice(2);
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, "hex");
  return {
    kind: "literal",
    value: new Uint8Array(bytes),
    type: sqlType("varbinary", { length: Math.max(1, bytes.length) }),
  };
}

/** Functions whose names are reserved words. */
const reservedFunctions = ["COALESCE", "NULLIF", "LEFT", "RIGHT"] as const;
/** Functions without brackets. */
const reservedValues = ["CURRENT_USER", "SESSION_USER", "SYSTEM_USER", "USER"] as const;

function parseWordy(cursor: TokenCursor): Expression {
  if (cursor.isNext("(", "SELECT") || cursor.isNext("(", "WITH")) {
    return { kind: "subquery", query: parseBracketedQuery(cursor) };
  }
  if (cursor.take("(")) {
    const inner = parseExpression(cursor);
    cursor.expect(")");
    return inner;
  }
  if (cursor.take("NULL")) return { kind: "literal", value: null, type: sqlType("int") };
  if (cursor.take("EXISTS")) return { kind: "exists", query: parseBracketedQuery(cursor) };
  if (cursor.take("CASE")) return parseCase(cursor);
  if (cursor.isNext("CAST", "(") || cursor.isNext("TRY_CAST", "(")) return parseCast(cursor);
  if (cursor.isNext("CONVERT", "(") || cursor.isNext("TRY_CONVERT", "(")) return parseConvert(cursor);
  if (cursor.take("CURRENT_TIMESTAMP")) return call("GETDATE", []);
  if (reservedFunctions.some((it) => cursor.isNext(it, "("))) return parseCall(cursor, [cursor.word()]);
  if (reservedValues.some((it) => cursor.isNext(it))) return { kind: "column", path: [cursor.word()] };
  const path = cursor.path();
  return cursor.isNext("(") ? parseCall(cursor, path) : { kind: "column", path };
}

function parseCase(cursor: TokenCursor): Expression {
  const subject = cursor.isNext("WHEN") ? undefined : parseExpression(cursor);
  const branches: { when: Expression; result: Expression }[] = [];
  while (cursor.take("WHEN")) {
    const when = parseExpression(cursor);
    cursor.expect("THEN");
    branches.push({ when, result: parseExpression(cursor) });
  }
  const otherwise = cursor.take("ELSE") ? parseExpression(cursor) : undefined;
  cursor.expect("END");
  return { kind: "case", subject, branches, otherwise };
}

function parseCast(cursor: TokenCursor): Expression {
  const isTry = cursor.next().key === "TRY_CAST";
  cursor.expect("(");
  const operand = parseExpression(cursor);
  cursor.expect("AS");
  const type = parseType(cursor, "cast");
  cursor.expect(")");
  return { kind: "cast", operand, type, style: 0, isTry };
}

function parseConvert(cursor: TokenCursor): Expression {
  const isTry = cursor.next().key === "TRY_CONVERT";
  cursor.expect("(");
  const type = parseType(cursor, "cast");
  cursor.expect(",");
  const operand = parseExpression(cursor);
  const style = cursor.take(",") ? cursor.integer() : 0;
  cursor.expect(")");
  return { kind: "cast", operand, type, style, isTry };
}

/** Reads a type. Text without a length has 30 characters in a cast and one in a declaration. */
export function parseType(cursor: TokenCursor, place: "cast" | "declaration"): SqlType {
  const path = cursor.take("DOUBLE", "PRECISION") ? ["float"] : cursor.path();
  const declaration = path.at(-1)!.toLowerCase();
  const size = cursor.isNext("(") ? cursor.bracketed(() => cursor.next().text) : [];
  const type = parseSqlType(size.length === 0 ? declaration : `${declaration}(${size.join(",")})`);
  if (type === undefined) throw new SqlError(243, `Type ${path.join(".")} is not a defined system type.`);
  const isSized = /^n?(var)?char$|^(var)?binary$/.test(declaration);
  if (size.length === 0 && isSized && place === "cast") return { ...type, length: 30 };
  if (isExact(type.name) && type.precision > 38)
    throw new SqlError(1002, `Line 1: Specified scale ${type.precision} is invalid.`);
  return type;
}

function call(name: string, args: readonly Expression[], detail: Partial<Call> = {}): Call {
  return {
    kind: "call",
    name,
    arguments: args,
    isDistinct: false,
    isStar: false,
    over: undefined,
    ...detail,
  };
}

/** Words that stand bare inside DATEADD and its like. */
const dateParts = new Set("DATEADD DATEDIFF DATEDIFF_BIG DATEPART DATENAME DATETRUNC".split(" "));

function parseCall(cursor: TokenCursor, path: readonly string[]): Expression {
  const name = path.at(-1)!.toUpperCase();
  if (cursor.take("(", "*", ")")) return withWindow(cursor, call(name, [], { isStar: true }));
  if (dateParts.has(name)) return parseDateCall(cursor, name);
  cursor.expect("(");
  if (cursor.take(")")) return withWindow(cursor, call(name, []));
  const isDistinct = cursor.take("DISTINCT");
  const args = cursor.list(() => parseExpression(cursor));
  cursor.expect(")");
  return withWindow(cursor, call(name, args, { isDistinct }));
}

function parseDateCall(cursor: TokenCursor, name: string): Expression {
  cursor.expect("(");
  const part = cursor.name();
  cursor.expect(",");
  const args = cursor.list(() => parseExpression(cursor));
  cursor.expect(")");
  const type = sqlType("varchar", { length: part.length });
  return call(name, [{ kind: "literal", value: part.toLowerCase(), type }, ...args]);
}

function withWindow(cursor: TokenCursor, of: Call): Call {
  if (!cursor.take("OVER")) return of;
  cursor.expect("(");
  const partitionBy = cursor.take("PARTITION", "BY") ? cursor.list(() => parseExpression(cursor)) : [];
  const orderBy = cursor.take("ORDER", "BY") ? parseOrder(cursor) : [];
  cursor.expect(")");
  return { ...of, over: { partitionBy, orderBy } };
}

/** Reads what follows ORDER BY. */
export function parseOrder(cursor: TokenCursor): readonly OrderItem[] {
  return cursor.list(() => {
    const by = parseExpression(cursor);
    const isDescending = cursor.take("DESC") || (cursor.take("ASC") && false);
    return { by, direction: isDescending ? "DESC" : "ASC" };
  });
}
