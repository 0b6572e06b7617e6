import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import sql from "mssql";
import { bareFingerprint, CertificateError, otherCertificate } from "../certificate-error.ts";
import { configOf, connectLimitMs, type MssqlTarget } from "./mssql-config.ts";
import { toSqlError } from "./mssql-errors.ts";
import type { SqlError } from "../sql-runner.ts";

/**
 * Puts the certificate itself in the place of its fingerprint: the driver compares certificates. The server
 * is asked to show it, on a connection that ends before a login; then that one and no other is accepted.
 */
export async function withShownCertificate(target: MssqlTarget): Promise<MssqlTarget> {
  const { serverFingerprint, ...rest } = target;
  if (serverFingerprint === undefined || target.encrypt === false) return rest;
  const shown = await shownCertificate(rest);
  const fingerprint = bareFingerprint(shown.fingerprint256);
  if (fingerprint !== serverFingerprint)
    throw otherCertificate(nameOf(target), fingerprint, serverFingerprint);
  return { ...rest, serverCertificate: shown.toString() };
}

/** Why a server that was to show a certificate was not had: it shows another, or what the failure says. */
export async function certificateFailure(
  target: MssqlTarget,
  failure: SqlError,
  known: X509Certificate,
): Promise<SqlError> {
  const shown = failure.stage === "connection" ? await shownCertificate(target).catch(() => known) : known;
  if (shown.fingerprint256 === known.fingerprint256) return failure;
  const [fingerprint, named] = [shown, known].map((it) => bareFingerprint(it.fingerprint256));
  return otherCertificate(nameOf(target), fingerprint!, named!);
}

function nameOf({ certificateName, host }: MssqlTarget): string {
  return certificateName ?? host;
}

/**
 * The certificate that a server shows, whoever signed it. Nothing is sent that it must not know. Rejects with
 * `SqlError` where it shows none.
 */
function shownCertificate(target: MssqlTarget): Promise<X509Certificate> {
  return target.encrypt === "strict" ? shownAtOnce(target) : shownBeforeLogin(target);
}

async function shownBeforeLogin(target: MssqlTarget): Promise<X509Certificate> {
  const { serverCertificate: _, ...open } = target;
  let shown: X509Certificate | undefined;
  const pool = new sql.ConnectionPool({
    ...configOf({ ...open, user: "", password: "", trustServerCertificate: true }),
    beforeConnect: (connection: Handshaking) =>
      void connection.once("secure", (socket) => {
        shown = socket.getPeerX509Certificate();
        connection.close();
      }),
  } as sql.config);
  pool.on("error", () => undefined);
  const fault: unknown = await pool.connect().catch((thrown: unknown) => thrown);
  await pool.close().catch(() => undefined);
  if (shown === undefined) throw toSqlError([fault], "connection");
  return shown;
}

interface Handshaking {
  once(event: "secure", listener: (socket: TLSSocket) => void): unknown;
  close(): void;
}

/** TDS 8 begins with TLS, as other protocols do. */
async function shownAtOnce(target: MssqlTarget): Promise<X509Certificate> {
  const { host, port, instance } = target;
  if (port === undefined && instance !== undefined)
    throw new CertificateError(
      `The certificate of ${host}\\${instance} is looked at by its port, which is not named.`,
      {
        hint: `Write the port of ${instance} behind ${host} in the policy, or name the file of its certificate in the machine file (serverCertificates).`,
      },
    );
  const socket = connect({
    host,
    port: port ?? defaultPort,
    servername: isIP(host) === 0 ? host : "",
    ALPNProtocols: ["tds/8.0"],
    rejectUnauthorized: false,
    timeout: connectLimitMs(target),
  });
  const { promise, resolve, reject } = Promise.withResolvers<X509Certificate | undefined>();
  socket.once("secureConnect", () => resolve(socket.getPeerX509Certificate()));
  socket.once("timeout", () => reject(new Error(`${host} did not answer in time.`)));
  socket.on("error", reject);
  socket.once("close", () => resolve(undefined));
  try {
    const shown = await promise;
    if (shown === undefined) throw new Error(`${host} shows no certificate.`);
    return shown;
  } catch (thrown) {
    throw toSqlError([thrown], "connection");
  } finally {
    socket.destroy();
  }
}

const defaultPort = 1433;
