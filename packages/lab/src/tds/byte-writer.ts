/** Collects little-endian values into one growing buffer. */
export class ByteWriter {
  #bytes = Buffer.allocUnsafe(512);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  u8(value: number): this {
    this.#room(1);
    this.#bytes[this.#length++] = value;
    return this;
  }

  u16(value: number): this {
    this.#length = this.#room(2).writeUInt16LE(value, this.#length);
    return this;
  }

  u24(value: number): this {
    this.#length = this.#room(3).writeUIntLE(value, this.#length, 3);
    return this;
  }

  u32(value: number): this {
    this.#length = this.#room(4).writeUInt32LE(value, this.#length);
    return this;
  }

  i16(value: number): this {
    this.#length = this.#room(2).writeInt16LE(value, this.#length);
    return this;
  }

  i32(value: number): this {
    this.#length = this.#room(4).writeInt32LE(value, this.#length);
    return this;
  }

  i64(value: bigint): this {
    this.#length = this.#room(8).writeBigInt64LE(value, this.#length);
    return this;
  }

  u64(value: bigint): this {
    this.#length = this.#room(8).writeBigUInt64LE(value, this.#length);
    return this;
  }

  f32(value: number): this {
    this.#length = this.#room(4).writeFloatLE(value, this.#length);
    return this;
  }

  f64(value: number): this {
    this.#length = this.#room(8).writeDoubleLE(value, this.#length);
    return this;
  }

  bytes(value: Uint8Array): this {
    this.#room(value.length).set(value, this.#length);
    this.#length += value.length;
    return this;
  }

  /** UTF-16 text without a length. */
  utf16(text: string): this {
    return this.bytes(Buffer.from(text, "utf16le"));
  }

  /** B_VARCHAR: a one-byte count of UTF-16 units, then the text, cut at 255. */
  shortText(text: string): this {
    const cut = text.slice(0, 255);
    return this.u8(cut.length).utf16(cut);
  }

  /** US_VARCHAR: a two-byte count of UTF-16 units, then the text. */
  longText(text: string): this {
    const cut = text.slice(0, 8000);
    return this.u16(cut.length).utf16(cut);
  }

  /** Hands over what was written and starts anew. */
  take(): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(0, this.#length));
    this.#length = 0;
    return taken;
  }

  #room(count: number): Buffer {
    if (this.#length + count > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + count));
      this.#bytes.copy(grown, 0, 0, this.#length);
      this.#bytes = grown;
    }
    return this.#bytes;
  }
}
