import { unsupported } from "../sql-error.ts";
import { parseExpression, parseOrder } from "./parse-expression.ts";
import type { Expression, Query, Select, SelectItem, Source } from "./syntax.ts";
import type { TokenCursor } from "./token-cursor.ts";

/** Reads a query: WITH, SELECT, UNION, ORDER BY. */
export function parseQuery(cursor: TokenCursor): Query {
  const tables = cursor.take("WITH") ? cursor.list(() => parseNamedQuery(cursor)) : [];
  const first = parseSelect(cursor);
  const rest: { operator: string; select: Select }[] = [];
  for (let operator = setOperator(cursor); operator !== undefined; operator = setOperator(cursor)) {
    rest.push({ operator, select: parseSelect(cursor) });
  }
  const orderBy = cursor.take("ORDER", "BY") ? parseOrder(cursor) : [];
  const paging = cursor.take("OFFSET") ? parsePaging(cursor) : { offset: undefined, fetch: undefined };
  if (cursor.isNext("FOR")) throw unsupported("FOR XML and FOR JSON");
  if (cursor.take("OPTION")) skipBrackets(cursor);
  return { tables, first, rest, orderBy, ...paging };
}

function parseNamedQuery(cursor: TokenCursor): Query["tables"][number] {
  const name = cursor.name();
  const columns = cursor.isNext("(") ? cursor.bracketed(() => cursor.name()) : [];
  cursor.expect("AS", "(");
  const query = parseQuery(cursor);
  cursor.expect(")");
  return { name, columns, query };
}

function setOperator(cursor: TokenCursor): string | undefined {
  if (cursor.take("UNION", "ALL")) return "UNION ALL";
  return ["UNION", "EXCEPT", "INTERSECT"].find((it) => cursor.take(it));
}

function parsePaging(cursor: TokenCursor): { offset: Expression; fetch: Expression | undefined } {
  const offset = parseExpression(cursor);
  if (!cursor.take("ROWS")) cursor.expect("ROW");
  if (!cursor.take("FETCH")) return { offset, fetch: undefined };
  if (!cursor.take("NEXT")) cursor.expect("FIRST");
  const fetch = parseExpression(cursor);
  if (!cursor.take("ROWS")) cursor.expect("ROW");
  cursor.expect("ONLY");
  return { offset, fetch };
}

function parseSelect(cursor: TokenCursor): Select {
  cursor.expect("SELECT");
  const isDistinct = cursor.take("DISTINCT") || (cursor.take("ALL") && false);
  const top = cursor.take("TOP") ? parseTop(cursor) : undefined;
  const items = cursor.list(() => parseItem(cursor));
  if (cursor.isNext("INTO")) throw unsupported("SELECT INTO");
  const from = cursor.take("FROM") ? cursor.list(() => parseSource(cursor)) : [];
  const where = cursor.take("WHERE") ? parseExpression(cursor) : undefined;
  const groupBy = cursor.take("GROUP", "BY") ? cursor.list(() => parseExpression(cursor)) : [];
  const having = cursor.take("HAVING") ? parseExpression(cursor) : undefined;
  return { isDistinct, top, items, from, where, groupBy, having };
}

function parseTop(cursor: TokenCursor): Expression {
  const isBracketed = cursor.take("(");
  const top = isBracketed ? parseExpression(cursor) : numberOnly(cursor);
  if (isBracketed) cursor.expect(")");
  if (cursor.isNext("PERCENT") || cursor.isNext("WITH", "TIES"))
    throw unsupported("TOP with PERCENT or TIES");
  return top;
}

/** Without brackets TOP takes a number only, so that `TOP 1 *` is no product. */
function numberOnly(cursor: TokenCursor): Expression {
  const value = BigInt(cursor.integer());
  return { kind: "literal", value, type: { name: "bigint", length: 1, precision: 0, scale: 0 } };
}

