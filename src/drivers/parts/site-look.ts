import { absent, unknown } from "../../core/base/fact.ts";
import type { Fact } from "../../core/base/fact.ts";
import type { Json } from "../../core/base/json.ts";
import { ProblemError } from "../../core/base/problem.ts";
import { unanswered } from "../../core/model/question.ts";
import type { Question, Row } from "../../core/model/question.ts";
import type { SiteLook } from "../../core/model/site-look.ts";
import { textCell } from "../access/sql/sql-row.ts";
import type { SqlRow, SqlRunner } from "../access/sql/sql-runner.ts";
import { hiddenProblem } from "../access/sql/sql-problems.ts";
import { ask, isOfOtherShape } from "./session/ask.ts";
import { placeIn, type SqlTask } from "./session/sql-session.ts";

/** What is asked of a site, and where. */
export interface SiteLookTask extends SqlTask {
  readonly siteCode: string;
  readonly questions: readonly Question[];
}

/**
 * Asks the questions of lint, one by one, in the site database that the session is in. One that the server
 * refuses is an unknown fact, and the others are asked all the same; when the session is lost, so are those
 * that were to come.
 */
export async function readSiteLook(sql: SqlRunner, task: SiteLookTask): Promise<SiteLook> {
  const facts: Record<string, Fact<Json>> = {};
  for (const [position, question] of task.questions.entries()) {
    try {
      facts[question.name] = await answerTo(sql, task, question);
    } catch (thrown) {
      // The session is lost: what the server refuses is an answer.
      if (!(thrown instanceof ProblemError)) throw thrown;
      return { ...facts, ...unanswered(task.questions.slice(position), thrown.problem) };
    }
  }
  return facts;
}

/**
 * The first of a question's statements whose names are there and that finds something. None is proven only
 * where each of them was answered.
 */
async function answerTo(sql: SqlRunner, task: SiteLookTask, question: Question): Promise<Fact<Json>> {
  const values = { siteCode: task.siteCode, database: task.database.name };
  let found: Fact<Json> = absent;
  for (const statement of [question, ...(question.otherwise ?? [])]) {
    const rows = await ask(sql, statement, { task, values });
    if (rows.is === "unknown" && !isOfOtherShape(rows)) return rows;
    const answer = rows.is === "known" ? question.read(rows.value.map(asText)) : rows;
    if (answer.is === "hidden")
      return unknown(hiddenProblem(answer.right, placeIn({ ...task, doing: statement.doing }), answer.what));
    if (answer.is === "known") return answer;
    // Of several names that are not there the newest is told.
    if (found.is === "absent") found = answer;
  }
  return found;
}

function asText(row: SqlRow): Row {
  return Object.fromEntries(Object.keys(row).map((column) => [column, textCell(row, column)]));
}
