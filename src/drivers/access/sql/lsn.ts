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

/** Reads a number of either runner; what is none is absent. */
export function lsnCell(row: SqlRow, column: string): Lsn | undefined {
  const value = row[column];
  if (typeof value === "string") return /^\d+$/.test(value.trim()) ? exactLsn(value.trim()) : undefined;
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0) return undefined;
  if (Number.isSafeInteger(value)) return exactLsn(String(value));
  const margin = BigInt(value) >> bitsThatHold;
  return { least: BigInt(value) - margin, most: BigInt(value) + margin };
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
