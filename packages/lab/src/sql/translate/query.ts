import type { Expression, OrderItem, Query, Select, SelectItem, Source } from "../language/syntax.ts";
import { SqlError, unsupported } from "../sql-error.ts";
import { checkGrouping } from "./check-grouping.ts";
import { commonType, convert, distinguishable, sortable } from "./coercion.ts";
import { translateCondition, translateValue } from "./condition.ts";
import { translateExpression } from "./expression.ts";
import { type Column, type Relation, Scope, type Surroundings, type TranslatedQuery } from "./scope.ts";
import { quoteName, type Typed } from "./typed.ts";

/** Translates a whole query. */
export function translateTopQuery(query: Query, surroundings: Surroundings): TranslatedQuery {
  return translateQuery(query, topScope(surroundings));
}

/** The scope of a statement, in which no table is known yet. */
export function topScope(surroundings: Surroundings): Scope {
  return new Scope({ surroundings, translateQuery });
}

interface TranslatedSelect {
  readonly sql: string;
  readonly columns: readonly Column[];
  readonly scope: Scope;
  readonly items: readonly (Typed & { readonly name: string })[];
}

function translateQuery(query: Query, outer: Scope): TranslatedQuery {
  const scope = outer.inner();
  const tables = query.tables.map(({ name, columns, query: inner }) => {
    const translated = translateQuery(inner, scope);
    const named = renameColumns(translated.columns, columns);
    scope.addNamedQuery(name, named);
    const list = named.map((it) => quoteName(it.name)).join(", ");
    return `${quoteName(name)} (${list}) AS (${translated.sql})`;
  });
  const withTables = tables.length > 0 ? `WITH ${tables.join(", ")} ` : "";
  const body = query.rest.length > 0 ? translateUnion(query, scope) : translateSingle(query, scope);
  return { sql: `${withTables}${body.sql}`, columns: body.columns };
}

function translateSingle(query: Query, scope: Scope): TranslatedQuery {
  const select = translateSelect(query.first, scope);
  const order = orderClause(query.orderBy, select);
  const { top } = query.first;
  const limit =
    top === undefined ? pagingClause(query, scope) : ` LIMIT ${translateExpression(top, scope).sql}`;
  return { sql: `${select.sql}${order}${limit}`, columns: select.columns };
}

function translateUnion(query: Query, scope: Scope): TranslatedQuery {
  const selects = [query.first, ...query.rest.map((it) => it.select)].map((it) => withOwnTop(it, scope));
  const [first] = selects;
  if (selects.some((it) => it.columns.length !== first!.columns.length)) {
    throw new SqlError(
      205,
      "All queries combined using a UNION, INTERSECT or EXCEPT operator must have an equal number of expressions in their target lists.",
    );
  }
  const columns = first!.columns.map((column, at) => ({
    name: column.name,
    type: selects
      .map((it) => it.items[at]!)
      .reduce((left, right) => ({ ...left, type: commonType(left, right) })).type,
  }));
  const parts = selects.map((it) => {
    const list = it.items.map((item, at) => {
      const value = { sql: quoteName(item.name), type: item.type };
      const converted = {
        sql: convert(item.literal === undefined ? value : item, columns[at]!.type),
        type: columns[at]!.type,
      };
      return `${distinguishable(converted)} AS ${quoteName(columns[at]!.name)}`;
    });
    return `SELECT ${list.join(", ")} FROM (${it.sql})`;
  });
  const body = parts.reduce((left, right, at) => `${left} ${query.rest[at - 1]!.operator} ${right}`);
  const order = query.orderBy.map(({ by, direction }) => `${unionOrder(by, columns)} ${direction}`);
  const orderBy = order.length > 0 ? ` ORDER BY ${order.join(", ")}` : "";
  const names = columns.map((it) => quoteName(it.name)).join(", ");
  return { sql: `SELECT ${names} FROM (${body})${orderBy}${pagingClause(query, scope)}`, columns };
}

function withOwnTop(select: Select, scope: Scope): TranslatedSelect {
  const translated = translateSelect(select, scope);
  if (select.top === undefined) return translated;
  return { ...translated, sql: `${translated.sql} LIMIT ${translateExpression(select.top, scope).sql}` };
}

function unionOrder(by: Expression, columns: readonly Column[]): string {
  const position = by.kind === "literal" && typeof by.value === "bigint" ? Number(by.value) - 1 : -1;
  const name = by.kind === "column" ? by.path.at(-1)!.toLowerCase() : undefined;
  const column = columns[position] ?? columns.find((it) => it.name.toLowerCase() === name);
  if (column === undefined) throw unsupported("ORDER BY of a UNION by anything but its columns");
  return sortable({ sql: quoteName(column.name), type: column.type });
}

function translateSelect(select: Select, outer: Scope): TranslatedSelect {
  const scope = outer.inner();
  const from = select.from.map((source) => translateSource(source, scope)).join(", ");
  const items = select.items.flatMap((item) => translateItem(item, scope));
  const where = condition("WHERE", select.where, scope);
  const group = select.groupBy.map((it) => sortable(translateExpression(it, scope)));
  checkGrouping(select, scope);
  const having = condition("HAVING", select.having, scope);
  const write = (it: Typed): string => (select.isDistinct ? distinguishable(it) : it.sql);
  const list = items.map((it) => `${write(it)} AS ${quoteName(it.name)}`).join(", ");
  const sql = [
    `SELECT ${select.isDistinct ? "DISTINCT " : ""}${list}`,
    from === "" ? "" : ` FROM ${from}`,
    where,
    group.length > 0 ? ` GROUP BY ${group.join(", ")}` : "",
    having,
  ].join("");
  return { sql, columns: items.map(({ name, type }) => ({ name, type })), scope, items };
}

