import { Malformed } from "./malformed.ts";

/** Reads binary fields in order. A field beyond the end is `Malformed`, never a wrong value. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get at(): number {
    return this.#at;
  }

  get done(): boolean {
    return this.#at === this.#bytes.length;
  }

  u8(): number {
    return this.#bytes[this.skip(1)]!;
  }

  varint(): number {
    let value = 0;
    for (let factor = 1; factor <= 2 ** 49; factor *= 128) {
      const byte = this.u8();
      value += (byte & 127) * factor;
      if (byte < 128) return atMost53Bits(value);
    }
    throw new Malformed("a number is too long");
  }

  /** A view of the next bytes, not a copy. */
  bytes(count: number): Uint8Array {
    const start = this.skip(count);
    return this.#bytes.subarray(start, start + count);
  }

  /** Passes over bytes and says where they began. */
  skip(count: number): number {
    const start = this.#at;
    if (!(count <= this.#bytes.length - start)) throw new Malformed("it ends too early");
    this.#at = start + count;
    return start;
  }

  /** Holds the format to its word that nothing follows. */
  end(): void {
    if (!this.done) throw new Malformed("it holds more than it should");
  }
}

/** Beyond these, sums of numbers would be wrong by a little, and nothing would say so. */
function atMost53Bits(value: number): number {
  if (value > Number.MAX_SAFE_INTEGER) throw new Malformed("a number is too large");
  return value;
}
