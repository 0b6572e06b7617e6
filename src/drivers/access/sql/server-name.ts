/**
 * Splits what people write as a server into its parts: `host`, `host\instance`, `host,port`, `tcp:host,port`.
 */
export function parseServerName(server: string): { host: string; instance?: string; port?: number } {
  const match = /^(?:tcp:)?([^\\,]+)(?:\\([^,]+))?(?:,\s*(\d+))?$/i.exec(server.trim());
  if (!match) return { host: server };
  const [, host, instance, port] = match;
  return {
    host: host!.trim(),
    ...(instance && instance.toUpperCase() !== "MSSQLSERVER" && { instance: instance.trim() }),
    ...(port && { port: Number(port) }),
  };
}

/** A server as `sqlcmd` takes it: a port stands behind a comma, not a colon as in a machine file. */
export function sqlcmdServerName(server: string): string {
  const match = /^((?:tcp|admin):)?(\[[^\]]+\]|[^:,\\]+):(\d+)$/i.exec(server.trim());
  if (!match) return server;
  const [, protocol = "", host, port] = match;
  return `${protocol}${host!.replace(/^\[|\]$/g, "")},${port}`;
}
