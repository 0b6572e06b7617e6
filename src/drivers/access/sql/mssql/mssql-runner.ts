import { X509Certificate } from "node:crypto";
import sql from "mssql";
import { type AnswerLimits, answerLimits } from "../answer-limits.ts";
import { configOf, type MssqlTarget } from "./mssql-config.ts";
import { type InfoToken, toMessage, toSqlError } from "./mssql-errors.ts";
import { type MssqlStatement, sendStatement } from "./mssql-request.ts";
import { certificateFailure, withShownCertificate } from "./shown-certificate.ts";
import { SqlError, type SqlMessage, type SqlRunner } from "../sql-runner.ts";

const queryTimeoutMs = 60_000;

/**
 * Connects with a SQL Server login and runs T-SQL over TDS. Rejects with `SqlError` when no session was had.
 *
 * Batches go out as they are and not inside sp_executesql, where BACKUP and USE do not belong, and may take
 * for ever; messages arrive while the batch runs. A refused batch carries all of the server's errors, the
 * cause first.
 */
export async function openMssql(
  target: MssqlTarget,
  limits: AnswerLimits = answerLimits,
): Promise<SqlRunner> {
  const pool = await openPool(await withShownCertificate(target));
  const send = (statement: Omit<MssqlStatement, "limits">) => sendStatement(pool, { ...statement, limits });
  const limitMs = target.queryTimeoutMs ?? queryTimeoutMs;
  return {
    query: (text, parameters = {}) => send({ as: "query", text, parameters, limitMs }),
    // No limit by time: a backup of a large database says nothing for longer than any limit that helps.
    batch: (text, options = {}) => send({ as: "batch", text, parameters: {}, ...options }),
    close: () => pool.close(),
  };
}

async function openPool(target: MssqlTarget): Promise<sql.ConnectionPool> {
  const login = loginMessages();
  const pool = new sql.ConnectionPool({ ...configOf(target), beforeConnect: login.listenTo } as sql.config);
  // mssql keeps the loss of a socket to itself, for the next request to find. What else an idle connection
  // may emit comes here, and unheard would end the process.
  pool.on("error", () => undefined);
  try {
    return await pool.connect();
  } catch (thrown) {
    await pool.close().catch(() => undefined);
    const failure = toSqlError([thrown], "connection");
    // The driver tells the last message alone; the one before it holds the reason.
    const isRefusal = failure.stage === "login" && login.messages.length > 0;
    if (isRefusal) throw new SqlError("login", login.messages, { cause: thrown });
    if (target.serverCertificate === undefined || target.encrypt === false) throw failure;
    throw await certificateFailure(target, failure, new X509Certificate(target.serverCertificate));
  }
}

/**
 * Collects what a server says while it refuses a login: `Cannot open database…` comes before `Login failed…`.
 */
function loginMessages() {
  const messages: SqlMessage[] = [];
  return {
    messages,
    listenTo(connection: { on(event: "errorMessage", listener: (info: InfoToken) => void): unknown }): void {
      messages.length = 0;
      connection.on("errorMessage", (info) => {
        if (messages.length < loginMessagesMax) messages.push(toMessage(info));
      });
    },
  };
}

const loginMessagesMax = 5;
