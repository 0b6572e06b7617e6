import { createCipheriv, createHash } from "node:crypto";

/** A stream of chance: the same seed always gives the same stream, so a lab can be made twice alike. */
export interface Chance {
  /** A whole number from 0 up to, and without, `limit`. */
  below(limit: number): number;
  pick<T>(list: readonly T[]): T;
  bytes(length: number): Buffer;
  /** Upper-case hexadecimal digits. */
  hex(digits: number): string;
  /** A GUID in lower case, without braces. */
  guid(): string;
}

export function chanceFrom(seed: string): Chance {
  const key = createHash("sha256").update(seed).digest();
  const stream = createCipheriv("aes-128-ctr", key.subarray(0, 16), key.subarray(16));
  const bytes = (length: number): Buffer => stream.update(Buffer.alloc(length));
  const below = (limit: number): number => bytes(6).readUIntBE(0, 6) % limit;
  const hex = (digits: number): string =>
    bytes(Math.ceil(digits / 2))
      .toString("hex")
      .toUpperCase()
      .slice(0, digits);
  return {
    below,
    bytes,
    hex,
    pick: (list) => list[below(list.length)]!,
    guid: () => [8, 4, 4, 4, 12].map((digits) => hex(digits).toLowerCase()).join("-"),
  };
}
