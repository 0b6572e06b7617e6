import { setTimeout as sleep } from "node:timers/promises";
import { demandReadable } from "../availability.ts";
import { recordCommit } from "../change-tracking.ts";
import { parseBatch } from "../language/parse-batch.ts";
import type { Statement } from "../language/statement.ts";
import { worded } from "../message-language.ts";
import { readMoment } from "../runtime/moments.ts";
import { information, SqlError } from "../sql-error.ts";
import { translateCondition } from "../translate/condition.ts";
import { runAdministration } from "./run-administration.ts";
import { runChange, runTableChange } from "./run-change.ts";
import { runProcedure } from "./run-procedure.ts";
import { runSelect } from "./run-select.ts";
import {
  changeRows,
  evaluate,
  evaluateNumber,
  evaluateText,
  guarded,
  scopeOf,
  selectRows,
  type StatementContext,
} from "./statement-context.ts";

/** Thrown by RETURN, to leave the batch. */
export class BatchEnded extends Error {}

/** Runs statements one after the other. An error of severity below 20 ends its statement, not the batch. */
export async function runStatements(
  context: StatementContext,
  statements: readonly Statement[],
): Promise<void> {
  for (const statement of statements) {
    if (touchesData(statement)) await context.engine.turn(context.client, context.signal);
    if (context.signal.aborted) return;
    try {
      await runStatement(context, statement);
      context.counters.error = 0;
    } catch (thrown) {
      if (!(thrown instanceof SqlError)) throw thrown;
      report(context, thrown, statement.line);
      if (thrown.class >= 17 || endsBatch.has(thrown.number))
        throw new BatchEnded(undefined, { cause: thrown });
    }
  }
}

/** What touches no table does not wait for another client's transaction: settings, and `SELECT 1`. */
function touchesData(statement: Statement): boolean {
  if (statement.kind === "set-option" || statement.kind === "print" || statement.kind === "use") return false;
  if (statement.kind !== "select") return true;
  const { first, rest, tables } = statement.query;
  const isPlain = first.items.every((it) => it.kind === "value" && it.value.kind === "literal");
  return !isPlain || first.from.length > 0 || rest.length > 0 || tables.length > 0;
}

/** Names that can't be resolved, and conversions that fail, end the whole batch. */
const endsBatch = new Set([207, 208, 4104, 241, 245, 911, 137, 195, 102, 8120]);

function report(context: StatementContext, error: SqlError, line: number): void {
  context.counters.error = error.number;
  const { number, state, message } = error;
  const said = { number, state, class: error.class, text: message, line };
  context.sink.message(worded(said, context.engine.settings.language));
  context.sink.done();
}

async function runStatement(context: StatementContext, statement: Statement): Promise<void> {
  switch (statement.kind) {
    case "select":
      return runSelect(context, statement.query);
    case "insert":
    case "update":
    case "delete":
      return runChange(context, statement);
    case "truncate":
    case "create-table":
    case "drop-table":
    case "track-table":
      return runTableChange(context, statement);
    case "if":
      return runIf(context, statement);
    case "execute":
      return runProcedure(context, statement);
    case "execute-text":
      return runStatements(context, parseBatch(evaluateText(context, statement.text)));
    case "return":
      throw new BatchEnded();
    case "declare":
    case "assign":
      return runVariables(context, statement);
    case "print":
    case "raiserror":
    case "throw":
      return runTalk(context, statement);
    case "set-option":
      return context.sink.done();
    case "waitfor":
      return waitFor(context, evaluateText(context, statement.delay));
    case "use":
      return use(context, statement.database);
    case "transaction":
      return runTransaction(context, statement.action);
    default:
      return runAdministration(context, statement);
  }
}

async function runIf(
  context: StatementContext,
  statement: Extract<Statement, { kind: "if" }>,
): Promise<void> {
  const condition = guarded(context, () => translateCondition(statement.condition, scopeOf(context)));
  const [row] = selectRows(context, `SELECT ${condition.sql}`);
  await runStatements(context, row![0] === 1n ? statement.body : statement.otherwise);
}

