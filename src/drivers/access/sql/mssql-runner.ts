import { given } from "../../../core/base/given.ts";
import { X509Certificate } from "node:crypto";
import sql from "mssql";
import { type BatchOptions, SqlError, type SqlMessage, type SqlRow, type SqlRunner } from "./sql-runner.ts";

/** One SQL Server, one database and one login, as `mssql` needs them. */
export interface MssqlTarget {
  /** Where to connect to: a host or an address. */
  readonly host: string;
  readonly port?: number;
  /** A named instance, found through SQL Server Browser when no port is given. */
  readonly instance?: string;
  /** The name that the server's certificate must carry, where it isn't `host`. */
  readonly certificateName?: string;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly encrypt: boolean | "strict";
  readonly trustServerCertificate: boolean;
  /** PEM text of the authority that signed the server's certificate, where the machine does not know it. */
  readonly certificateAuthority?: string;
  /** PEM text of the one certificate that the server has to show: no authority and no name is asked for. */
  readonly serverCertificate?: string;
  readonly connectTimeoutMs?: number;
  readonly queryTimeoutMs?: number;
}

const connectTimeoutMs = 15_000;
const queryTimeoutMs = 60_000;

/**
 * Connects with a SQL Server login and runs T-SQL over TDS. Rejects with `SqlError` when no session was had.
 *
 * Batches go out as they are and not inside sp_executesql, where BACKUP and USE do not belong, and may take
 * for ever; messages arrive while the batch runs. A refused batch carries all of the server's errors, the
 * cause first.
 */
