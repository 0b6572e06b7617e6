import type { SqlRow } from "./sql-runner.ts";

/**
 * A log sequence number, between the least and the most that it can be. Such numbers have up to 25 digits,
 * and one runner gives exact numbers of an answer that can't be cast as doubles.
 */
export interface Lsn {
  readonly least: bigint;
  readonly most: bigint;
}

/** A number that was told digit by digit. */
export function exactLsn(digits: string): Lsn {
  const value = BigInt(digits);
  return { least: value, most: value };
}

/** A double has 53 bits, and tedious rounds a few times on its way to one. */
const bitsThatHold = 50n;

/**
 * Reads a number of either runner; what is none is absent. Digits that a double would be written with may be
 * those of one: a `sqlcmd` may round on its way as well.
 */
export function lsnCell(row: SqlRow, column: string): Lsn | undefined {
  const value = row[column];
  const text = typeof value === "number" ? plainDigits(value) : String(value ?? "").trim();
  if (!/^\d+$/.test(text)) return undefined;
  const number = BigInt(text);
  if (Number.isSafeInteger(Number(text)) || BigInt(Number(text)) !== number) return exactLsn(text);
  const margin = number >> bitsThatHold;
  return { least: number - margin, most: number + margin };
}

/** A whole number without an exponent; empty where it is none. */
function plainDigits(value: number): string {
  return Number.isInteger(value) ? String(BigInt(value)) : "";
}

/** Whether two can be the same number. */
export function mayBeEqual(one: Lsn, other: Lsn): boolean {
  return one.least <= other.most && other.least <= one.most;
}

/** Whether a number is certainly greater than another. */
export function isBeyond(one: Lsn, other: Lsn): boolean {
  return one.least > other.most;
}

/** Digits of a number, where all of them are known. */
export function digitsOf(lsn: Lsn | undefined): string | undefined {
  return lsn !== undefined && lsn.least === lsn.most ? String(lsn.least) : undefined;
}

/** Text for people: all digits, or about what the number is. */
export function showLsn(lsn: Lsn): string {
  return digitsOf(lsn) ?? `about ${(lsn.least + lsn.most) / 2n}`;
}
