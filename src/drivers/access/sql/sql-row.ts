import type { Instant } from "../../../core/base/instant.ts";
import type { SqlRow } from "./sql-runner.ts";

/**
 * Reads cells of either runner: tedious gives numbers and dates, sqlcmd gives text. NULL and an absent column
 * are one.
 */
export function textCell(row: SqlRow | undefined, column: string): string | undefined {
  const value = row?.[column];
  if (value === null || value === undefined) return undefined;
  if (value instanceof Date) return value.toISOString();
  return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : String(value);
}

/** A number, from a number or its text. Beyond 2^53 read the text instead. */
export function numberCell(row: SqlRow | undefined, column: string): number | undefined {
  const text = textCell(row, column);
  if (text === undefined || text.trim() === "") return undefined;
  if (text === "true" || text === "false") return text === "true" ? 1 : 0;
  const number = Number(text);
  return Number.isNaN(number) ? undefined : number;
}

/** A bit: `true`, `1` and `"1"` are set. */
export function flagCell(row: SqlRow | undefined, column: string): boolean | undefined {
  const number = numberCell(row, column);
  return number === undefined ? undefined : number !== 0;
}

/** An instant from a datetime that the query states to be UTC. */
export function utcCell(row: SqlRow | undefined, column: string): Instant | undefined {
  const value = row?.[column];
  if (value instanceof Date) return value.getTime();
  const match = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(\.\d{1,3})?\d*/.exec(
    textCell(row, column) ?? "",
  );
  if (!match) return undefined;
  const instant = Date.parse(`${match[1]}T${match[2]}${match[3] ?? ""}Z`);
  return Number.isNaN(instant) ? undefined : instant;
}
