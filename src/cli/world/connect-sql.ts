import { given } from "../../core/base/given.ts";
import { readFile } from "node:fs/promises";
import type { Machine } from "../../core/model/policy/machine.ts";
import type { DatabaseAddress } from "../../core/model/policy/source.ts";
import { openMssql } from "../../drivers/access/sql/mssql-runner.ts";
import { parseServerName } from "../../drivers/access/sql/server-name.ts";
import { openSqlcmd } from "../../drivers/access/sql/sqlcmd-runner.ts";
import type { SqlRunner } from "../../drivers/access/sql/sql-runner.ts";

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
  if (auth.as === "windows") {
    const server = machine.servers[database.server] ?? database.server;
    const command = machine.tools["sqlcmd"] ?? ["sqlcmd"];
    return openSqlcmd({
      command,
      server,
      database: name,
      encrypt,
      trustServerCertificate,
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
  });
}

/** `host:port`, as the machine file writes an address. */
function parseAddress(address: string): { readonly host: string; readonly port?: number } {
  const [, host = address, port] = /^(.*?)(?::(\d+))?$/.exec(address) ?? [];
  return { host, ...(port && { port: Number(port) }) };
}
