import { ProtocolError } from "./byte-reader.ts";

/** What either side says about encryption before the login [MS-TDS 2.2.6.5]. */
export const encryption = { off: 0, on: 1, notSupported: 2, required: 3 } as const;

const option = { version: 0, encryption: 1, instance: 2, thread: 3, mars: 4, end: 0xff } as const;

export interface Prelogin {
  /** The client's wish, one of `encryption`. */
  readonly encryption: number;
}

/** Reads a client's PRELOGIN. Every offset is checked: some scanners send none of the terminators. */
export function readPrelogin(payload: Buffer): Prelogin {
  let wish: number = encryption.notSupported;
  for (let at = 0; at < payload.length && payload[at] !== option.end; at += 5) {
    if (at + 5 > payload.length) throw new ProtocolError("The PRELOGIN options are cut off.");
    const offset = payload.readUInt16BE(at + 1);
    const length = payload.readUInt16BE(at + 3);
    if (offset + length > payload.length)
      throw new ProtocolError("A PRELOGIN option lies outside the message.");
    if (payload[at] === option.encryption && length > 0) wish = payload[offset]!;
  }
  return { encryption: wish };
}

/** Answers a PRELOGIN with the server's version and what it decided about encryption. */
export function writePrelogin(version: readonly [number, number, number], decision: number): Buffer {
  const [major, minor, build] = version;
  const options: readonly (readonly [number, readonly number[]])[] = [
    [option.version, [major, minor, build >> 8, build & 0xff, 0, 0]],
    [option.encryption, [decision]],
    [option.instance, [0]],
    [option.thread, []],
    [option.mars, [0]],
  ];
  const head: number[] = [];
  const data: number[] = [];
  for (const [token, bytes] of options) {
    const offset = options.length * 5 + 1 + data.length;
    head.push(token, offset >> 8, offset & 0xff, 0, bytes.length);
    data.push(...bytes);
  }
  return Buffer.from([...head, option.end, ...data]);
}

/** Decides on encryption by the table in MS-TDS 2.2.6.5. */
export function decideEncryption(wish: number, server: "without-tls" | "with-tls"): number {
  if (server === "without-tls" || wish === encryption.notSupported) return encryption.notSupported;
  return wish === encryption.off ? encryption.off : encryption.on;
}
