import { Duplex } from "node:stream";
import { TLSSocket, type TLSSocketOptions } from "node:tls";
import { headerBytes, packetHeader, packetType } from "./packets.ts";

export interface TlsIdentity {
  readonly key: string;
  readonly cert: string;
}

/** One TLS session of a server whose handshake travels inside PRELOGIN packets. */
export interface WrappedTls {
  /** The decrypted side: read requests here, write responses here. */
  readonly plain: TLSSocket;
  /** Takes handshake bytes out of a PRELOGIN packet, or raw TLS records after the handshake. */
  receive(bytes: Buffer): void;
  /** From now on records go out raw. */
  unwrap(): void;
}

/**
 * Starts the server side of TLS inside PRELOGIN packets.
 *
 * Outgoing records stay wrapped until `unwrap`, which the connection calls at the client's first raw
 * record: Node says "secure" before its own last flight is written, so that event would be too early.
 * TLS 1.3 has messages after the handshake, which don't fit in here, so 1.2 is the highest.
 */
export function startWrappedTls(identity: TlsIdentity, send: (bytes: Buffer) => void): WrappedTls {
  return startTls({ ...identity, maxVersion: "TLSv1.2" }, "wrapped", send);
}

/** Starts the server side of TDS 8, where TLS comes before everything else and nothing is wrapped. */
export function startStrictTls(identity: TlsIdentity, send: (bytes: Buffer) => void): WrappedTls {
  return startTls({ ...identity, ALPNProtocols: ["tds/8.0"] }, "raw", send);
}

function startTls(
  options: TLSSocketOptions,
  framing: "wrapped" | "raw",
  send: (bytes: Buffer) => void,
): WrappedTls {
  let isWrapping = framing === "wrapped";
  let flight: Buffer[] = [];

  const sendFlight = (): void => {
    const payload = Buffer.concat(flight);
    flight = [];
    if (payload.length > 0) sendWrapped(payload, send);
  };

  const carrier = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      if (isWrapping) {
        if (flight.length === 0) setImmediate(sendFlight);
        flight.push(chunk);
      } else {
        send(chunk);
      }
      done();
    },
  });
  const plain = new TLSSocket(carrier, { ...options, isServer: true });
  return {
    plain,
    receive: (bytes) => void carrier.push(bytes),
    unwrap() {
      sendFlight();
      isWrapping = false;
    },
  };
}

/** A flight is one message: clients read exactly one for each flight of theirs. */
function sendWrapped(flight: Buffer, send: (bytes: Buffer) => void): void {
  const room = 4096 - headerBytes;
  for (let at = 0, id = 1; at < flight.length; at += room, id++) {
    const payload = flight.subarray(at, at + room);
    const isLast = at + room >= flight.length;
    const header = packetHeader({
      type: packetType.prelogin,
      isLast,
      payloadBytes: payload.length,
      spid: 0,
      id,
    });
    send(Buffer.concat([header, payload]));
  }
}
