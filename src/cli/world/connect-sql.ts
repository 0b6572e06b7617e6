import { given } from "../../core/base/given.ts";
import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Machine } from "../../core/model/policy/machine.ts";
import type { DatabaseAddress } from "../../core/model/policy/source.ts";
import { openMssql } from "../../drivers/access/sql/mssql-runner.ts";
import { parseServerName } from "../../drivers/access/sql/server-name.ts";
import { openSqlcmd } from "../../drivers/access/sql/sqlcmd-runner.ts";
import { SqlError, type SqlRunner } from "../../drivers/access/sql/sql-runner.ts";

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
  const pinned = machine.serverCertificates?.[database.server];
  if (auth.as === "windows") {
    const server = machine.servers[database.server] ?? database.server;
    const command = machine.tools["sqlcmd"] ?? ["sqlcmd"];
    return openSqlcmd({
      command,
      server,
      database: name,
      encrypt,
      trustServerCertificate,
      ...given({ serverCertificate: pinned }),
    });
  }
  const written = parseServerName(database.server);
  const answering = machine.servers[database.server];
  const place = answering === undefined ? written : parseAddress(answering);
  const authority = machine.certificateAuthority && (await readFile(machine.certificateAuthority, "utf8"));
  return openMssql({
    ...place,
    certificateName: written.host,
    database: name,
    user: auth.user,
    password: password ?? "",
    encrypt,
    trustServerCertificate,
    ...given({ certificateAuthority: authority }),
    ...(pinned !== undefined && { serverCertificate: await readCertificate(pinned) }),
  });
}

/** A certificate as Windows exports it, in text (PEM) or not (DER), as text. */
async function readCertificate(file: string): Promise<string> {
  try {
    return new X509Certificate(await readFile(file)).toString();
  } catch (error) {
    const text = `The certificate in ${file} can't be read: ${(error as Error).message}.`;
    throw new SqlError("connection", [{ number: 0, severity: 16, text }], { cause: error });
  }
}

/** `host:port`, as the machine file writes an address. */
function parseAddress(address: string): { readonly host: string; readonly port?: number } {
  const [, host = address, port] = /^(.*?)(?::(\d+))?$/.exec(address) ?? [];
  return { host, ...(port && { port: Number(port) }) };
}
