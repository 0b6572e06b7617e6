import { ProtocolError } from "./byte-reader.ts";

/** What a client says about itself and its wishes [MS-TDS 2.2.6.4]. */
export interface LoginRequest {
  readonly tdsVersion: number;
  readonly packetBytes: number;
  readonly hostName: string;
  readonly userName: string;
  readonly password: string;
  readonly applicationName: string;
  readonly database: string;
  /** Asks for Windows authentication, which the lab does not offer. */
  readonly isIntegrated: boolean;
}

const fixedBytes = 94;

/** Reads a LOGIN7 message. */
export function readLogin(payload: Buffer): LoginRequest {
  if (payload.length < fixedBytes) throw new ProtocolError("The LOGIN7 message is cut off.");
  return {
    tdsVersion: payload.readUInt32LE(4),
    packetBytes: payload.readUInt32LE(8),
    hostName: textAt(payload, 36),
    userName: textAt(payload, 40),
    password: plainPassword(bytesAt(payload, 44)),
    applicationName: textAt(payload, 48),
    database: textAt(payload, 68),
    isIntegrated: (payload[25]! & 0x80) !== 0,
  };
}

/** A client may state a garbage length for an empty field, so what lies outside counts as empty. */
function bytesAt(payload: Buffer, field: number): Buffer {
  const offset = payload.readUInt16LE(field);
  const length = payload.readUInt16LE(field + 2) * 2;
  return offset + length > payload.length ? Buffer.alloc(0) : payload.subarray(offset, offset + length);
}

function textAt(payload: Buffer, field: number): string {
  return bytesAt(payload, field).toString("utf16le");
}

/** Undoes the obfuscation of the password: exclusive or with 0xA5, then swapped half bytes. */
function plainPassword(hidden: Buffer): string {
  const plain = hidden.map((byte) => {
    const mixed = byte ^ 0xa5;
    return ((mixed << 4) | (mixed >> 4)) & 0xff;
  });
  return Buffer.from(plain).toString("utf16le");
}

/** The packet size that counts from the login on: the client's wish within the protocol's limits. */
export function negotiatePacketBytes(wish: number): number {
  return wish === 0 ? 4096 : Math.min(32_767, Math.max(512, wish));
}
