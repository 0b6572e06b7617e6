import type { ColumnType } from "../../../core/outside/facts/relation.ts";
import type { Answer } from "../../../core/outside/facts/statement.ts";
import type { SqlRow, SqlValue } from "./sql-runner.ts";

/** Whether a value is of a type. Through sqlcmd every value is a text. */
export function isOfType(value: NonNullable<SqlValue>, type: ColumnType): boolean {
  switch (type) {
    case "whole":
      return typeof value === "number" || typeof value === "boolean" || isText(value, /^-?\d+$/);
    case "bit":
      return typeof value === "boolean" || isText(String(value), /^[01]$/);
    case "time":
      return value instanceof Date || isText(value, /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}/);
    case "guid":
      return isText(value, /^\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i);
    case "bytes":
      return value instanceof Uint8Array || isText(value, /^(0x)?([0-9a-f]{2})*$/i);
    case "text":
      return typeof value === "string";
  }
}

function isText(value: unknown, pattern: RegExp): boolean {
  return typeof value === "string" && pattern.test(value);
}

/** The first cell of an answer that is not what it is to be, as people read it. */
export function strangeCell(
  rows: readonly SqlRow[],
  answers: Readonly<Record<string, Answer>>,
): string | undefined {
  for (const row of rows)
    for (const [column, answer] of Object.entries(answers)) {
      const value = row[column];
      if (value === undefined) return `no ${column}`;
      if (!isAnswer(value, answer)) return `${shownValue(value)} for ${column}`;
    }
  return undefined;
}

function isAnswer(value: SqlValue, answer: Answer): boolean {
  if (answer === "judged by row") return true;
  if (answer instanceof RegExp) return isText(value, answer);
  if (typeof answer !== "string") return answer.includes(String(value));
  const type = answer.replace(" or NULL", "") as ColumnType;
  return value === null ? type !== answer : isOfType(value, type);
}

const shownMax = 40;

/** A value in quotes, cut where it is long. */
export function shownValue(value: SqlValue): string {
  if (value === null) return "NULL";
  const bytes = value instanceof Uint8Array ? Buffer.from(value).toString("hex") : undefined;
  const text = value instanceof Date ? value.toISOString() : (bytes ?? String(value));
  return JSON.stringify(text.length > shownMax ? `${text.slice(0, shownMax)}…` : text);
}
