import { numberOfCell } from "../../base/cell.ts";
import type { Fact } from "../../base/fact.ts";
import type { Question, Row } from "../../model/question.ts";

/** Questions by the names that a hazard has for them. */
export type Questions = Readonly<Record<string, Question>>;

/** The answers, under the same names. */
export type Answers<Asked extends Questions> = {
  readonly [Name in keyof Asked]: Asked[Name] extends Question<infer Value> ? Fact<Value> : never;
};

/** The number in a column of the first row. */
export function firstNumber(rows: readonly Row[], column: string): number | undefined {
  return numberOfCell(rows[0]?.[column]);
}

/** Whether a bit of the first row is set. */
export function firstFlag(rows: readonly Row[], column: string): boolean | undefined {
  const number = firstNumber(rows, column);
  return number === undefined ? undefined : number !== 0;
}
