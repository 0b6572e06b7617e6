import type { SqlErrorNumber } from "../../../core/outside/sql/sql-errors.ts";

/** A cell as the wire gave it: bigint and exact numerics as text. */
export type SqlValue = string | number | boolean | Date | Uint8Array | null;
export type SqlRow = Readonly<Record<string, SqlValue>>;

/**
 * Runs T-SQL on one server. Two implementations: the `mssql` driver, and `sqlcmd -E` for
 * integrated logins.
 */
export interface SqlRunner {
  /**
   * Runs one query and gives its first result set, whole: an answer that has no end, in rows, bytes or time,
   * rejects with `AnswerError`. `parameters` are sent as parameters, never pasted.
   */
  query(
    text: string,
    parameters?: Readonly<Record<string, string | number | boolean>>,
  ): Promise<readonly SqlRow[]>;

  /**
   * Runs a batch that may take hours and answers with messages: BACKUP, RESTORE, DBCC. Each message is handed
   * on as it arrives. Rejects with `SqlError` when the server reports one; aborting the signal cancels the
   * batch on the server. It may say nothing for hours, and may not speak for ever.
   */
  batch(text: string, options?: BatchOptions): Promise<readonly SqlRow[]>;

  close(): Promise<void>;
}

export interface BatchOptions {
  readonly signal?: AbortSignal;
  onMessage?(message: SqlMessage): void;
}

export interface SqlMessage {
  readonly number: number;
  readonly severity: number;
  readonly text: string;
}

/**
 * What the server refused, oldest message first: the cause comes before `BACKUP DATABASE is terminating
 * abnormally.`
 */
export class SqlError extends Error {
  override readonly name = "SqlError";
  readonly messages: readonly SqlMessage[];
  /**
   * `connection`: no session was had or it was lost. `login`: refused. `statement`: the server answered with
   * an error. `answer`: what it answered has no end, is too large or can't be read, and was ended.
   */
  readonly stage: "connection" | "login" | "statement" | "answer";

  constructor(stage: SqlError["stage"], messages: readonly SqlMessage[], options?: ErrorOptions) {
    super(messages.map((it) => it.text).join(" "), options);
    this.stage = stage;
    this.messages = messages;
  }

  /** True when the server gave this error number anywhere in its answer. */
  has(number: SqlErrorNumber): boolean {
    return this.messages.some((it) => it.number === number);
  }
}
