import type { SqlValue } from "../../tds/sql-type.ts";
import { unscaled } from "../../tds/value-decoding.ts";
import { scaled } from "../../tds/value-encoding.ts";
import { SqlError } from "../sql-error.ts";

const numberShape = /^\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?\s*$/i;
const ranges: Record<string, readonly [bigint, bigint]> = {
  tinyint: [0n, 255n],
  smallint: [-32_768n, 32_767n],
  int: [-2_147_483_648n, 2_147_483_647n],
  bigint: [-(2n ** 63n), 2n ** 63n - 1n],
};

/** Converts to a whole number, cutting a fraction off. */
export function toWhole(value: SqlValue, name: string): bigint | null {
  if (value === null) return null;
  if (name === "bit") return toBit(value);
  const whole = typeof value === "bigint" ? value : parseWhole(value, name);
  const [low, high] = ranges[name] ?? ranges["bigint"]!;
  if (whole >= low && whole <= high) return whole;
  throw new SqlError(8115, `Arithmetic overflow error converting expression to data type ${name}.`);
}

function parseWhole(value: number | string | Uint8Array, name: string): bigint {
  if (typeof value === "number") return BigInt(Math.trunc(value));
  if (value instanceof Uint8Array) return BigInt(`0x${Buffer.from(value).toString("hex") || "0"}`);
  if (value.trim() === "") return 0n;
  if (/^\s*[+-]?\d+\s*$/.test(value)) return BigInt(value.trim().replace(/^\+/, ""));
  if (/^\s*[+-]?\d+\.\d*\s*$/.test(value))
    return BigInt(value.trim().replace(/\..*$/, "").replace(/^\+/, ""));
  throw new SqlError(
    245,
    `Conversion failed when converting the nvarchar value '${value}' to data type ${name}.`,
  );
}

function toBit(value: Exclude<SqlValue, null>): bigint {
  if (typeof value === "string" && /^\s*(true|false)\s*$/i.test(value)) return BigInt(/true/i.test(value));
  return BigInt(toFloat(value) !== 0);
}

export function toFloat(value: SqlValue): number | null {
  if (value === null) return null;
  if (typeof value === "string" && value.trim() !== "" && !numberShape.test(value)) {
    throw new SqlError(8114, "Error converting data type nvarchar to float.");
  }
  return Number(value);
}

/** Converts to an exact number, as text with all its digits. */
export function toExact(value: SqlValue, precision: number, scale: number): string | null {
  if (value === null) return null;
  const text = String(value);
  if (!numberShape.test(text)) throw new SqlError(8114, "Error converting data type nvarchar to numeric.");
  const result = scaled(text, scale);
  if (String(result).replace("-", "").length > Math.max(precision, 1)) {
    throw new SqlError(8115, "Arithmetic overflow error converting expression to data type numeric.");
  }
  return unscaled(result, scale);
}

const keyScale = 18;
const keyDigits = 60;

/** A text that sorts as the exact number does. */
export function exactKey(value: SqlValue): string | null {
  if (value === null) return null;
  const number = scaled(String(value), keyScale);
  const digits = String(number < 0n ? 10n ** BigInt(keyDigits) + number : number).padStart(keyDigits, "0");
  return `${number < 0n ? "-" : "p"}${digits}`;
}

/** The number behind `exactKey`. */
export function exactOfKey(key: SqlValue): string | null {
  if (typeof key !== "string") return null;
  const digits = BigInt(key.slice(1));
  const text = unscaled(key.startsWith("-") ? digits - 10n ** BigInt(keyDigits) : digits, keyScale);
  return text.replace(/\.?0+$/, "");
}

export function toGuid(value: SqlValue): string | null {
  if (value === null) return null;
  if (value instanceof Uint8Array && value.length === 16) return guidOfBytes(value);
  const match = /^\{?([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?/i.exec(String(value));
  if (match !== null) return match[1]!.toUpperCase();
  throw new SqlError(8169, "Conversion failed when converting from a character string to uniqueidentifier.");
}

const guidOrder = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

function guidOfBytes(bytes: Uint8Array): string {
  const hex = Buffer.from(guidOrder.map((at) => bytes[at]!))
    .toString("hex")
    .toUpperCase();
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export function guidToBytes(value: SqlValue): Uint8Array | null {
  if (value === null) return null;
  const hex = Buffer.from(String(value).replaceAll("-", ""), "hex");
  return new Uint8Array(guidOrder.map((at) => hex[at]!));
}

/** Style 1 and 2 read hexadecimal digits; 0 takes the text's own bytes. */
export function textToBytes(value: SqlValue, style: number, isWide: number): Uint8Array | null {
  if (value === null) return null;
  const text = String(value);
  if (style === 0) return new Uint8Array(Buffer.from(text, isWide === 1 ? "utf16le" : "latin1"));
  const digits = style === 1 ? text.replace(/^0x/i, "") : text;
  if (/^([0-9a-f]{2})*$/i.test(digits)) return new Uint8Array(Buffer.from(digits, "hex"));
  throw new SqlError(8114, "Error converting data type nvarchar to varbinary.");
}

export function numberToText(value: SqlValue): string | null {
  if (value === null) return null;
  if (typeof value !== "number" || Number.isInteger(value)) return String(value);
  return String(Number(value.toPrecision(6)));
}

/** REPLACE, without regard to case. */
export function replaceText(value: string, from: string, to: string): string {
  if (from === "") return value;
  return value.replace(new RegExp(from.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&"), "gi"), () => to);
}

/** ROUND, half away from zero; negative digits round before the point. */
export function roundNumber(value: Exclude<SqlValue, null>, digits: number): SqlValue {
  const rounded = digits >= 0 ? unscaled(scaled(String(value), digits), digits) : roundTens(value, -digits);
  if (typeof value === "bigint") return BigInt(rounded.replace(/\..*$/, ""));
  return typeof value === "number" ? Number(rounded) : rounded;
}

function roundTens(value: Exclude<SqlValue, null>, zeros: number): string {
  return String(scaled(`${String(value)}e-${zeros}`, 0) * 10n ** BigInt(zeros));
}

const likePatterns = new Map<string, RegExp>();

/** LIKE with its sets in brackets, without regard to case. */
export function like(value: SqlValue, pattern: SqlValue, escape: SqlValue): bigint | null {
  if (value === null || pattern === null) return null;
  const key = `${String(escape)}\0${String(pattern)}`;
  let compiled = likePatterns.get(key);
  if (compiled === undefined) {
    compiled = compileLike(String(pattern), escape === null ? "" : String(escape));
    if (likePatterns.size > 500) likePatterns.clear();
    likePatterns.set(key, compiled);
  }
  return BigInt(compiled.test(String(value)));
}

function compileLike(pattern: string, escape: string): RegExp {
  let source = "";
  for (let at = 0; at < pattern.length; at++) {
    const sign = pattern[at]!;
    const end = sign === "[" ? pattern.indexOf("]", at + 1) : -1;
    if (sign === escape && at + 1 < pattern.length) source += literalOf(pattern[++at]!);
    else if (sign === "%") source += "[^]*";
    else if (sign === "_") source += "[^]";
    else if (end > at) {
      source += `[${pattern.slice(at + 1, end).replace(/[\\[\]]/g, "\\$&")}]`;
      at = end;
    } else source += literalOf(sign);
  }
  return new RegExp(`^${source}$`, "i");
}

function literalOf(sign: string): string {
  return sign.replace(/[.*+?^${}()|[\]\\/-]/, "\\$&");
}
