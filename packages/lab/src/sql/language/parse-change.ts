import { unsupported } from "../sql-error.ts";
import { parseExpression, parseType } from "./parse-expression.ts";
import type { ColumnDeclaration, InsertStatement, Statement } from "./statement.ts";
import type { TokenCursor } from "./token-cursor.ts";

type Bare<T> = T extends unknown ? Omit<T, "line"> : never;

/** Reads a statement that writes to tables, makes or drops them; nothing when it is another one. */
export function parseChange(cursor: TokenCursor): Bare<Statement> | undefined {
  if (cursor.take("INSERT")) return parseInsert(cursor);
  if (cursor.take("UPDATE")) return parseUpdate(cursor);
  if (cursor.take("DELETE")) return parseDelete(cursor);
  if (cursor.take("TRUNCATE", "TABLE")) return { kind: "truncate", table: cursor.path() };
  if (cursor.take("CREATE", "TABLE")) return parseCreateTable(cursor);
  if (cursor.take("DROP", "TABLE")) {
    const ifExists = cursor.take("IF", "EXISTS");
    return { kind: "drop-table", tables: cursor.list(() => cursor.path()), ifExists };
  }
  if (cursor.take("ALTER", "TABLE")) return parseAlterTable(cursor);
  return undefined;
}

function parseInsert(cursor: TokenCursor): InsertStatement {
  cursor.take("INTO");
  const table = cursor.path();
  const hasColumns = cursor.isNext("(") && !cursor.isNext("(", "SELECT");
  const columns = hasColumns ? cursor.bracketed(() => cursor.name()) : [];
  if (cursor.isNext("OUTPUT")) throw unsupported("OUTPUT");
  if (cursor.take("DEFAULT", "VALUES")) return { kind: "insert", table, columns, rows: "defaults" };
  if (cursor.take("VALUES")) {
    const rows = cursor.list(() => cursor.bracketed(() => parseExpression(cursor)));
    return { kind: "insert", table, columns, rows };
  }
  if (cursor.isNext("EXEC") || cursor.isNext("EXECUTE")) throw unsupported("INSERT … EXEC");
  return { kind: "insert", table, columns, rows: cursor.parseQuery(cursor) };
}

function parseUpdate(cursor: TokenCursor): Bare<Statement> {
  if (cursor.isNext("TOP")) throw unsupported("UPDATE TOP");
  const table = cursor.path();
  cursor.expect("SET");
  const set = cursor.list(() => {
    const column = cursor.path().at(-1)!;
    cursor.expect("=");
    return { column, value: parseExpression(cursor) };
  });
  return { kind: "update", table, set, where: parseWhere(cursor) };
}

function parseDelete(cursor: TokenCursor): Bare<Statement> {
  if (cursor.isNext("TOP")) throw unsupported("DELETE TOP");
  cursor.take("FROM");
  return { kind: "delete", table: cursor.path(), where: parseWhere(cursor) };
}

function parseWhere(cursor: TokenCursor) {
  if (cursor.isNext("FROM") || cursor.isNext("OUTPUT")) throw unsupported(`${cursor.peek().key} in a change`);
  return cursor.take("WHERE") ? parseExpression(cursor) : undefined;
}

function parseCreateTable(cursor: TokenCursor): Bare<Statement> {
  const table = cursor.path();
  const columns: ColumnDeclaration[] = [];
  const keys: string[] = [];
  cursor.expect("(");
  do {
    const key = parseTableKey(cursor);
    if (key === undefined) columns.push(parseColumn(cursor));
    else keys.push(...key);
  } while (cursor.take(","));
  cursor.expect(")");
  const isKey = (name: string): boolean => keys.some((key) => key.toLowerCase() === name.toLowerCase());
  return {
    kind: "create-table",
    table,
    columns: columns.map((it) => (isKey(it.name) ? { ...it, isPrimaryKey: true } : it)),
  };
}

function parseTableKey(cursor: TokenCursor): readonly string[] | undefined {
  if (cursor.take("CONSTRAINT")) cursor.name();
  if (!cursor.take("PRIMARY", "KEY")) return undefined;
  if (!cursor.take("CLUSTERED")) cursor.take("NONCLUSTERED");
  return cursor.bracketed(() => {
    const name = cursor.name();
    if (!cursor.take("ASC")) cursor.take("DESC");
    return name;
  });
}

function parseColumn(cursor: TokenCursor): ColumnDeclaration {
  const name = cursor.name();
  const type = parseType(cursor, "declaration");
  let isNotNull = false;
  let isPrimaryKey = false;
  let isIdentity = false;
  for (;;) {
    if (cursor.take("NOT", "NULL")) isNotNull = true;
    else if (cursor.take("PRIMARY", "KEY")) isPrimaryKey = true;
    else if (cursor.take("IDENTITY")) {
      isIdentity = true;
      if (cursor.isNext("(")) cursor.bracketed(() => cursor.integer());
    } else if (!cursor.take("NULL") && !cursor.take("CLUSTERED")) break;
  }
  if (!cursor.isNext(",") && !cursor.isNext(")")) throw unsupported(`${cursor.peek().text} in a column`);
  return { name, type, isNotNull, isPrimaryKey, isIdentity };
}

function parseAlterTable(cursor: TokenCursor): Bare<Statement> {
  const table = cursor.path();
  for (const action of ["ENABLE", "DISABLE"] as const) {
    if (!cursor.take(action, "CHANGE_TRACKING")) continue;
    if (cursor.take("WITH", "(")) while (!cursor.take(")")) cursor.next();
    return { kind: "track-table", table, action };
  }
  throw unsupported("ALTER TABLE, except for change tracking");
}
