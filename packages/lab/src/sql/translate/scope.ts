import type { SqlType, SqlValue } from "../../tds/sql-type.ts";
import { SqlError } from "../sql-error.ts";
import type { Path, Query } from "../language/syntax.ts";
import { quoteName, type Typed } from "./typed.ts";

export interface Column {
  readonly name: string;
  readonly type: SqlType;
}

/** A table, view or generated list, as FROM takes it. */
export interface Relation {
  /** What SQLite selects from. */
  readonly sql: string;
  readonly columns: readonly Column[];
}

export interface Variable {
  readonly type: SqlType;
  value: SqlValue;
}

/** What a translation must know of the session; every answer is for the moment of the statement. */
export interface Surroundings {
  /** Finds a table, view or system view, or fails with 208 and its like. */
  relation(path: Path): Relation;
  tableFunction(path: Path, args: readonly SqlValue[]): Relation;
  variable(name: string): Variable;
  /** `@@VERSION` and its like. */
  global(name: string): Typed | undefined;
  /** Functions without arguments that speak of the session or the clock, `GETDATE()`. */
  constant(name: string): Typed | undefined;
}

export interface TranslatedQuery {
  readonly sql: string;
  readonly columns: readonly Column[];
}

interface NamedRelation {
  readonly alias: string;
  readonly columns: readonly Column[];
}

/** The names that an expression may use: those of its own FROM, then those around it. */
export class Scope {
  readonly surroundings: Surroundings;
  readonly translateQuery: (query: Query, scope: Scope) => TranslatedQuery;
  readonly #outer: Scope | undefined;
  readonly #relations: NamedRelation[] = [];
  readonly #named = new Map<string, readonly Column[]>();

  constructor(from: Pick<Scope, "surroundings" | "translateQuery">, outer?: Scope) {
    this.surroundings = from.surroundings;
    this.translateQuery = from.translateQuery;
    this.#outer = outer;
  }

  get relations(): readonly NamedRelation[] {
    return this.#relations;
  }

  /** A scope inside this one, for a subquery. */
  inner(): Scope {
    return new Scope(this, this);
  }

  add(alias: string, columns: readonly Column[]): void {
    if (this.#relations.some((it) => same(it.alias, alias))) {
      const text = `The objects "${alias}" and "${alias}" in the FROM clause have the same exposed names. Use correlation names to distinguish them.`;
      throw new SqlError(1013, text);
    }
    this.#relations.push({ alias, columns });
  }

  /** Makes a query of the WITH clause known. */
  addNamedQuery(name: string, columns: readonly Column[]): void {
    this.#named.set(name.toLowerCase(), columns);
  }

  namedQuery(name: string): readonly Column[] | undefined {
    return this.#named.get(name.toLowerCase()) ?? this.#outer?.namedQuery(name);
  }

  /** Finds a column by its name, with or without its table. */
  column(path: Path): Typed {
    const found = this.#find(path);
    if (found !== undefined) return found;
    const written = path.join(".");
    if (path.length === 1) throw new SqlError(207, `Invalid column name '${written}'.`);
    throw new SqlError(4104, `The multi-part identifier "${written}" could not be bound.`);
  }

  #find(path: Path): Typed | undefined {
    const [table, name] = [path.at(-2), path.at(-1)!];
    const hits = this.#relations.flatMap(({ alias, columns }) =>
      table === undefined || same(alias, table)
        ? columns.filter((it) => same(it.name, name)).map((it) => ({ alias, column: it }))
        : [],
    );
    if (hits.length > 1) throw new SqlError(209, `Ambiguous column name '${name}'.`);
    const [hit] = hits;
    if (hit === undefined) return this.#outer?.columnOrNothing(path);
    return { sql: `${quoteName(hit.alias)}.${quoteName(hit.column.name)}`, type: hit.column.type };
  }

  columnOrNothing(path: Path): Typed | undefined {
    return this.#find(path);
  }
}

function same(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
