import type { SqlErrorNumber } from "../../../core/outside/sql-errors.ts";
import { SqlError } from "./sql-runner.ts";
import type { SqlcmdConnection } from "./sqlcmd-options.ts";

/**
 * What sqlcmd says where there is no session, as an error. ODBC's passes on the sentence with which a server
 * refuses a login, and drops its number: it is known by what the sentence quotes, in whatever language.
 */
export function failureOf(text: string, connection: SqlcmdConnection): SqlError {
  const number = refusalIn(text, connection);
  const stage = number !== undefined || isWithoutTicket(text) ? "login" : "connection";
  return new SqlError(stage, [{ number: number ?? 0, severity: 16, text }]);
}

/** Kerberos: the server's service is registered under no name, or another account's. */
export function isWithoutTicket(text: string): boolean {
  return /\bSSPI\b|Kerberos/i.test(text);
}

/** The number that belongs to the sentence of a server, or nothing where the server was not reached. */
function refusalIn(text: string, { database, server }: SqlcmdConnection): SqlErrorNumber | undefined {
  if (isOfTransport(text)) return undefined;
  // Quoted so by 4060 alone. It says that the login failed as well, and why comes first.
  if (/cannot open database/i.test(text) || text.includes(`"${database}"`)) return 4060;
  if (/untrusted domain/i.test(text)) return 18452;
  const quoted = [...text.matchAll(/'([^'\\]+\\[^'\\]+)'/g)].map(([, name]) => name!.toLowerCase());
  const isOfLogin = /login failed\b/i.test(text) || quoted.some((name) => name !== server.toLowerCase());
  return isOfLogin ? 18456 : undefined;
}

/** The network or TLS, which the drivers name before what they say. */
function isOfTransport(text: string): boolean {
  return /\bTCP\b|Named Pipes|\bSSL\b|\bTLS\b|network-related|\bdial\b/i.test(text);
}