export async function openMssql(target: MssqlTarget): Promise<SqlRunner> {
  const login = loginMessages();
  const pool = new sql.ConnectionPool({ ...configOf(target), beforeConnect: login.listenTo } as sql.config);
  // mssql keeps the loss of a socket to itself, for the next request to find. What else an idle connection
  // may emit comes here, and unheard would end the process.
  pool.on("error", () => undefined);
  try {
    await pool.connect();
  } catch (thrown) {
    await pool.close().catch(() => undefined);
    const failure = toSqlError(thrown, "connection");
    // The driver tells the last message alone; the one before it holds the reason.
    const isRefusal = failure.stage === "login" && login.messages.length > 0;
    throw isRefusal ? new SqlError("login", login.messages, { cause: thrown }) : failure;
  }
  return {
    query: (text, parameters) => runQuery(pool, text, parameters ?? {}),
    batch: (text, options) => runBatch(pool, text, options ?? {}),
    close: () => pool.close(),
  };
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

function configOf(target: MssqlTarget): sql.config {
  return {
    server: target.host,
    ...given({ port: target.port }),
    database: target.database,
    user: target.user,
    password: target.password,
    connectionTimeout: target.connectTimeoutMs ?? connectTimeoutMs,
    requestTimeout: target.queryTimeoutMs ?? queryTimeoutMs,
    pool: { min: 0, max: 2, idleTimeoutMillis: 60_000 },
    // Asking the server `SELECT 1` before each use would tell no more than the request itself does.
    validateConnection: "socket",
    options: {
      appName: "sitekeep",
      ...(target.port === undefined && target.instance !== undefined && { instanceName: target.instance }),
      ...trustIn(target),
      // The typings know a boolean only; tedious takes `strict` for TDS 8.
      encrypt: target.encrypt as boolean,
    },
  } as sql.config;
}

/** Which certificate is accepted. One that is known itself is the only one, whatever else is said. */
function trustIn(target: MssqlTarget) {
  const { certificateName, certificateAuthority, serverCertificate, trustServerCertificate } = target;
  if (serverCertificate === undefined)
    return {
      trustServerCertificate,
      ...given({ serverName: certificateName }),
      ...(certificateAuthority !== undefined && { cryptoCredentialsDetails: { ca: certificateAuthority } }),
    };
  return {
    trustServerCertificate: false,
    ...given({ serverName: nameIn(serverCertificate) ?? certificateName }),
    // Trusted itself, it need not be signed by anybody: it ends the chain.
    cryptoCredentialsDetails: { ca: serverCertificate, allowPartialTrustChain: true },
  };
}

/** A name that the certificate carries, as the driver asks for one. */
function nameIn(certificate: string): string | undefined {
  const { subject, subjectAltName = "" } = new X509Certificate(certificate);
  const [, name] =
    /(?:^|, )(?:DNS|IP Address):([^,"]+)/.exec(subjectAltName) ?? /^CN=(.+)$/m.exec(subject) ?? [];
  return name?.replace(/^\*\./, "any.");
}

async function runQuery(
  pool: sql.ConnectionPool,
  text: string,
  parameters: Readonly<Record<string, string | number | boolean>>,
): Promise<readonly SqlRow[]> {
  const request = new sql.Request(pool);
  for (const [name, value] of Object.entries(parameters)) request.input(name, value);
  try {
    const result = await request.query<SqlRow>(text);
    return result.recordset ?? [];
  } catch (thrown) {
    throw toSqlError(thrown, "statement");
  }
}

async function runBatch(
  pool: sql.ConnectionPool,
  text: string,
  options: BatchOptions,
): Promise<readonly SqlRow[]> {
  options.signal?.throwIfAborted();
  const request = new sql.Request(pool);
  // No limit by time: a backup of a large database says nothing for longer than any limit that helps.
  // (The constructor takes this as a second argument, which its typings do not know.)
  Object.assign(request, { overrides: { requestTimeout: 0 } });
  request.on("info", (info: InfoToken) => options.onMessage?.(toMessage(info)));
  const cancel = (): void => request.cancel();
  options.signal?.addEventListener("abort", cancel, { once: true });
  try {
    const result = await request.batch<SqlRow>(text);
    return result.recordset ?? [];
  } catch (thrown) {
    options.signal?.throwIfAborted();
    throw toSqlError(thrown, "statement");
  } finally {
    options.signal?.removeEventListener("abort", cancel);
  }
}

interface InfoToken {
  readonly number: number;
  readonly class: number;
  readonly message: string;
}

function toMessage(info: InfoToken): SqlMessage {
  return { number: info.number, severity: info.class, text: info.message };
}

/**
 * What mssql throws: the last error of a batch, with the earlier ones beside it. `number` is text for its own
 * errors.
 */
interface MssqlFailure {
  readonly message: string;
  readonly code?: string;
  readonly number?: number | string;
  readonly class?: number;
  readonly precedingErrors?: readonly MssqlFailure[];
  readonly originalError?: {
    readonly info?: InfoToken;
    readonly code?: string;
    readonly cause?: { readonly errors?: readonly Error[] };
  };
}

function toSqlError(error: unknown, stage: SqlError["stage"]): SqlError {
  const failure = error as MssqlFailure;
  const all = [...(failure.precedingErrors ?? []), failure];
  const answered = typeof failure.number === "number" || all.some((it) => typeof it.number === "number");
  const reached = answered ? "statement" : "connection";
  const messages = all.map((it) => ({
    number: typeof it.number === "number" ? it.number : 0,
    severity: it.class ?? 16,
    text: textOf(it),
  }));
  return new SqlError(isLogin(failure) ? "login" : stage === "statement" ? reached : stage, messages, {
    cause: error,
  });
}

/**
 * tedious tries every address of a host and then says no more than that none answered: the first one's answer
 * tells why.
 */
function textOf({ message, originalError }: MssqlFailure): string {
  const [first] = originalError?.cause?.errors ?? [];
  return first === undefined ? message : message.replace("Could not connect (sequence)", first.message);
}

function isLogin(failure: MssqlFailure): boolean {
  return failure.code === "ELOGIN" || failure.originalError?.code === "ELOGIN";
}
