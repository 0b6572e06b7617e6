import { given } from "../../core/base/given.ts";
import type { Machine } from "../../core/model/policy/machine.ts";
import type { DatabaseAddress } from "../../core/model/policy/source.ts";
import { openMssql } from "../../drivers/access/sql/mssql/mssql-runner.ts";
import { entryOfServer, parseServerName } from "../../core/base/server-name.ts";
import { openSqlcmd } from "../../drivers/access/sql/sqlcmd/sqlcmd-runner.ts";
import { CertificateError } from "../../drivers/access/sql/certificate-error.ts";
import type { SqlRunner } from "../../drivers/access/sql/sql-runner.ts";
import { readAuthorities, readNamedCertificate } from "./certificates.ts";

/**
 * Opens a session: over TDS for a SQL Server login, through `sqlcmd -E` for Windows authentication, since the
 * TDS driver knows no integrated login.
 */
export async function connectSql(
  machine: Machine,
  database: DatabaseAddress,
  password: string | undefined,
): Promise<SqlRunner> {
  const { auth, encrypt, trustServerCertificate, name } = database;
  const named = entryOfServer(machine.serverCertificates ?? {}, database.server);
  const pinned = named === undefined ? undefined : await readNamedCertificate(named);
  if (auth.as === "windows") {
    const server = entryOfServer(machine.servers, database.server) ?? database.server;
    const command = machine.tools["sqlcmd"] ?? ["sqlcmd"];
    if (pinned?.by === "fingerprint" && encrypt !== false) throw fingerprintForSqlcmd(database.server);
    return openSqlcmd({
      command,
      server,
      database: name,
      encrypt,
      trustServerCertificate,
      ...(pinned?.by === "file" && { serverCertificate: pinned.file }),
    });
  }
  const written = parseServerName(database.server);
  const answering = entryOfServer(machine.servers, database.server);
  const place = answering === undefined ? written : parseAddress(answering);
  const authority = machine.certificateAuthority && (await readAuthorities(machine.certificateAuthority));
  return openMssql({
    ...place,
    certificateName: written.host,
    database: name,
    user: auth.user,
    password: password ?? "",
    encrypt,
    trustServerCertificate,
    ...given({ certificateAuthority: authority }),
    ...(pinned?.by === "file" && { serverCertificate: pinned.pem }),
    ...(pinned?.by === "fingerprint" && { serverFingerprint: pinned.fingerprint }),
  });
}

function fingerprintForSqlcmd(server: string): CertificateError {
  return new CertificateError(
    `The machine file names a fingerprint for ${server} (serverCertificates), and sqlcmd, which Windows authentication goes through, compares files only.`,
    {
      hint: `Export the certificate of ${server} without its key, and name that file in the machine file in place of the fingerprint (docs/machine.md).`,
    },
  );
}

/** `host:port`, as the machine file writes an address. */
function parseAddress(address: string): { readonly host: string; readonly port?: number } {
  const [, host = address, port] = /^(.*?)(?::(\d+))?$/.exec(address) ?? [];
  return { host, ...(port && { port: Number(port) }) };
}
