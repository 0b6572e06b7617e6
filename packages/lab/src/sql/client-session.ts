import type { Parameter, ResultSink, SqlSession } from "../tds/session.ts";
import type { Client, Engine } from "./engine.ts";
import type { DatabaseState } from "./instance-state.ts";
import { parseBatch } from "./language/parse-batch.ts";
import { worded } from "./message-language.ts";
import { BatchEnded, runStatements, runTransaction } from "./execute/run-statement.ts";
import type { StatementContext } from "./execute/statement-context.ts";
import { SqlError, toMessage } from "./sql-error.ts";
import type { Variable } from "./translate/scope.ts";

/** One client of an instance, between its login and its end. */
export class ClientSession implements SqlSession {
  readonly #engine: Engine;
  readonly #client: Client;
  readonly #firstDatabase: string;
  readonly #counters = { rowCount: 0, error: 0, transactionDepth: 0 };
  readonly #written = new Map<DatabaseState, Set<string>>();

  constructor(engine: Engine, client: Client) {
    this.#engine = engine;
    this.#client = client;
    this.#firstDatabase = client.database;
    engine.clients.add(client);
  }

  async run(batch: string, sink: ResultSink, signal: AbortSignal): Promise<void> {
    await this.#run(batch, this.#context(sink, signal));
  }

  async call(
    text: string,
    parameters: readonly Parameter[],
    sink: ResultSink,
    signal: AbortSignal,
  ): Promise<void> {
    const context = this.#context(sink, signal);
    for (const { name, type, value } of parameters) {
      context.variables.set(name.toLowerCase(), { type, value } satisfies Variable);
    }
    const { database } = this.#client;
    try {
      await this.#run(text, context);
    } finally {
      this.#client.database = database;
    }
  }

  async #run(batch: string, context: StatementContext): Promise<void> {
    try {
      await runStatements(context, parseBatch(batch));
    } catch (thrown) {
      if (thrown instanceof BatchEnded) return;
      if (!(thrown instanceof SqlError)) throw thrown;
      context.sink.message(worded(toMessage(thrown), this.#engine.settings.language));
      this.#counters.error = thrown.number;
    }
  }

  async transaction(action: "begin" | "commit" | "rollback"): Promise<void> {
    const signal = new AbortController().signal;
    await this.#engine.turn(this.#client, signal);
    runTransaction(this.#context(silent, signal), action);
  }

  reset(): void {
    this.#rollBack();
    this.#client.database = this.#firstDatabase;
  }

  close(): void {
    this.#rollBack();
    this.#engine.clients.delete(this.#client);
  }

  #rollBack(): void {
    if (this.#counters.transactionDepth > 0) {
      this.#counters.transactionDepth = 0;
      this.#written.clear();
      if (this.#engine.attachments.db.isTransaction) this.#engine.attachments.db.exec("ROLLBACK");
    }
    this.#engine.release(this.#client);
  }

  #context(sink: ResultSink, signal: AbortSignal): StatementContext {
    return {
      engine: this.#engine,
      client: this.#client,
      variables: new Map(),
      counters: this.#counters,
      written: this.#written,
      sink,
      signal,
    };
  }
}

/** Takes the results of what was not asked for in a batch. */
const silent: ResultSink = {
  columns: () => undefined,
  row: () => undefined,
  done: () => undefined,
  message: () => undefined,
  databaseChanged: () => undefined,
  flush: async () => undefined,
};
