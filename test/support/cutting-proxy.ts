import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { parse, stringify } from "yaml";

/** Called behind each message with how many have passed. Nothing passes from `"cut"` on. */
export type OnMessage = (passed: number) => "cut" | "pass";

/** Stands between a client and a server, and counts what passes in either direction. */
export interface CuttingProxy {
  readonly port: number;
  /** Lets everything pass from now on, and counts anew: one message for each that a socket gives. */
  watch(onMessage?: OnMessage): void;
  close(): Promise<void>;
}

/** Starts one before a server of this machine. */
export async function startCuttingProxy(port: number): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  let passed = 0;
  let isCut = false;
  let onMessage: OnMessage | undefined;
  const cut = (): void => {
    isCut = true;
    sockets.forEach((it) => it.destroy());
  };
  const forward = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from.on("error", () => undefined).once("close", () => (sockets.delete(from), to.destroy()));
    from.on("data", (bytes: Buffer) => {
      if (isCut) return;
      to.write(bytes);
      passed++;
      if (onMessage?.(passed) === "cut") setImmediate(cut);
    });
  };
  const server = createServer((client) => {
    if (isCut) return void client.destroy();
    const to = connect(port, "127.0.0.1");
    forward(client, to);
    forward(to, client);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    watch(by) {
      [passed, isCut, onMessage] = [0, false, by];
    },
    async close() {
      cut();
      server.close();
      await once(server, "close");
    },
  };
}

/** Puts one before a server of a lab that runs, for whoever reads the lab's machine file from then on. */
export async function proxyBefore(lab: string, host: string): Promise<CuttingProxy> {
  const file = join(lab, "machine.yaml");
  const machine = parse(readFileSync(file, "utf8")) as { servers: Record<string, string> };
  const proxy = await startCuttingProxy(Number(machine.servers[host]!.split(":")[1]));
  const servers = { ...machine.servers, [host]: `127.0.0.1:${proxy.port}` };
  writeFileSync(file, stringify({ ...machine, servers }));
  return proxy;
}
