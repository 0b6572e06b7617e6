import { hostname } from "node:os";

/**
 * Splits what people write as a server into its parts: `host`, `host\instance`, `host,port`, `tcp:host,port`.
 */
export function parseServerName(server: string): { host: string; instance?: string; port?: number } {
  const match = /^(?:tcp:)?([^\\,]+)(?:\\([^,]+))?(?:,\s*(\d+))?$/i.exec(server.trim());
  if (!match) return { host: server };
  const [, host, instance, port] = match;
  return {
    host: isThisMachine(host!.trim()) ? "localhost" : host!.trim(),
    ...(instance && instance.toUpperCase() !== "MSSQLSERVER" && { instance: instance.trim() }),
    ...(port && { port: Number(port) }),
  };
}

/** What only SQL Server's own tools call a machine. */
function isThisMachine(host: string): boolean {
  return host === "." || host.toLowerCase() === "(local)";
}

/** The server is on this machine, whose name may be written with its domain or without. */
export function isOwnServer(server: string, machine = hostname()): boolean {
  const host = parseServerName(server).host.toLowerCase();
  const own = machine.toLowerCase();
  if (["localhost", "127.0.0.1", "::1", own].includes(host)) return true;
  return host.split(".")[0] === own || host === own.split(".")[0];
}

/** A server as `sqlcmd` takes it: a port stands behind a comma, not a colon as in a machine file. */
export function sqlcmdServerName(server: string): string {
  const match = /^((?:tcp|admin):)?(\[[^\]]+\]|[^:,\\]+):(\d+)$/i.exec(server.trim());
  if (!match) return server;
  const [, protocol = "", host, port] = match;
  return `${protocol}${host!.replace(/^\[|\]$/g, "")},${port}`;
}
