import type { Expression } from "../language/syntax.ts";

const aggregates = new Set(["COUNT", "COUNT_BIG", "SUM", "MIN", "MAX", "AVG", "STRING_AGG"]);

/** Says whether an expression is a function over all rows of a group, itself and not a part of it. */
export function isAggregate(expression: Expression): boolean {
  return expression.kind === "call" && expression.over === undefined && aggregates.has(expression.name);
}
