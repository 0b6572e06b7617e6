import { unknown } from "../../core/base/fact.ts";
import type { Fact } from "../../core/base/fact.ts";
import type { Json } from "../../core/base/json.ts";
import { ProblemError } from "../../core/base/problem.ts";
import { unanswered } from "../../core/model/question.ts";
import type { Question, Row } from "../../core/model/question.ts";
import type { SiteLook } from "../../core/model/site-look.ts";
import { textCell } from "../access/sql/sql-row.ts";
import { SqlError, type SqlRow, type SqlRunner } from "../access/sql/sql-runner.ts";
import { hiddenProblem } from "./ask.ts";
import { explained, type SqlTask } from "./sql-session.ts";

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
      facts[question.name] = await ask(sql, task, question);
    } catch (thrown) {
      if (!(thrown instanceof ProblemError)) throw thrown;
      if (!isRefusal(thrown))
        return { ...facts, ...unanswered(task.questions.slice(position), thrown.problem) };
      facts[question.name] = unknown(thrown.problem);
    }
  }
  return facts;
}

async function ask(sql: SqlRunner, task: SiteLookTask, question: Question): Promise<Fact<Json>> {
  const known = { siteCode: task.siteCode, database: task.database.name };
  const parameters = Object.fromEntries(question.parameters.map((name) => [name, known[name]]));
  const rows = await explained({ ...task, doing: question.doing }, () =>
    sql.query(question.query, parameters),
  );
  const answer = question.read(rows.map(asText));
  return answer.is === "hidden" ? unknown(hiddenProblem(task, answer)) : answer;
}

function asText(row: SqlRow): Row {
  return Object.fromEntries(Object.keys(row).map((column) => [column, textCell(row, column)]));
}

/** The server has answered, and says no to this question. */
function isRefusal({ cause }: ProblemError): boolean {
  return cause instanceof SqlError && cause.stage === "statement";
}
