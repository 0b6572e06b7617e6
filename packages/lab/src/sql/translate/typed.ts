import type { SqlType, SqlValue } from "../../tds/sql-type.ts";

/** A piece of SQLite's SQL and the T-SQL type of its value. */
export interface Typed {
  readonly sql: string;
  readonly type: SqlType;
  /** Set when the value is known while translating. */
  readonly literal?: SqlValue;
}

/** Writes a value as SQLite reads it. */
export function renderValue(value: SqlValue): string {
  if (value === null) return "NULL";
  if (typeof value === "string")
    return value.includes("\0") ? `CAST(x'${hex(Buffer.from(value))}' AS TEXT)` : quote(value);
  if (value instanceof Uint8Array) return `x'${hex(value)}'`;
  return typeof value === "number" && !Number.isInteger(value) ? value.toExponential() : String(value);
}

/** Text in single quotes. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name in double quotes. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

export function literal(value: SqlValue, type: SqlType): Typed {
  return { sql: renderValue(value), type, literal: value };
}
