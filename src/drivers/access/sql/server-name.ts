import { hostname } from "node:os";
import { isLocalServer, parseServerName } from "../../../core/base/server-name.ts";

/** The server is on this machine, whose name may be written with its domain or without. */
export function isOwnServer(server: string, machine = hostname()): boolean {
  const host = parseServerName(server).host.toLowerCase();
  const own = machine.toLowerCase();
  if (isLocalServer(server) || host === own) return true;
  return host.split(".")[0] === own || host === own.split(".")[0];
}

/** A server as `sqlcmd` takes it: a port stands behind a comma, not a colon as in a machine file. */
export function sqlcmdServerName(server: string): string {
  const match = /^((?:tcp|admin):)?(\[[^\]]+\]|[^:,\\]+):(\d+)$/i.exec(server.trim());
  if (!match) return server;
  const [, protocol = "", host, port] = match;
  return `${protocol}${host!.replace(/^\[|\]$/g, "")},${port}`;
}
