import type { Socket } from "node:net";
import { once } from "node:events";
import { type Packet, PacketReader, packetType } from "./packets.ts";
import { encryption } from "./prelogin.ts";
import { startStrictTls, startWrappedTls, type TlsIdentity, type WrappedTls } from "./prelogin-tls.ts";

/** TLS record types; the first byte of a unit tells a raw record from a packet. */
const isTlsRecord = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x14 && byte <= 0x17;

/**
 * The bytes of one connection, with whatever encryption is in force at the moment.
 * Packets come out of `onPacket`; `send` takes bytes of packets.
 */
export class Transport {
  readonly #socket: Socket;
  readonly #identity: TlsIdentity | undefined;
  readonly #onPacket: (packet: Packet) => void;
  readonly #onFault: (fault: unknown) => void;
  readonly #reader = new PacketReader();
  #mode: "plain" | "handshake" | "encrypted" = "plain";
  #isFresh = true;
  #tls: WrappedTls | undefined;

  constructor(
    socket: Socket,
    identity: TlsIdentity | undefined,
    on: { readonly packet: (packet: Packet) => void; readonly fault: (fault: unknown) => void },
  ) {
    this.#socket = socket;
    this.#identity = identity;
    this.#onPacket = on.packet;
    this.#onFault = on.fault;
    socket.on("data", (bytes) => this.#guard(() => this.#receive(bytes)));
  }

  /** Whether the client speaks TDS 8: then nothing is left to agree on. */
  get isStrict(): boolean {
    return this.#mode === "encrypted" && this.#isFresh;
  }

  /** Sends bytes; settles when there is room for more. */
  async send(bytes: Buffer): Promise<void> {
    const target = this.#mode === "encrypted" ? this.#tls!.plain : this.#socket;
    if (target.destroyed || target.write(bytes)) return;
    const gone = new AbortController();
    const close = (): void => gone.abort();
    this.#socket.once("close", close);
    await once(target, "drain", { signal: gone.signal }).catch(() => undefined);
    this.#socket.off("close", close);
  }

  /** Carries out what was agreed on in PRELOGIN. */
  encrypt(decision: number): void {
    this.#isFresh = false;
    if (decision === encryption.notSupported || this.#identity === undefined) return;
    this.#mode = "handshake";
    this.#startTls(startWrappedTls(this.#identity, (bytes) => void this.#socket.write(bytes)));
  }

  /** Goes back to plain text: the client wanted only its login encrypted. */
  decrypt(): void {
    this.#mode = "plain";
  }

  end(): void {
    if (this.#mode === "encrypted") this.#tls!.plain.end();
    setTimeout(() => this.#socket.destroy(), 50).unref();
    this.#socket.end();
  }

  #startTls(tls: WrappedTls): void {
    this.#tls = tls;
    tls.plain.on("data", (bytes: Buffer) => this.#guard(() => this.#readPackets(bytes)));
    tls.plain.on("error", (fault) => this.#onFault(fault));
  }

  #receive(bytes: Buffer): void {
    if (this.#mode === "plain" && this.#isFresh && isTlsRecord(bytes[0]) && this.#identity !== undefined) {
      this.#mode = "encrypted";
      this.#startTls(startStrictTls(this.#identity, (out) => void this.#socket.write(out)));
    }
    if (this.#mode === "encrypted") this.#tls!.receive(bytes);
    else if (this.#mode === "handshake") this.#receiveHandshake(bytes);
    else this.#readPackets(bytes);
  }

  #receiveHandshake(bytes: Buffer): void {
    const rest = Buffer.concat([this.#reader.drain(), bytes]);
    if (isTlsRecord(rest[0])) {
      // The first raw record says that the client has finished the handshake.
      this.#tls!.unwrap();
      this.#mode = "encrypted";
      this.#tls!.receive(rest);
      return;
    }
    const length = rest.length < 4 ? Infinity : rest.readUInt16BE(2);
    if (rest.length > length) {
      this.#readHandshake(rest.subarray(0, length));
      this.#receiveHandshake(rest.subarray(length));
    } else {
      this.#readHandshake(rest);
    }
  }

  #readHandshake(bytes: Buffer): void {
    for (const packet of this.#reader.push(bytes)) {
      if (packet.type === packetType.prelogin) this.#tls!.receive(packet.payload);
    }
  }

  #readPackets(bytes: Buffer): void {
    for (const packet of this.#reader.push(bytes)) this.#onPacket(packet);
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (thrown) {
      this.#onFault(thrown);
    }
  }
}
