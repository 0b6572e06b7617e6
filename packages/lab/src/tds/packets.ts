import { ProtocolError } from "./byte-reader.ts";

/** Bytes of the header before each packet's payload. */
export const headerBytes = 8;

/** The packet types of TDS 7.4 that matter here [MS-TDS 2.2.3.1.1]. */
export const packetType = {
  batch: 0x01,
  rpc: 0x03,
  response: 0x04,
  attention: 0x06,
  transaction: 0x0e,
  login: 0x10,
  prelogin: 0x12,
} as const;

/** Bits of the second header byte. */
const packetStatus = { endOfMessage: 0x01, ignore: 0x02, resetConnection: 0x18 } as const;

/** No client message is longer: what is longer is garbage, or an attempt to fill the memory. */
const messageBytesMax = 64 * 1024 * 1024;

export interface Packet {
  readonly type: number;
  readonly status: number;
  readonly payload: Buffer;
}

/** One whole message: the payloads of its packets, joined. */
export interface Message {
  readonly type: number;
  /** The client gave the message up half-way; only an empty answer is due. */
  readonly ignored: boolean;
  /** The session must be as new before the message is served. */
  readonly reset: boolean;
  readonly payload: Buffer;
}

/** Cuts a byte stream into packets, however the bytes arrive. */
export class PacketReader {
  #waiting: Buffer = Buffer.alloc(0);

  /** Takes bytes as they come, and gives back every packet that is now complete. */
  push(bytes: Buffer): readonly Packet[] {
    this.#waiting = this.#waiting.length === 0 ? bytes : Buffer.concat([this.#waiting, bytes]);
    const packets: Packet[] = [];
    for (let packet = this.#next(); packet !== undefined; packet = this.#next()) packets.push(packet);
    return packets;
  }

  /** Hands over what is not a whole packet yet. */
  drain(): Buffer {
    const rest = this.#waiting;
    this.#waiting = Buffer.alloc(0);
    return rest;
  }

  #next(): Packet | undefined {
    const waiting = this.#waiting;
    if (waiting.length < headerBytes) return undefined;
    const length = waiting.readUInt16BE(2);
    if (length < headerBytes) throw new ProtocolError(`A packet can't be ${length} bytes long.`);
    if (waiting.length < length) return undefined;
    this.#waiting = waiting.subarray(length);
    return { type: waiting[0]!, status: waiting[1]!, payload: waiting.subarray(headerBytes, length) };
  }
}

/** Joins packets to messages. */
export class MessageReader {
  #parts: Buffer[] = [];
  #bytes = 0;
  #reset = false;

  /** Takes the next packet, and gives back the message when the packet was its last one. */
  push(packet: Packet): Message | undefined {
    if (this.#parts.length === 0) this.#reset = (packet.status & packetStatus.resetConnection) !== 0;
    this.#parts.push(packet.payload);
    this.#bytes += packet.payload.length;
    if (this.#bytes > messageBytesMax) throw new ProtocolError("The message is too long.");
    if ((packet.status & packetStatus.endOfMessage) === 0) return undefined;

    const payload = Buffer.concat(this.#parts);
    const ignored = (packet.status & packetStatus.ignore) !== 0;
    this.#parts = [];
    this.#bytes = 0;
    return { type: packet.type, ignored, reset: this.#reset, payload };
  }
}

/** Writes the header of a packet whose payload has `payloadBytes` bytes. */
export function packetHeader(of: {
  readonly type: number;
  readonly isLast: boolean;
  readonly payloadBytes: number;
  readonly spid: number;
  readonly id: number;
}): Buffer {
  const header = Buffer.alloc(headerBytes);
  header[0] = of.type;
  header[1] = of.isLast ? packetStatus.endOfMessage : 0;
  header.writeUInt16BE(of.payloadBytes + headerBytes, 2);
  header.writeUInt16BE(of.spid, 4);
  header[6] = of.id & 0xff;
  return header;
}
