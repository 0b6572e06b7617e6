import type { SqlErrorNumber } from "../../../core/outside/sql/sql-errors.ts";
import { parseServerName } from "../../../core/base/server-name.ts";
import { SqlError } from "./sql-runner.ts";

/** sqlcmd itself refuses its command line: it is too old for an option, or too new for one. */
export class RefusedOption extends SqlError {}

/** A sentence of which nobody knows whether it is the server's: it names no transport, and quotes nothing. */
export class UnclearFailure extends SqlError {}

/**
 * What sqlcmd says where there is no session, as an error. ODBC's passes on the sentence with which a server
 * refuses a login, and drops its number: it is known by what the sentence quotes, in whatever language.
 */
export function failureOf(text: string, connection: { readonly server: string }): SqlError {
  // Whatever the language, both kinds name the option that explains the others.
  if (text.includes("'-?'")) return new RefusedOption("connection", [{ number: 0, severity: 16, text }]);
  const number = refusalIn(text, connection);
  const messages = [{ number: number ?? 0, severity: 16, text }];
  if (number !== undefined || isWithoutTicket(text)) return new SqlError("login", messages);
  return isOfTransport(text)
    ? new SqlError("connection", messages)
    : new UnclearFailure("connection", messages);
}

/** Kerberos: the server's service is registered under no name, or another account's. */
export function isWithoutTicket(text: string): boolean {
  return /\bSSPI\b|Kerberos/i.test(text);
}

/** The number that belongs to the sentence of a server, or nothing where the server was not reached. */
function refusalIn(text: string, { server }: { readonly server: string }): SqlErrorNumber | undefined {
  if (isOfTransport(text)) return undefined;
  // Such quotation marks are 4060's alone, around the database. It says that the login failed as well.
  if (/"[^"\n]{1,128}"/.test(text)) return 4060;
  // Of the sentences that quote nothing this one is known in English only; others are told as unclear.
  if (/untrusted domain/i.test(text)) return 18452;
  // A refused login is quoted, and nobody is where Windows could not say who it is.
  const quoted = [...text.matchAll(/'([^'\n]{0,256})'/g)].map(([, name]) => name!);
  return quoted.some((name) => !isServer(name, server)) ? 18456 : undefined;
}

/** Whether a name is the server's, however it is written. */
function isServer(name: string, server: string): boolean {
  const [quoted, own] = [name, server].map((it) => {
    const { host, instance } = parseServerName(it.replace(/:(\d+)$/, ",$1"));
    return `${host}\\${instance ?? ""}`.toLowerCase();
  });
  return quoted === own;
}

/** The network or TLS, which the drivers name before what they say. */
function isOfTransport(text: string): boolean {
  return /\bTCP\b|Named Pipes|\bSSL\b|\bTLS\b|network-related|\bdial\b/i.test(text);
}
