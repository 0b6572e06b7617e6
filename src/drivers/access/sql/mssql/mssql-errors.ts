import { SqlError, type SqlMessage } from "../sql-runner.ts";

/** What a server says, as tedious hands it on. */
export interface InfoToken {
  readonly number: number;
  readonly class: number;
  readonly message: string;
}

export function toMessage(info: InfoToken): SqlMessage {
  return { number: info.number, severity: info.class, text: info.message };
}

/** What mssql throws or tells. `number` is text for its own errors. */
interface MssqlFailure {
  readonly message: string;
  readonly code?: string;
  readonly number?: number | string;
  readonly class?: number;
  readonly originalError?: {
    readonly info?: InfoToken;
    readonly code?: string;
    readonly cause?: { readonly errors?: readonly Error[] };
  };
}

/** All that went wrong, oldest first, as one error. Without the server's number it was not the server's. */
export function toSqlError(errors: readonly unknown[], stage: "connection" | "statement"): SqlError {
  const failures = errors as readonly MssqlFailure[];
  const cause = failures.at(-1)!;
  const isAnswered = failures.some((it) => typeof it.number === "number");
  const reached = stage === "statement" && isAnswered ? "statement" : "connection";
  const messages = failures.map((it) => ({
    number: typeof it.number === "number" ? it.number : 0,
    severity: it.class ?? 16,
    text: textOf(it),
  }));
  return new SqlError(isLogin(cause) ? "login" : reached, messages, { cause });
}

/**
 * tedious tries every address of a host and then says no more than that none answered: the first one's answer
 * tells why.
 */
function textOf({ message, originalError }: MssqlFailure): string {
  const [first] = originalError?.cause?.errors ?? [];
  return first === undefined ? message : message.replace("Could not connect (parallel)", first.message);
}

function isLogin(failure: MssqlFailure): boolean {
  return failure.code === "ELOGIN" || failure.originalError?.code === "ELOGIN";
}