function parseItem(cursor: TokenCursor): SelectItem {
  if (cursor.take("*")) return { kind: "star", table: undefined };
  const isQualifiedStar = cursor.isName() && cursor.peek(1).key === "." && cursor.peek(2).key === "*";
  if (isQualifiedStar) {
    const table = cursor.name();
    cursor.expect(".", "*");
    return { kind: "star", table };
  }
  if (cursor.peek().kind === "variable" && cursor.peek(1).key === "=") {
    const variable = cursor.variable();
    cursor.expect("=");
    return { kind: "assign", variable, value: parseExpression(cursor) };
  }
  if ((cursor.isName() || cursor.peek().kind === "string") && cursor.peek(1).key === "=") {
    // `alias = expression`, the older way to name a column.
    const alias = cursor.next().text;
    cursor.expect("=");
    return { kind: "value", value: parseExpression(cursor), alias };
  }
  const value = parseExpression(cursor);
  const alias = cursor.peek().kind === "string" ? cursor.next().text : cursor.alias();
  return { kind: "value", value, alias };
}

function parseSource(cursor: TokenCursor): Source {
  let left = parseSingleSource(cursor);
  for (let join = joinKind(cursor); join !== undefined; join = joinKind(cursor)) {
    const right = parseSingleSource(cursor);
    if (join !== "CROSS") cursor.expect("ON");
    left = { kind: "join", join, left, right, on: join === "CROSS" ? undefined : parseExpression(cursor) };
  }
  return left;
}

function joinKind(cursor: TokenCursor): "INNER" | "LEFT" | "RIGHT" | "FULL" | "CROSS" | undefined {
  if (cursor.isNext("CROSS", "APPLY") || cursor.isNext("OUTER", "APPLY")) throw unsupported("APPLY");
  if (cursor.take("CROSS", "JOIN")) return "CROSS";
  if (cursor.take("JOIN") || cursor.take("INNER", "JOIN")) return "INNER";
  for (const side of ["LEFT", "RIGHT", "FULL"] as const) {
    if (cursor.take(side, "OUTER", "JOIN") || cursor.take(side, "JOIN")) return side;
  }
  return undefined;
}

function parseSingleSource(cursor: TokenCursor): Source {
  if (cursor.isNext("(", "VALUES")) return parseValues(cursor);
  if (cursor.isNext("(", "SELECT") || cursor.isNext("(", "WITH")) return parseDerived(cursor);
  if (cursor.take("(")) {
    const inner = parseSource(cursor);
    cursor.expect(")");
    return inner;
  }
  const path = cursor.path();
  if (path.length === 1 && path[0]!.toUpperCase() === "CHANGETABLE") throw unsupported("CHANGETABLE");
  const args =
    cursor.isNext("(") && !hintFollows(cursor) ? cursor.bracketed(() => parseExpression(cursor)) : undefined;
  const alias = cursor.alias();
  skipHints(cursor);
  return args === undefined
    ? { kind: "table", path, alias }
    : { kind: "function", path, arguments: args, alias };
}

function parseValues(cursor: TokenCursor): Source {
  cursor.expect("(", "VALUES");
  const rows = cursor.list(() => cursor.bracketed(() => parseExpression(cursor)));
  cursor.expect(")");
  return { kind: "values", rows, ...parseDerivedName(cursor) };
}

function parseDerived(cursor: TokenCursor): Source {
  cursor.expect("(");
  const query = parseQuery(cursor);
  cursor.expect(")");
  return { kind: "derived", query, ...parseDerivedName(cursor) };
}

function parseDerivedName(cursor: TokenCursor): { alias: string; columns: readonly string[] } {
  const alias = cursor.alias();
  if (alias === undefined) throw cursor.error();
  return { alias, columns: cursor.isNext("(") ? cursor.bracketed(() => cursor.name()) : [] };
}

/** Hints about locks mean nothing here: there is one writer at a time. */
function skipHints(cursor: TokenCursor): void {
  if (cursor.isNext("WITH", "(")) cursor.next();
  if (hintFollows(cursor)) skipBrackets(cursor);
}

function hintFollows(cursor: TokenCursor): boolean {
  return (
    cursor.isNext("(") &&
    /^(NOLOCK|READUNCOMMITTED|READCOMMITTED|READPAST|UPDLOCK|HOLDLOCK|TABLOCKX?|ROWLOCK|XLOCK|NOWAIT)$/.test(
      cursor.peek(1).key,
    )
  );
}

function skipBrackets(cursor: TokenCursor): void {
  cursor.expect("(");
  for (let depth = 1; depth > 0;) {
    const token = cursor.next();
    if (token.kind === "end") throw cursor.error();
    if (token.kind === "symbol" && token.text === "(") depth++;
    if (token.kind === "symbol" && token.text === ")") depth--;
  }
}
