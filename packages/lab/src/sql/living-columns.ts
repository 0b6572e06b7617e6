import type { AttachedDatabase } from "./change-tracking.ts";
import { momentOfClock } from "./runtime/moments.ts";
import { quote, quoteName, renderValue } from "./translate/typed.ts";

/**
 * A value that stands in a column for something that moves with the clock or with the database, because
 * somebody who is not simulated keeps it up to date. Any other value in the column is what it is.
 */
export interface LivingColumn {
  readonly table: string;
  readonly column: string;
  /** The value that stands for it. */
  readonly stored: string | number;
  /** An instant so long before the minute began, or the newest version of change tracking. */
  readonly means: { readonly secondsAgo: number } | "newest version";
}

/** Makes the table in which a database file carries what lives in it. */
export function createLivingTable({ db, alias }: AttachedDatabase, living: readonly LivingColumn[]): void {
  db.exec(
    `CREATE TABLE "${alias}".lab_living ("table" text COLLATE NOCASE, "column" text, stored any, seconds int)`,
  );
  const insert = db.prepare(`INSERT INTO "${alias}".lab_living VALUES (?, ?, ?, ?)`);
  for (const { table, column, stored, means } of living)
    insert.run(table, column, stored, means === "newest version" ? null : means.secondsAgo);
}

/** What SQLite selects from in place of a table, so that its living values show what they mean now. */
export function livingTable(
  at: AttachedDatabase,
  table: string,
  of: { readonly columns: readonly { readonly name: string }[]; readonly nowMs: number },
): string {
  const plain = `${at.alias}.${quoteName(table)}`;
  const living = readLiving(at, table);
  if (living.length === 0) return plain;
  const columns = of.columns.map(({ name }) => {
    const cases = living
      .filter((it) => it.column === name)
      .map((it) => `WHEN ${renderValue(it.stored)} THEN ${valueNow(at, it, of.nowMs)}`);
    const value =
      cases.length === 0 ? "" : `CASE ${quoteName(name)} ${cases.join(" ")} ELSE ${quoteName(name)} END AS `;
    return `${value}${quoteName(name)}`;
  });
  return `(SELECT ${columns.join(", ")} FROM ${plain})`;
}

/** Whoever keeps it up to date does so once a minute. */
const minuteMs = 60_000;

interface StoredLiving {
  readonly column: string;
  readonly stored: string | number;
  readonly seconds: number | null;
}

function readLiving({ db, alias }: AttachedDatabase, table: string): readonly StoredLiving[] {
  const exists = `SELECT 1 FROM "${alias}".sqlite_schema WHERE name = 'lab_living'`;
  if (db.prepare(exists).get() === undefined) return [];
  const rows = db.prepare(`SELECT "column", stored, seconds FROM "${alias}".lab_living WHERE "table" = ?`);
  return rows.all(table) as unknown as readonly StoredLiving[];
}

function valueNow({ alias }: AttachedDatabase, { seconds }: StoredLiving, nowMs: number): string {
  if (seconds === null) return `coalesce((SELECT version FROM "${alias}".lab_ct_settings), 0)`;
  const beganMs = Math.floor(nowMs / minuteMs) * minuteMs;
  return quote(momentOfClock(beganMs - seconds * 1000, 0, 3));
}
