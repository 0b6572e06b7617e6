import type { ColumnType, Relation } from "./relation.ts";
import type { Right } from "./right.ts";

/** What statements are given: known of the policy before any server is asked. */
export type StatementParameter = "siteCode" | "database" | "name" | "password" | "decryption" | "taskName";

/** What a statement is given, by name. */
export type StatementValues = Readonly<Partial<Record<StatementParameter, string>>>;

/**
 * One statement that sitekeep sends to read something. Each stands in one place, with what it reads and the
 * rights that this needs; no other text reads a site.
 */
export interface Statement {
  /** Unlike any other statement's. */
  readonly name: string;
  /** After "could not": `read the links of replication`. */
  readonly doing: string;
  /**
   * T-SQL. A name of ours is in brackets, or no word of SQL Server, and every column that comes back has one.
   */
  readonly query: string;
  readonly parameters: readonly StatementParameter[];
  /** What a row of the answer holds: each column by its name. Something else is not understood. */
  readonly answers: Readonly<Record<string, Answer>>;
  /** There is a row in every case: none means that the login is not shown it. */
  readonly always?: true;
  readonly reads: readonly Relation[];
}

/**
 * A cell of an answer: of that type, or NULL as well; one of some words; or a text of a form. `judged by
 * row`: what reads the rows judges each cell, since a strange one must not spoil the rows of others.
 */
export type Answer = ColumnType | `${ColumnType} or NULL` | "judged by row" | readonly string[] | RegExp;

/** What a login needs for a statement, each right once. */
export function rightsOf({ reads }: Statement): readonly Right[] {
  return [...new Set(reads.map(({ right }) => right))];
}

/** The values that a statement takes, out of all that is known. */
export function valuesFor(
  { name, parameters }: Statement,
  values: StatementValues,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    parameters.map((parameter) => {
      const value = values[parameter];
      if (value === undefined)
        throw new Error(`The statement ${name} takes ${parameter}, which is not given.`);
      return [parameter, value];
    }),
  );
}
