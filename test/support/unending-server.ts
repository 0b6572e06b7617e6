import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { afterAll, beforeAll } from "vitest";
import { makeLabCertificate, type LabCertificate } from "../../packages/lab/src/tds/certificate.ts";
import { serve } from "../../packages/lab/src/tds/connection.ts";
import type { ResultSink, SqlSession, TdsHost } from "../../packages/lab/src/tds/session.ts";
import { sqlType } from "../../packages/lab/src/tds/sql-type.ts";
import type { MssqlTarget } from "../../src/drivers/access/sql/mssql/mssql-config.ts";

/** How a server answers that heeds nobody who asks it to stop. */
export type Manner =
  | "rows"
  | "a row every half second"
  | "wide cells"
  | "one cell"
  | "messages"
  | "errors"
  | "nothing"
  | "a message, then nothing"
  | "nothing for two seconds"
  | "three rows";

export interface UnendingServer {
  readonly target: MssqlTarget;
  readonly certificate: LabCertificate;
  /** Logins that were asked for, and sessions that are there. */
  readonly seen: { logins: number; open: number };
  manner: Manner;
}

const columns = [
  { name: "id", type: sqlType("int") },
  { name: "text", type: sqlType("nvarchar", { length: "max" }) },
];

/** Starts a server for the tests of a file that answers anything in the manner that a test has set. */
export function withUnendingServer(): UnendingServer {
  const seen = { logins: 0, open: 0 };
  let server: Server;
  let certificate: LabCertificate;
  const sockets = new Set<Socket>();
  beforeAll(async () => {
    certificate = await makeLabCertificate(["sql01.lab"]);
    server = createServer((socket) => {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
      serve(socket, hostFor(socket), { spid: 51, tls: { key: certificate.key, cert: certificate.cert } });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterAll(() => {
    server.close();
    sockets.forEach((it) => it.destroy());
  });
  const hostFor = (socket: Socket): TdsHost => ({
    serverName: "SQL01",
    version: [16, 0, 4105],
    login: () => {
      seen.logins++;
      seen.open++;
      socket.once("close", () => seen.open--);
      return { session: sessionOf(made, () => !socket.destroyed), database: "CM_PS1" };
    },
  });
  const made: UnendingServer = {
    seen,
    manner: "three rows",
    get certificate() {
      return certificate;
    },
    get target() {
      return {
        host: "127.0.0.1",
        port: (server.address() as AddressInfo).port,
        certificateName: "sql01.lab",
        database: "CM_PS1",
        user: "sitekeep",
        password: "x",
        encrypt: true,
        trustServerCertificate: false,
        certificateAuthority: certificate.ca,
      };
    },
  };
  return made;
}

function sessionOf(server: UnendingServer, isOpen: () => boolean): SqlSession {
  const answer = async (text: string, sink: ResultSink): Promise<void> => {
    // What a driver sets after its login.
    if (/^\s*set /i.test(text)) return sink.done();
    for await (const _ of speaking(server.manner, sink, isOpen)) await sink.flush();
  };
  return {
    run: answer,
    call: (text, _, sink) => answer(text, sink),
    transaction: async () => undefined,
    reset: () => undefined,
    close: () => undefined,
  };
}

/** Says one thing after the other. */
async function* speaking(manner: Manner, sink: ResultSink, isOpen: () => boolean): AsyncGenerator<void> {
  const hasRows = /row|cell/.test(manner);
  if (hasRows) sink.columns(columns);
  if (manner === "a message, then nothing") sink.message(said(3211, 0));
  const last = manner === "three rows" ? 3 : manner === "nothing for two seconds" ? 4 : Infinity;
  for (let at = 0; isOpen() && at < last; at++) {
    sayOne(manner, sink, at);
    yield;
    const isSlow = /half second|nothing/.test(manner);
    await new Promise((resolve) => (isSlow ? setTimeout(resolve, 500) : setImmediate(resolve)));
  }
  sink.done(3);
}

const wide = "x".repeat(1024 * 1024);
const endless = "x".repeat(6 * 1024 * 1024);

function sayOne(manner: Manner, sink: ResultSink, at: number): void {
  switch (manner) {
    case "rows":
      for (let id = 0; id < 100; id++) sink.row([at * 100 + id, "E:\\Sources\\App"]);
      return;
    case "three rows":
    case "a row every half second":
      return sink.row([at, "E:\\Sources\\App"]);
    case "wide cells":
      return sink.row([at, wide]);
    case "one cell":
      return sink.row([at, endless]);
    case "messages":
      for (let id = 0; id < 100; id++) sink.message(said(3211, 0));
      return;
    case "errors":
      for (let id = 0; id < 100; id++) sink.message(said(8928, 16));
      return;
    default:
  }
}

function said(number: number, severity: number) {
  return { number, state: 1, class: severity, text: "Object ID 5: page (1:2) could not be processed." };
}
