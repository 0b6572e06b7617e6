import type { Expression } from "../language/syntax.ts";
import { SqlError } from "../sql-error.ts";
import { translateExpression } from "./expression.ts";
import type { Scope } from "./scope.ts";
import type { Typed } from "./typed.ts";

const conditionOperators = new Set(["AND", "OR", "=", "<>", "<", ">", "<=", ">="]);

/** T-SQL keeps conditions and values apart; SQLite does not. */
function isCondition(expression: Expression): boolean {
  switch (expression.kind) {
    case "binary":
      return conditionOperators.has(expression.operator);
    case "not":
    case "in":
    case "like":
    case "between":
    case "exists":
    case "is-null":
      return true;
    default:
      return false;
  }
}

/** Translates what stands after WHERE, ON, HAVING or IF; a mere value is refused. */
export function translateCondition(expression: Expression, scope: Scope): Typed {
  if (isCondition(expression)) return translateExpression(expression, scope);
  throw new SqlError(
    4145,
    "An expression of non-boolean type specified in a context where a condition is expected.",
    {
      class: 15,
    },
  );
}

/** Translates what stands where a value is expected; a condition is refused. */
export function translateValue(expression: Expression, scope: Scope): Typed {
  if (!isCondition(expression)) return translateExpression(expression, scope);
  throw new SqlError(102, "Incorrect syntax: a condition stands where a value is expected.", { class: 15 });
}
