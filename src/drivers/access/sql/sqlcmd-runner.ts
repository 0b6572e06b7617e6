import { given } from "../../../core/base/given.ts";
import { type ChildProcess, spawn } from "node:child_process";
import { errorNumbers } from "../../../core/outside/sql-errors.ts";
import { type BatchOptions, SqlError, type SqlMessage, type SqlRow, type SqlRunner } from "./sql-runner.ts";
import {
  argumentsFor,
  forgetKind,
  kindOf,
  separator,
  type SqlcmdConnection,
  type SqlcmdKind,
} from "./sqlcmd-options.ts";
import { failureOf } from "./sqlcmd-failure.ts";
import { quoteText } from "./t-sql-text.ts";

const queryTimeoutMs = 60_000;

/** A login that was refused, or a database that this login can't open. */
const loginErrors: readonly number[] = errorNumbers("login refused", "database closed at login");

/**
 * Runs T-SQL through `sqlcmd -E`, as tedious knows no integrated login. One process a statement, the text on
 * its standard input. Every value comes back as text, and a text `NULL` can't be told from no value.
 *
 * Tested against recorded output only: SQL Server's tools are not to be had where the tests run.
 */
export async function openSqlcmd(connection: SqlcmdConnection): Promise<SqlRunner> {
  const target = { ...connection, kind: await kindOf(connection.command) };
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
}

async function runText(
  target: SqlcmdTarget,
  text: string,
  options: BatchOptions & { readonly limitMs?: number },
): Promise<readonly SqlRow[]> {
  options.signal?.throwIfAborted();
  const collected: SqlMessage[] = [];
  const reader = messageReader((message) => {
    collected.push(message);
    options.onMessage?.(message);
  });
  const { exitCode, stdout } = await runCommand(target, text, { ...options, onError: reader.take });
  reader.end();
  options.signal?.throwIfAborted();
  const errors = collected.filter((message) => message.severity > 10);
  if (errors.length > 0) throw new SqlError(stageOf(errors), errors);
  // Without a message of the server it was never reached: the text is the driver's own.
  if (exitCode !== 0) {
    forgetKind(target.command);
    throw failureOf(reader.text() || stdout, target);
  }
  return parseRows(stdout);
}

function startFault({ command }: SqlcmdTarget, error: NodeJS.ErrnoException): string {
  return error.code === "ENOENT"
    ? `${command[0]} is not on this machine.`
    : `${command[0]} can't be run: ${error.message}.`;
}

function stageOf(errors: readonly SqlMessage[]): SqlError["stage"] {
  return errors.some((error) => loginErrors.includes(error.number)) ? "login" : "statement";
}

interface CommandOptions {
  readonly signal?: AbortSignal;
  /** Ends the command. Absent: it may take for ever. */
  readonly limitMs?: number;
  onError(text: string): void;
}

function runCommand(
  target: SqlcmdTarget,
  text: string,
  options: CommandOptions,
): Promise<{ exitCode: number; stdout: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(target.command[0]!, argumentsFor(target, target.kind), {
      stdio: ["pipe", "pipe", "pipe"],
      windowsHide: true,
      ...given({ signal: options.signal }),
    });
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (part: string) => (stdout += part));
    child.stderr.setEncoding("utf8").on("data", options.onError);
    child.on("error", (error) => {
      forgetKind(target.command);
      if (options.signal?.aborted) reject(options.signal.reason as Error);
      else
        reject(
          new SqlError("connection", [{ number: 0, severity: 16, text: startFault(target, error) }], {
            cause: error,
          }),
        );
    });
    const timer = endAfter(options.limitMs, child, reject);
    child.on("close", (exitCode) => {
      clearTimeout(timer);
      resolve({ exitCode: exitCode ?? 1, stdout });
    });
    // A child that dies early closes its input; its exit code tells why.
    child.stdin.on("error", () => undefined);
    child.stdin.end(`SET NOCOUNT ON;\n${text}\nGO\n`);
  });
}

/** Ends a command that has not answered in time. What it started may hold its output open: nobody waits. */
function endAfter(
  limitMs: number | undefined,
  child: ChildProcess,
  reject: (error: SqlError) => void,
): NodeJS.Timeout | undefined {
  if (limitMs === undefined) return undefined;
  return setTimeout(() => {
    child.kill("SIGKILL");
    [child.stdin, child.stdout, child.stderr].forEach((stream) => stream?.destroy());
    const text = `No answer came within ${limitMs / 1000} s, and the command was ended.`;
    reject(new SqlError("connection", [{ number: 0, severity: 16, text }]));
  }, limitMs);
}

/**
 * Cuts standard error into messages. A header is known by its numbers, as its words are in the language of
 * the tools:
 * `Msg 3201, Level 16, State 1, Server SQL01, Line 1`. The text follows on the next line.
 * `HResult 0x80090325` stands at the head of what an older driver says.
 */
function messageReader(onMessage: (message: SqlMessage) => void) {
  const header = /^(?!HResult\b)\D{1,20}(\d+)\D{1,20}(\d+)\D{1,20}(\d+),.*$/;
  let rest = "";
  let all = "";
  let open: { number: number; severity: number; lines: string[] } | undefined;
  const flush = (): void => {
    if (open) onMessage({ number: open.number, severity: open.severity, text: open.lines.join(" ") });
    open = undefined;
  };
  const takeLine = (line: string): void => {
    const match = header.exec(line);
    if (match) {
      flush();
      open = { number: Number(match[1]), severity: Number(match[2]), lines: [] };
    } else if (open) {
      open.lines.push(line);
      flush();
    } else all += `${line}\n`;
  };
  return {
    take(part: string): void {
      const lines = (rest + part).split(/\r?\n/);
      rest = lines.pop()!;
      lines.filter((line) => line !== "").forEach(takeLine);
    },
    end(): void {
      if (rest !== "") takeLine(rest);
      flush();
    },
    text: () => all.trim(),
  };
}

/** The first result set: names, a line of dashes, then one line a row until an empty one. */
function parseRows(stdout: string): readonly SqlRow[] {
  const lines = stdout.replace(/^\uFEFF/, "").split(/\r?\n/);
  const dashes = lines.findIndex((line) => line.split(separator).every((part) => /^-+$/.test(part)));
  if (dashes < 1) return [];
  const names = lines[dashes - 1]!.split(separator);
  const rows: SqlRow[] = [];
  for (const line of lines.slice(dashes + 1)) {
    if (line === "") break;
    const cells = line.split(separator);
    rows.push(Object.fromEntries(names.map((name, at) => [name, cellOf(cells[at])])));
  }
  return rows;
}

function cellOf(text: string | undefined): string | null {
  return text === undefined || text === "NULL" ? null : text;
}
