import { known, unknown } from "../../../core/base/fact.ts";
import type { Fact } from "../../../core/base/fact.ts";
import type { Problem } from "../../../core/base/problem.ts";
import { everybody } from "../../../core/outside/facts/right.ts";
import { rightsOf, valuesFor } from "../../../core/outside/facts/statement.ts";
import type { Statement, StatementValues } from "../../../core/outside/facts/statement.ts";
import { strangeCell } from "../../access/sql/column-types.ts";
import { hiddenProblem, sqlProblem } from "../../access/sql/sql-problems.ts";
import { SqlError, type SqlRow, type SqlRunner } from "../../access/sql/sql-runner.ts";
import { explained, placeIn, type SqlTask } from "./sql-session.ts";

/** For whom a statement is sent, and what it is given. */
export interface Asking {
  readonly task: Omit<SqlTask, "doing">;
  readonly values: StatementValues;
}

/**
 * Sends a statement: its rows, or why the server gives none, with the cure. No row is an answer; a refusal, a
 * column that is not there, a right that is missing and an answer without end are none. Rejects when the
 * session is lost.
 */
export async function ask(
  sql: SqlRunner,
  statement: Statement,
  { task, values }: Asking,
): Promise<Fact<readonly SqlRow[]>> {
  const doing = { ...task, doing: statement.doing };
  try {
    return judge(statement, await sql.query(statement.query, valuesFor(statement, values)), task);
  } catch (thrown) {
    if (!(thrown instanceof SqlError) || !["statement", "answer"].includes(thrown.stage))
      return explained(doing, () => Promise.reject(thrown as Error));
    return unknown(sqlProblem(thrown, { ...placeIn(doing), needs: rightsOf(statement) }));
  }
}

/**
 * Rows that hold what they are to hold. What is not understood is unknown, and so is a row that has to be
 * there.
 */
function judge(statement: Statement, rows: readonly SqlRow[], task: Asking["task"]): Fact<readonly SqlRow[]> {
  const hidden = statement.reads.find(({ right }) => right !== everybody);
  if (rows.length === 0 && statement.always && hidden !== undefined) {
    const what = `any row of ${hidden.name}, where there must be one`;
    return unknown(hiddenProblem(hidden.right, placeIn({ ...task, doing: statement.doing }), what));
  }
  const isEmpty = rows.length === 0 && statement.always;
  const strange = isEmpty ? "no row" : strangeCell(rows, statement.answers);
  if (strange !== undefined) return unknown(notUnderstood(statement, strange, task));
  // What nobody said to expect is handed on to nobody.
  const columns = Object.keys(statement.answers);
  return known(rows.map((row) => Object.fromEntries(columns.map((column) => [column, row[column]!]))));
}

function notUnderstood({ doing }: Statement, strange: string, { database, where }: Asking["task"]): Problem {
  return {
    code: "site-shape-unknown",
    severity: "error",
    message: `${database.server} was asked to ${doing}, and its answer is not understood: it holds ${strange}.`,
    where,
    hint: "Run `sitekeep selftest` for the site: it lists what differs, and its report helps to mend it.",
  };
}

/**
 * Sends the first of several statements whose names are there: other versions call things otherwise. What a
 * right hides is unknown, and no other name is tried. Where none is there, the first one's names are told.
 */
export async function askFirst(
  sql: SqlRunner,
  [first, ...others]: readonly [Statement, ...Statement[]],
  asking: Asking,
): Promise<Fact<readonly SqlRow[]>> {
  const asked = await ask(sql, first, asking);
  for (const statement of isOfOtherShape(asked) ? others : []) {
    const other = await ask(sql, statement, asking);
    if (!isOfOtherShape(other)) return other;
  }
  return asked;
}

/** Whether a statement has found names that are not there, which is no refusal. */
export function isOfOtherShape(answer: Fact<unknown>): boolean {
  return answer.is === "unknown" && answer.why.code === "site-shape-unknown";
}
