/** What people write as a SQL Server, taken apart. */
export interface ServerName {
  /** `localhost` for what only SQL Server's own tools call a machine: `.` and `(local)`. */
  readonly host: string;
  /** Absent: the default instance. */
  readonly instance?: string;
  readonly port?: number;
}

/**
 * Takes the name of a SQL Server apart: `host`, `host\instance`, `host,port`, `tcp:host,port`, and
 * `host:port` as a machine file writes it. The one reader of such names.
 */
export function parseServerName(server: string): ServerName {
  const match =
    /^(?:(?:tcp|admin|lpc):)?(\[[^\]]+\]|[^\\,:]+|[^\\,]*:[^\\,]*:[^\\,]*)(?:\\([^\\,:]+))?(?:(?:,\s*|:)(\d+))?$/i.exec(
      server.trim(),
    );
  if (!match) return { host: server };
  const [, host, instance, port] = match;
  return {
    host: plainHost(host!.trim()),
    ...(instance && instance.toUpperCase() !== "MSSQLSERVER" && { instance: instance.trim() }),
    ...(port && { port: Number(port) }),
  };
}

function plainHost(host: string): string {
  if (host === "." || host.toLowerCase() === "(local)") return "localhost";
  return host.replace(/^\[|\]$/g, "");
}

const localNames: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "::1"]);

/** Whether SQL Server is addressed as the machine itself. */
export function isLocalServer(server: string): boolean {
  return localNames.has(parseServerName(server).host.toLowerCase());
}

/** What a table of servers says of one, whatever the case of its letters; `.` and `(local)` are one. */
export function entryOfServer(table: Readonly<Record<string, string>>, server: string): string | undefined {
  const wanted = serverKey(server);
  return Object.entries(table).find(([name]) => serverKey(name) === wanted)?.[1];
}

/** Equal for names that mean one server. */
function serverKey(server: string): string {
  const { host, instance = "", port = "" } = parseServerName(server);
  return `${host}\\${instance},${port}`.toLowerCase();
}
