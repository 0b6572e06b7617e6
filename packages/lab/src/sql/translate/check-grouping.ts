import type { Expression, Select } from "../language/syntax.ts";
import { SqlError } from "../sql-error.ts";
import { isAggregate } from "./aggregates.ts";
import { translateExpression } from "./expression.ts";
import type { Scope } from "./scope.ts";

/** SQLite answers with any row of the group where the server refuses with 8120; so this refuses too. */
export function checkGrouping(select: Select, scope: Scope): void {
  const items = select.items.flatMap((it) => (it.kind === "star" ? [] : [it.value]));
  const isGrouped = select.groupBy.length > 0 || items.some(hasAggregate);
  if (!isGrouped) return;
  const keys = new Set(select.groupBy.map((it) => translateExpression(it, scope).sql));
  for (const item of items) check(item, keys, scope);
  if (select.items.some((it) => it.kind === "star")) throw ungrouped("*");
}

function check(expression: Expression, keys: ReadonlySet<string>, scope: Scope): void {
  if (isAggregate(expression)) return;
  if (keys.has(translateExpression(expression, scope).sql)) return;
  if (expression.kind === "column") throw ungrouped(expression.path.join("."));
  for (const part of partsOf(expression)) check(part, keys, scope);
}

function ungrouped(column: string): SqlError {
  const text = `Column '${column}' is invalid in the select list because it is not contained in either an aggregate function or the GROUP BY clause.`;
  return new SqlError(8120, text);
}

function hasAggregate(expression: Expression): boolean {
  return isAggregate(expression) || partsOf(expression).some(hasAggregate);
}

/** The expressions right below one; a subquery counts as one piece. */
function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "negate":
    case "not":
    case "complement":
    case "cast":
    case "is-null":
      return [expression.operand];
    case "binary":
      return [expression.left, expression.right];
    case "call":
      return expression.arguments;
    case "case":
      return [
        ...(expression.subject === undefined ? [] : [expression.subject]),
        ...expression.branches.flatMap(({ when, result }) => [when, result]),
        ...(expression.otherwise === undefined ? [] : [expression.otherwise]),
      ];
    case "in":
      return [expression.operand, ...("first" in expression.list ? [] : expression.list)];
    case "between":
      return [expression.operand, expression.low, expression.high];
    case "like":
      return [expression.operand, expression.pattern];
    default:
      return [];
  }
}
