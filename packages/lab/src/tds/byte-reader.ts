/** Thrown when a client sends bytes that are no TDS; the connection is then closed. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
}

/** Reads little-endian values and refuses to read past the end. */
export class ByteReader {
  readonly bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  take(count: number): Buffer {
    if (count < 0 || count > this.left) {
      throw new ProtocolError(`The message ends ${count - this.left} bytes too early.`);
    }
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  u8(): number {
    return this.take(1).readUInt8();
  }

  u16(): number {
    return this.take(2).readUInt16LE();
  }

  u24(): number {
    return this.take(3).readUIntLE(0, 3);
  }

  u32(): number {
    return this.take(4).readUInt32LE();
  }

  i16(): number {
    return this.take(2).readInt16LE();
  }

  i32(): number {
    return this.take(4).readInt32LE();
  }

  i64(): bigint {
    return this.take(8).readBigInt64LE();
  }

  u64(): bigint {
    return this.take(8).readBigUInt64LE();
  }

  /** Text of `units` UTF-16 units. */
  utf16(units: number): string {
    return this.take(units * 2).toString("utf16le");
  }
}
