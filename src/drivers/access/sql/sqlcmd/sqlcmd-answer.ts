import { sqlcmdCutsAt, sqlcmdLineMax } from "../../../../core/outside/sql/sqlcmd-tools.ts";
import { AnswerError, type AnswerLimits, tooLarge } from "../answer-limits.ts";
import { separator } from "./sqlcmd-options.ts";
import type { SqlRow } from "../sql-runner.ts";

/**
 * The first result set: names, a line of dashes, then one line a row until an empty one. Throws `AnswerError`
 * for more rows than are taken, and where a row is not as it was: a line break in a value makes two of one, a
 * longer one is wrapped, and of a value of exactly so many characters nobody knows whether it was cut.
 */
export function parseRows(stdout: string, limits: AnswerLimits): readonly SqlRow[] {
  const lines = stdout.replace(/^\uFEFF/, "").split(/\r?\n/);
  const dashes = lines.findIndex(isRule);
  if (dashes < 1) return [];
  const names = lines[dashes - 1]!.split(separator);
  const end = lines.indexOf("", dashes + 1);
  const body = lines.slice(dashes + 1, end < 0 ? lines.length : end);
  if (body.length > limits.rows) throw tooLarge("rows", limits.rows);
  return body.map((line) => rowOf(names, line.split(separator)));
}

function isRule(line: string): boolean {
  return line.split(separator).every((part) => /^-+$/.test(part));
}

function rowOf(names: readonly string[], cells: readonly string[]): SqlRow {
  if (cells.length !== names.length)
    throw new AnswerError(
      "form",
      `sqlcmd wrote a row of ${cells.length} cells under ${names.length} columns: a value holds a line break, or the row has more than ${sqlcmdLineMax} characters.`,
    );
  const cut = names.find((_, at) => [...cells[at]!].length === sqlcmdCutsAt);
  if (cut !== undefined)
    throw new AnswerError(
      "form",
      `sqlcmd wrote ${sqlcmdCutsAt} characters for ${cut}, where it cuts what may be longer: whether that is all of it is not known.`,
    );
  return Object.fromEntries(names.map((name, at) => [name, cells[at] === "NULL" ? null : cells[at]!]));
}
