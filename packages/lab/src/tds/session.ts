import type { LoginRequest } from "./login.ts";
import type { SqlType, SqlValue } from "./sql-type.ts";

/** What a server says beside its rows: information up to class 10, an error above. */
export interface ServerMessage {
  readonly number: number;
  readonly state: number;
  /** The severity. */
  readonly class: number;
  readonly text: string;
  readonly procedure?: string;
  readonly line?: number;
}

export interface ResultColumn {
  readonly name: string;
  readonly type: SqlType;
}

/** A parameter of a remote call, in the order sent. */
export interface Parameter {
  readonly name: string;
  readonly type: SqlType;
  readonly value: SqlValue;
}

/** Takes what a running batch produces, in order. */
export interface ResultSink {
  /** Starts a result set. */
  columns(columns: readonly ResultColumn[]): void;
  row(values: readonly SqlValue[]): void;
  /** Ends a statement; with a count when it has one to tell. */
  done(rowCount?: number): void;
  message(message: ServerMessage): void;
  databaseChanged(from: string, to: string): void;
  /** Sends what has been said so far, so that the client sees it now. */
  flush(): Promise<void>;
}

/** One logged-in client, as the engine behind the wire sees it. */
export interface SqlSession {
  /** Runs a batch. Errors of the batch go into the sink; a rejection is a fault of the lab itself. */
  run(batch: string, sink: ResultSink, signal: AbortSignal): Promise<void>;
  /** Runs a remote call's text with its parameters; what it did to the session is undone on return. */
  call(text: string, parameters: readonly Parameter[], sink: ResultSink, signal: AbortSignal): Promise<void>;
  transaction(action: "begin" | "commit" | "rollback"): Promise<void>;
  /** Makes the session as it was after the login. */
  reset(): void;
  /** The connection is gone. */
  close(): void;
}

export interface LoginAnswer {
  readonly session: SqlSession;
  readonly database: string;
}

/** The engine behind the wire. */
export interface TdsHost {
  readonly serverName: string;
  readonly version: readonly [number, number, number];
  /** Lets a client in, or says why not. */
  login(request: LoginRequest, spid: number): LoginAnswer | { readonly refused: readonly ServerMessage[] };
}
