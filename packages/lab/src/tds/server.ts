import { createServer, type Socket } from "node:net";
import { serve } from "./connection.ts";
import type { TlsIdentity } from "./prelogin-tls.ts";
import type { TdsHost } from "./session.ts";

export interface TdsServer {
  readonly port: number;
  /** Cuts every connection and frees the port. */
  close(): Promise<void>;
  /** Cuts every connection, as when the service dies; new ones are accepted. */
  cut(): void;
}

/** Listens on 127.0.0.1 for TDS clients. Port 0 takes a free one. */
export async function startTdsServer(options: {
  readonly port: number;
  readonly host: TdsHost;
  readonly tls?: TlsIdentity;
  /** Asked at each connection; a refused one is reset at once. */
  readonly isRefusing?: () => boolean;
}): Promise<TdsServer> {
  const sockets = new Set<Socket>();
  let spid = 50;
  const server = createServer((socket) => {
    if (options.isRefusing?.() === true) {
      socket.resetAndDestroy();
      return;
    }
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.setNoDelay(true);
    spid = spid >= 32_000 ? 51 : spid + 1;
    serve(socket, options.host, { spid, ...(options.tls && { tls: options.tls }) });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");

  const cut = (): void => sockets.forEach((socket) => socket.destroy());
  return {
    port: address.port,
    cut,
    async close() {
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      cut();
      await closed;
    },
  };
}