function runVariables(
  context: StatementContext,
  statement: Extract<Statement, { kind: "declare" | "assign" }>,
): void {
  if (statement.kind === "declare") {
    for (const { name, type, value } of statement.variables) {
      const key = name.toLowerCase();
      if (context.variables.has(key)) {
        throw new SqlError(
          134,
          `The variable name '${name}' has already been declared. Variable names must be unique within a query batch or stored procedure.`,
          { class: 15 },
        );
      }
      context.variables.set(key, {
        type,
        value: value === undefined ? null : evaluate(context, value, type),
      });
    }
    return;
  }
  const variable = context.variables.get(statement.variable.toLowerCase());
  if (variable === undefined) {
    throw new SqlError(137, `Must declare the scalar variable "${statement.variable}".`, { class: 15 });
  }
  variable.value = evaluate(context, statement.value, variable.type);
}

async function runTalk(
  context: StatementContext,
  statement: Extract<Statement, { kind: "print" | "raiserror" | "throw" }>,
): Promise<void> {
  if (statement.kind === "print") {
    context.sink.message(information(0, evaluateText(context, statement.value)));
    await context.sink.flush();
    return;
  }
  if (statement.kind === "throw") {
    const number = evaluateNumber(context, statement.number);
    throw new SqlError(number, evaluateText(context, statement.text), {
      state: evaluateNumber(context, statement.state),
    });
  }
  const args = statement.arguments.map((it) => evaluateText(context, it));
  const text = evaluateText(context, statement.text).replace(/%[sdi]/g, () => args.shift() ?? "(null)");
  const severity = evaluateNumber(context, statement.severity);
  const state = evaluateNumber(context, statement.state);
  if (severity > 10) throw new SqlError(50_000, text, { class: severity, state });
  context.sink.message({ number: 50_000, class: severity, state, text });
  await context.sink.flush();
}

/** WAITFOR DELAY waits in real time, whatever the lab's clock says; an attention ends it. */
async function waitFor(context: StatementContext, delay: string): Promise<void> {
  const milliseconds = Number(readMoment(delay).ticks / 10_000n);
  await context.sink.flush();
  await sleep(milliseconds, undefined, { signal: context.signal }).catch(() => undefined);
  context.sink.done();
}

function use(context: StatementContext, name: string): void {
  const database = demandReadable(context.engine, context.engine.openTo(context.client, name));
  const before = context.client.database;
  context.client.database = database.name;
  context.sink.databaseChanged(before, database.name);
  context.sink.done();
}

/** Begins, commits or rolls back; all others wait while a transaction is open. */
export function runTransaction(context: StatementContext, action: "begin" | "commit" | "rollback"): void {
  const { engine, counters } = context;
  if (action === "begin") {
    if (counters.transactionDepth === 0) {
      changeRows(context, "BEGIN IMMEDIATE");
      engine.hold(context.client);
    }
    counters.transactionDepth++;
  } else if (counters.transactionDepth === 0) {
    const number = action === "commit" ? 3902 : 3903;
    const name = action === "commit" ? "COMMIT" : "ROLLBACK";
    throw new SqlError(number, `The ${name} TRANSACTION request has no corresponding BEGIN TRANSACTION.`);
  } else {
    counters.transactionDepth = action === "commit" ? counters.transactionDepth - 1 : 0;
    if (counters.transactionDepth === 0) endTransaction(context, action);
  }
  context.sink.done();
}

function endTransaction(context: StatementContext, action: "commit" | "rollback"): void {
  const { engine } = context;
  try {
    if (action === "commit") {
      for (const [database, tables] of context.written) {
        recordCommit(engine.attachments.attach(database), [...tables], engine.nowMs());
        engine.advance(database, 3);
      }
    }
    changeRows(context, action === "commit" ? "COMMIT" : "ROLLBACK");
  } finally {
    context.written.clear();
    engine.release(context.client);
  }
}
