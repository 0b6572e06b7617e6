import { given } from "../../../../core/base/given.ts";
import { errorNumbers } from "../../../../core/outside/sql/sql-errors.ts";
import { type AnswerLimits, answerLimits, answerMeter, errorsKept } from "../answer-limits.ts";
import { runBounded } from "./bounded-command.ts";
import { type BatchOptions, SqlError, type SqlMessage, type SqlRow, type SqlRunner } from "../sql-runner.ts";
import { parseRows } from "./sqlcmd-answer.ts";
import { failureOf } from "../sqlcmd-failure.ts";
import { messageReader } from "./sqlcmd-messages.ts";
import {
  argumentsFor,
  forgetKind,
  kindOf,
  type SqlcmdConnection,
  type SqlcmdKind,
} from "./sqlcmd-options.ts";
import { quoteText } from "../t-sql-text.ts";

const queryTimeoutMs = 60_000;

/** A login that was refused, or a database that this login can't open. */
const loginErrors: readonly number[] = errorNumbers("login refused", "database closed at login");

/**
 * Runs T-SQL through `sqlcmd -E`, as tedious knows no integrated login. One process a statement, the text on
 * its standard input. Every value comes back as text, and a text `NULL` can't be told from no value.
 *
 * Tested against recorded output only: SQL Server's tools are not to be had where the tests run.
 */
export async function openSqlcmd(
  connection: SqlcmdConnection,
  limits: AnswerLimits = answerLimits,
): Promise<SqlRunner> {
  const target = { ...connection, kind: await kindOf(connection.command), limits };
  const limitMs = connection.queryTimeoutMs ?? queryTimeoutMs;
  await runText(target, "SELECT 1 AS one;", { limitMs });
  return {
    query: (text, parameters) => runText(target, `${declare(parameters ?? {})}${text}`, { limitMs }),
    // No limit by time: a backup of a large database says nothing for longer than any limit that helps.
    batch: (text, options = {}) => runText(target, text, options),
    close: async () => undefined,
  };
}

/** Parameters as variables with literal values: sqlcmd has no other way. */
function declare(parameters: Readonly<Record<string, string | number | boolean>>): string {
  const one = ([name, value]: [string, string | number | boolean]): string => {
    if (!/^\w+$/.test(name)) throw new Error(`${name} is no name for a parameter.`);
    if (typeof value === "string") return `DECLARE @${name} nvarchar(4000) = ${quoteText(value)};\n`;
    return `DECLARE @${name} bigint = ${Number(value).toFixed(0)};\n`;
  };
  return Object.entries(parameters).map(one).join("");
}

/** One SQL Server reached with the Windows identity of this process: no password is needed or known. */
interface SqlcmdTarget extends SqlcmdConnection {
  readonly kind: SqlcmdKind;
  readonly limits: AnswerLimits;
}

interface TextOptions extends BatchOptions {
  /** For the whole answer. Absent: it may take for ever. */
  readonly limitMs?: number;
}

async function runText(target: SqlcmdTarget, text: string, options: TextOptions): Promise<readonly SqlRow[]> {
  options.signal?.throwIfAborted();
  const { exitCode, stdout, errors, said } = await runCommand(target, text, options);
  options.signal?.throwIfAborted();
  if (errors.length > 0) throw new SqlError(stageOf(errors), errors);
  // Without a message of the server it was never reached: the text is the driver's own.
  if (exitCode !== 0) {
    forgetKind(target.command);
    throw failureOf(said || stdout, target);
  }
  return parseRows(stdout, target.limits);
}

function stageOf(errors: readonly SqlMessage[]): SqlError["stage"] {
  return errors.some((error) => loginErrors.includes(error.number)) ? "login" : "statement";
}

interface Said {
  readonly exitCode: number;
  readonly stdout: string;
  /** What the server refused, oldest first. */
  readonly errors: readonly SqlMessage[];
  /** What was said without a number. */
  readonly said: string;
}

async function runCommand(
  target: SqlcmdTarget,
  text: string,
  { signal, limitMs, onMessage }: TextOptions,
): Promise<Said> {
  const errors: SqlMessage[] = [];
  let end: (error: Error) => void = () => undefined;
  const meter = answerMeter(target.limits, (error) => end(error));
  const reader = messageReader((message) => {
    meter.message();
    onMessage?.(message);
    if (message.severity <= 10) return;
    errors.push(message);
    // What a server refuses with is told, however much more it has to say.
    if (errors.length >= errorsKept) end(new SqlError("statement", errors));
  });
  try {
    const { exitCode, stdout } = await runBounded({
      command: [target.command[0]!, ...argumentsFor(target, target.kind)],
      input: `SET NOCOUNT ON;\n${text}\nGO\n`,
      bytes: target.limits.bytes,
      ...given({ signal, limitMs }),
      onError(part, stop) {
        end = stop;
        reader.take(part);
      },
    });
    reader.end();
    // This one writes errors with their numbers among its rows alone; with rows of a statement that succeeded
    // nothing is mistaken for an error.
    if (target.kind.isGo && exitCode !== 0) {
      reader.take(stdout);
      reader.end();
    }
    return { exitCode, stdout, errors, said: reader.text() };
  } catch (thrown) {
    throw isSystemError(thrown) ? startFault(target, thrown) : thrown;
  }
}

function isSystemError(thrown: unknown): thrown is NodeJS.ErrnoException {
  return thrown instanceof Error && "syscall" in thrown;
}

function startFault({ command }: SqlcmdTarget, cause: NodeJS.ErrnoException): SqlError {
  forgetKind(command);
  const text =
    cause.code === "ENOENT"
      ? `${command[0]} is not on this machine.`
      : `${command[0]} can't be run: ${cause.message}.`;
  return new SqlError("connection", [{ number: 0, severity: 16, text }], { cause });
}
