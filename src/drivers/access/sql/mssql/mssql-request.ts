import type { Socket } from "node:net";
import sql from "mssql";
import { type AnswerLimits, answerMeter, errorsKept, lateAnswer, tooLarge } from "../answer-limits.ts";
import { type InfoToken, toMessage, toSqlError } from "./mssql-errors.ts";
import type { BatchOptions, SqlError, SqlRow } from "../sql-runner.ts";

/** One statement, and how much of an answer to it is taken. */
export interface MssqlStatement extends BatchOptions {
  readonly as: "query" | "batch";
  readonly text: string;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  readonly limits: AnswerLimits;
  /** For the whole answer. Absent: it may take for ever. */
  readonly limitMs?: number;
}

/** A connection of tedious, as the pool gives it. */
interface Connection {
  readonly socket?: Socket;
  close(): void;
}

/**
 * Sends one statement on a connection that is its own for as long. The connection of an answer without end is
 * closed: the server notices, and the pool opens another.
 */
export async function sendStatement(
  pool: sql.ConnectionPool,
  statement: MssqlStatement,
): Promise<readonly SqlRow[]> {
  const { signal } = statement;
  signal?.throwIfAborted();
  const connection = await takeConnection(pool);
  const request = requestOn(pool, connection);
  const cancel = (): void => request.cancel();
  try {
    signal?.addEventListener("abort", cancel, { once: true });
    signal?.throwIfAborted();
    return await answerTo(request, connection, statement);
  } catch (thrown) {
    signal?.throwIfAborted();
    throw thrown;
  } finally {
    signal?.removeEventListener("abort", cancel);
    pool.pool.release(connection);
  }
}

type Pooled = Awaited<ReturnType<sql.ConnectionPool["pool"]["acquire"]>["promise"]>;

async function takeConnection(pool: sql.ConnectionPool): Promise<Pooled> {
  try {
    return await pool.pool.acquire().promise;
  } catch (thrown) {
    throw toSqlError([thrown], "connection");
  }
}

/** A request that belongs to one connection, as those of a transaction do: which one is known then. */
function requestOn(pool: sql.ConnectionPool, connection: Pooled): sql.Request {
  const { config } = pool as unknown as { readonly config: unknown };
  const parent = {
    connected: true,
    config,
    acquire: (_: unknown, take: (error: null, connection: Pooled, config: unknown) => void) =>
      void process.nextTick(take, null, connection, config),
    release: () => undefined,
  };
  const request = new sql.Request(parent as unknown as sql.ConnectionPool);
  // Rows are counted as they come, and not gathered by mssql until there is no room for more. Its own limit
  // ends with the first byte of an answer.
  Object.assign(request, { stream: true, overrides: { requestTimeout: 0 } });
  return request;
}

/** Counts what comes over the wire: a cell without end is no row yet. Gives back what ends the counting. */
function watchWire(
  { socket }: Connection,
  { bytes }: AnswerLimits,
  end: (error: SqlError) => void,
): () => void {
  let came = 0;
  const count = (part: Buffer): void => {
    came += part.length;
    if (came > bytes) end(tooLarge("bytes", bytes));
  };
  socket?.on("data", count);
  return () => void socket?.off("data", count);
}

function answerTo(
  request: sql.Request,
  pooled: Pooled,
  { as, text, parameters, limits, limitMs, onMessage }: MssqlStatement,
): Promise<readonly SqlRow[]> {
  const connection = pooled as unknown as Connection;
  const { promise, resolve, reject } = Promise.withResolvers<readonly SqlRow[]>();
  const rows: SqlRow[] = [];
  const errors: unknown[] = [];
  let sets = 0;
  let isEnded = false;
  const end = (error: SqlError): void => {
    if (isEnded) return;
    isEnded = true;
    reject(error);
    connection.close();
  };
  const meter = answerMeter(limits, end);
  request.on("recordset", () => void sets++);
  request.on("row", (row: SqlRow) => {
    if (isEnded) return;
    meter.row(row);
    if (sets === 1) rows.push(row);
  });
  request.on("info", (info: InfoToken) => {
    if (isEnded) return;
    meter.message();
    if (!isEnded) onMessage?.(toMessage(info));
  });
  request.on("error", (error) => {
    if (isEnded) return;
    errors.push(error);
    // What a server refuses with is told, however much more it has to say.
    if (errors.length >= errorsKept) end(toSqlError(errors, "statement"));
  });
  request.on("done", () => {
    if (errors.length > 0) reject(toSqlError(errors, "statement"));
    else resolve(rows);
  });
  for (const [name, value] of Object.entries(parameters)) request.input(name, value);
  const stopWatching = watchWire(connection, limits, end);
  const timer =
    limitMs === undefined ? undefined : setTimeout(() => end(lateAnswer(limitMs, "connection")), limitMs);
  // Its words come as events; a promise is given only to who does not listen.
  if (as === "query") void request.query(text);
  else void request.batch(text);
  return promise.finally(() => {
    clearTimeout(timer);
    stopWatching();
  });
}
