import { X509Certificate } from "node:crypto";
import type sql from "mssql";
import { given } from "../../../../core/base/given.ts";

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
  /** Or its SHA-256 fingerprint: 64 digits. */
  readonly serverFingerprint?: string;
  readonly connectTimeoutMs?: number;
  /** For the whole answer to a query. */
  readonly queryTimeoutMs?: number;
}

const connectTimeoutMs = 15_000;

/** How long the way to a login may take. */
export function connectLimitMs(target: MssqlTarget): number {
  return target.connectTimeoutMs ?? connectTimeoutMs;
}

export function configOf(target: MssqlTarget): sql.config {
  return {
    server: target.host,
    ...given({ port: target.port }),
    database: target.database,
    user: target.user,
    password: target.password,
    connectionTimeout: connectLimitMs(target),
    pool: { min: 0, max: 2, idleTimeoutMillis: 60_000 },
    // Asking the server `SELECT 1` before each use would tell no more than the request itself does.
    validateConnection: "socket",
    options: {
      appName: "sitekeep",
      // All addresses of a name at once: one after the other, those of an availability group's listener that
      // nobody answers at take all the time there is.
      multiSubnetFailover: true,
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
