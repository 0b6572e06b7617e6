import { unsupported } from "../sql-error.ts";
import { parseAdministration } from "./parse-administration.ts";
import { parseChange } from "./parse-change.ts";
import { parseExpression, parseType } from "./parse-expression.ts";
import { parseQuery } from "./parse-query.ts";
import type { Statement } from "./statement.ts";
import { TokenCursor } from "./token-cursor.ts";

/** Statement without its line, of whichever kind. */
type Bare<T> = T extends unknown ? Omit<T, "line"> : never;

/** Reads a batch whole, so that a mistake anywhere keeps all of it from running. */
export function parseBatch(text: string): readonly Statement[] {
  const cursor = new TokenCursor(text, parseQuery);
  const statements: Statement[] = [];
  while (cursor.take(";"));
  while (cursor.peek().kind !== "end") statements.push(parseStatement(cursor));
  return statements;
}

function parseStatement(cursor: TokenCursor): Statement {
  const { line } = cursor.peek();
  const statement = parseBare(cursor);
  while (cursor.take(";"));
  return { ...statement, line } as Statement;
}

function parseBare(cursor: TokenCursor): Bare<Statement> {
  if (cursor.isNext("SELECT") || cursor.isNext("WITH") || cursor.isNext("(", "SELECT")) {
    return { kind: "select", query: parseQuery(cursor) };
  }
  const statement =
    parseFlow(cursor) ??
    parseVariable(cursor) ??
    parseTalk(cursor) ??
    parseChange(cursor) ??
    parseAdministration(cursor);
  if (statement !== undefined) return statement;
  if (cursor.take("EXEC") || cursor.take("EXECUTE")) return parseExecute(cursor);
  const known =
    /^(CREATE|ALTER|DROP|MERGE|GRANT|REVOKE|DENY|WHILE|GOTO|KILL|CHECKPOINT|DBCC|OPEN|CLOSE|FETCH|SAVE|BULK)$/;
  if (known.test(cursor.peek().key)) throw unsupported(`${cursor.peek().key} ${cursor.peek(1).text}`);
  throw cursor.error();
}

function parseFlow(cursor: TokenCursor): Bare<Statement> | undefined {
  if (cursor.take("USE")) return { kind: "use", database: cursor.name() };
  if (cursor.take("IF")) return parseIf(cursor);
  if (cursor.take("RETURN")) return { kind: "return" };
  if (cursor.isNext("BEGIN", "TRY")) throw unsupported("BEGIN TRY");
  const begins = cursor.take("BEGIN", "TRANSACTION") || cursor.take("BEGIN", "TRAN");
  if (begins) return parseTransaction(cursor, "begin");
  for (const action of ["commit", "rollback"] as const) {
    if (!cursor.take(action.toUpperCase())) continue;
    if (!cursor.take("TRANSACTION") && !cursor.take("TRAN")) cursor.take("WORK");
    return parseTransaction(cursor, action);
  }
  return undefined;
}

function parseTransaction(cursor: TokenCursor, action: "begin" | "commit" | "rollback"): Bare<Statement> {
  if (cursor.isName()) cursor.name();
  return { kind: "transaction", action };
}

function parseIf(cursor: TokenCursor): Bare<Statement> {
  const condition = parseExpression(cursor);
  const body = parseBody(cursor);
  const otherwise = cursor.take("ELSE") ? parseBody(cursor) : [];
  return { kind: "if", condition, body, otherwise };
}

function parseBody(cursor: TokenCursor): readonly Statement[] {
  const isBlock = cursor.isNext("BEGIN") && !cursor.peek(1).key.startsWith("TRAN");
  if (!isBlock) return [parseStatement(cursor)];
  cursor.expect("BEGIN");
  while (cursor.take(";"));
  const body: Statement[] = [];
  while (!cursor.isNext("END")) {
    if (cursor.peek().kind === "end") throw cursor.error();
    body.push(parseStatement(cursor));
  }
  cursor.expect("END");
  while (cursor.take(";"));
  return body;
}

