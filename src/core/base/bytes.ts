const hexDigits = "0123456789abcdef";
const base32Digits = "abcdefghijklmnopqrstuvwxyz234567";

/** Lower-case hexadecimal, two digits a byte. */
export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += hexDigits[byte >> 4]! + hexDigits[byte & 15]!;
  return text;
}

/** Lower-case base 32 (RFC 4648 alphabet, no padding): five bits a letter. */
export function toBase32(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += base32Digits[(held >> (bits - 5)) & 31]!;
    held &= (1 << bits) - 1;
  }
  return bits === 0 ? text : text + base32Digits[(held << (5 - bits)) & 31]!;
}

export const mebibyte = 1024 ** 2;
export const gibibyte = 1024 ** 3;

const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** Writes a count of bytes for people, in powers of 1,024: `512 B`, `1.4 MiB`. */
export function formatBytes(count: number): string {
  const power = Math.min(Math.max(0, Math.floor(Math.log2(Math.max(1, count)) / 10)), units.length - 1);
  const value = count / 1024 ** power;
  return `${power === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[power]}`;
}

/** Reads `64KiB`, `80MiB`, `1GiB` or a bare count of bytes; `undefined` when it is none of these. */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d+)\s*(B|KiB|MiB|GiB|TiB)?$/.exec(text);
  if (!match) return undefined;
  const count = Number(match[1]) * 1024 ** units.indexOf(match[2] ?? "B");
  return Number.isSafeInteger(count) ? count : undefined;
}
