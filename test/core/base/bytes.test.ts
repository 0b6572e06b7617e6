import { expect, test } from "vitest";
import { formatBytes, parseBytes, toBase32, toHex } from "../../../src/core/base/bytes.ts";

test("base 32 follows the vectors of RFC 4648", () => {
  const encode = (text: string) => toBase32(new TextEncoder().encode(text));
  expect(["f", "fo", "foo", "foob", "fooba", "foobar"].map(encode)).toEqual([
    "my",
    "mzxq",
    "mzxw6",
    "mzxw6yq",
    "mzxw6ytb",
    "mzxw6ytboi",
  ]);
});

test("hexadecimal keeps leading zeros", () => {
  expect(toHex(new Uint8Array([0, 10, 255]))).toBe("000aff");
});

test("sizes are read and written in powers of 1,024", () => {
  expect(parseBytes("80MiB")).toBe(80 * 1024 * 1024);
  expect(parseBytes("80MB")).toBeUndefined();
  expect([0, 512, 1536, 200 * 1024 ** 3].map(formatBytes)).toEqual(["0 B", "512 B", "1.5 KiB", "200 GiB"]);
});