function parseVariable(cursor: TokenCursor): Bare<Statement> | undefined {
  if (cursor.take("DECLARE"))
    return { kind: "declare", variables: cursor.list(() => parseDeclaration(cursor)) };
  if (!cursor.take("SET")) return undefined;
  if (cursor.peek().kind === "variable") {
    const variable = cursor.variable();
    cursor.expect("=");
    return { kind: "assign", variable, value: parseExpression(cursor) };
  }
  return parseSetOption(cursor);
}

function parseDeclaration(cursor: TokenCursor) {
  const name = cursor.variable();
  cursor.take("AS");
  if (cursor.isNext("TABLE")) throw unsupported("table variables");
  const type = parseType(cursor, "declaration");
  return { name, type, value: cursor.take("=") ? parseExpression(cursor) : undefined };
}

const isolationLevels = [
  ["READ", "UNCOMMITTED"],
  ["READ", "COMMITTED"],
  ["REPEATABLE", "READ"],
  ["SNAPSHOT"],
  ["SERIALIZABLE"],
] as const;

/** Options of the session change nothing here, but their form is checked. */
function parseSetOption(cursor: TokenCursor): Bare<Statement> {
  if (cursor.take("TRANSACTION", "ISOLATION", "LEVEL")) {
    const isKnown = isolationLevels.some((level) => cursor.take(...level));
    if (!isKnown) throw cursor.error();
    return { kind: "set-option" };
  }
  cursor.list(() => cursor.word());
  cursor.take("=");
  if (!cursor.take("ON") && !cursor.take("OFF")) {
    const isNegative = cursor.take("-");
    if (isNegative || cursor.peek().kind === "number") cursor.integer();
    else cursor.name();
  }
  return { kind: "set-option" };
}

function parseTalk(cursor: TokenCursor): Bare<Statement> | undefined {
  if (cursor.take("PRINT")) return { kind: "print", value: parseExpression(cursor) };
  if (cursor.take("RAISERROR")) return parseRaise(cursor);
  if (cursor.take("THROW")) {
    const [number, text, state] = cursor.list(() => parseExpression(cursor));
    if (number === undefined || text === undefined || state === undefined) throw cursor.error();
    return { kind: "throw", number, text, state };
  }
  if (cursor.take("WAITFOR")) {
    cursor.expect("DELAY");
    return { kind: "waitfor", delay: parseExpression(cursor) };
  }
  return undefined;
}

function parseRaise(cursor: TokenCursor): Bare<Statement> {
  const [text, severity, state, ...args] = cursor.bracketed(() => parseExpression(cursor));
  if (text === undefined || severity === undefined || state === undefined) throw cursor.error();
  if (cursor.take("WITH")) cursor.list(() => cursor.name());
  return { kind: "raiserror", text, severity, state, arguments: args };
}

function parseExecute(cursor: TokenCursor): Bare<Statement> {
  if (cursor.take("(")) {
    const text = parseExpression(cursor);
    cursor.expect(")");
    return { kind: "execute-text", text };
  }
  const procedure = cursor.path().at(-1)!.toLowerCase();
  const hasArguments =
    /^(string|number|variable|binary)$/.test(cursor.peek().kind) ||
    cursor.isNext("NULL") ||
    cursor.isNext("-");
  const args = hasArguments ? cursor.list(() => parseArgument(cursor)) : [];
  return { kind: "execute", procedure, arguments: args };
}

function parseArgument(cursor: TokenCursor) {
  const isNamed = cursor.peek().kind === "variable" && cursor.peek(1).key === "=";
  const name = isNamed ? cursor.variable() : "";
  if (isNamed) cursor.expect("=");
  const value = parseExpression(cursor);
  if (cursor.isNext("OUTPUT") || cursor.isNext("OUT")) throw unsupported("output parameters");
  return { name, value };
}