function condition(word: string, expression: Expression | undefined, scope: Scope): string {
  return expression === undefined ? "" : ` ${word} ${translateCondition(expression, scope).sql}`;
}

function translateItem(item: SelectItem, scope: Scope): readonly (Typed & { readonly name: string })[] {
  if (item.kind === "assign") return [{ ...translateValue(item.value, scope), name: item.variable }];
  if (item.kind === "value") {
    const written = item.value.kind === "column" ? item.value.path.at(-1)! : "";
    return [{ ...translateValue(item.value, scope), name: item.alias ?? written }];
  }
  const relations = scope.relations.filter(
    ({ alias }) => item.table === undefined || alias.toLowerCase() === item.table.toLowerCase(),
  );
  if (relations.length === 0) {
    throw new SqlError(
      107,
      `The column prefix '${item.table ?? "*"}' does not match with a table name or alias name used in the query.`,
      { class: 15 },
    );
  }
  return relations.flatMap(({ alias, columns }) =>
    columns.map(({ name, type }) => ({ sql: `${quoteName(alias)}.${quoteName(name)}`, name, type })),
  );
}

/** ORDER BY may name a column of the result by its alias or its position. */
function orderClause(items: readonly OrderItem[], select: TranslatedSelect): string {
  if (items.length === 0) return "";
  const parts = items.map(({ by, direction }) => {
    const isPosition = by.kind === "literal" && typeof by.value === "bigint";
    const position = isPosition ? Number(by.value) - 1 : -1;
    const alias = by.kind === "column" && by.path.length === 1 ? by.path[0]!.toLowerCase() : undefined;
    const item = select.items[position] ?? select.items.find((it) => it.name.toLowerCase() === alias);
    if (isPosition && item === undefined) {
      throw new SqlError(
        108,
        `The ORDER BY position number ${position + 1} is out of range of the number of items in the select list.`,
        { class: 15 },
      );
    }
    return `${sortable(item ?? translateExpression(by, select.scope))} ${direction}`;
  });
  return ` ORDER BY ${parts.join(", ")}`;
}

function pagingClause(query: Query, scope: Scope): string {
  if (query.offset === undefined) return "";
  const count = query.fetch === undefined ? "-1" : translateExpression(query.fetch, scope).sql;
  return ` LIMIT ${count} OFFSET ${translateExpression(query.offset, scope).sql}`;
}

/** Writes a source and makes its columns known. */
function translateSource(source: Source, scope: Scope): string {
  switch (source.kind) {
    case "table":
    case "function": {
      const alias = source.alias ?? source.path.at(-1)!;
      const relation = findRelation(source, scope);
      scope.add(alias, relation.columns);
      return `${relation.sql} AS ${quoteName(alias)}`;
    }
    case "derived": {
      const query = translateQuery(source.query, scope.inner());
      return derived(query, source, scope);
    }
    case "values":
      return derived(translateValues(source.rows, scope), source, scope);
    case "join": {
      const left = translateSource(source.left, scope);
      const right = translateSource(source.right, scope);
      const on = source.on === undefined ? "" : ` ON ${translateCondition(source.on, scope).sql}`;
      const wrapped = source.right.kind === "join" ? `(${right})` : right;
      return `${left} ${source.join} JOIN ${wrapped}${on}`;
    }
  }
}

function findRelation(source: Extract<Source, { kind: "table" | "function" }>, scope: Scope): Relation {
  if (source.kind === "function") {
    const values = source.arguments.map((it) => {
      const { literal } = translateExpression(it, scope);
      if (literal === undefined) throw unsupported("a table function of anything but values");
      return literal;
    });
    return scope.surroundings.tableFunction(source.path, values);
  }
  const named = source.path.length === 1 ? scope.namedQuery(source.path[0]!) : undefined;
  if (named !== undefined) return { sql: quoteName(source.path[0]!), columns: named };
  return scope.surroundings.relation(source.path);
}

function derived(
  query: TranslatedQuery,
  as: { readonly alias: string; readonly columns: readonly string[] },
  scope: Scope,
): string {
  const columns = renameColumns(query.columns, as.columns);
  if (columns.some((it) => it.name === "")) {
    throw new SqlError(
      8155,
      `No column name was specified for column ${columns.findIndex((it) => it.name === "") + 1} of '${as.alias}'.`,
    );
  }
  scope.add(as.alias, columns);
  const list = query.columns.map((it, at) => `${quoteName(it.name)} AS ${quoteName(columns[at]!.name)}`);
  return `(SELECT ${list.join(", ")} FROM (${query.sql})) AS ${quoteName(as.alias)}`;
}

function translateValues(rows: readonly (readonly Expression[])[], scope: Scope): TranslatedQuery {
  const cells = rows.map((row) => row.map((it) => translateExpression(it, scope)));
  const columns = cells[0]!.map((_, at) => ({
    name: `column${at + 1}`,
    type: cells.map((row) => row[at]!).reduce((left, right) => ({ ...left, type: commonType(left, right) }))
      .type,
  }));
  const tuples = cells.map((row) => `(${row.map((it, at) => convert(it, columns[at]!.type)).join(", ")})`);
  return { sql: `VALUES ${tuples.join(", ")}`, columns };
}

function renameColumns(columns: readonly Column[], names: readonly string[]): readonly Column[] {
  if (names.length === 0) return columns;
  if (names.length === columns.length) return columns.map(({ type }, at) => ({ name: names[at]!, type }));
  throw new SqlError(
    8158,
    "The number of columns in the list does not match the number of columns of the query.",
  );
}
