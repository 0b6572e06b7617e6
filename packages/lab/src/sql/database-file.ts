import { existsSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

import { LabError } from "../lab-error.ts";

/** Bytes of a database page, as in SQL Server. */
export const pageBytes = 8192;

/** Bytes kept free at the end of each page, so that a backup can carry it behind a 96-byte page header. */
export const reservedBytes = 96;

/** Bytes of a page that hold content. */
export const bodyBytes = pageBytes - reservedBytes;

/**
 * Makes a new database file and opens it.
 *
 * Columns are declared with their T-SQL types. SQLite can't parse `max` in brackets, so write such a type
 * as a quoted word: `Body "nvarchar(max)"`. Exact numbers above 15 digits are declared
 * `text_numeric(25,0)`, because SQLite would keep them as floating point.
 */
export function createDatabase(file: string): DatabaseSync {
  if (existsSync(file)) throw new Error(`${file} exists already.`);
  writeFileSync(file, emptyDatabase());
  return openDatabase(file);
}

/**
 * Opens a database file that `createDatabase` made. The file is the lab's own: speed goes before a power cut.
 */
export function openDatabase(file: string): DatabaseSync {
  if (!existsSync(file)) throw new LabError(`There is no database file ${file}.`);
  const db = new DatabaseSync(file);
  db.exec("PRAGMA synchronous = OFF; PRAGMA journal_mode = DELETE");
  return db;
}

/**
 * One empty page, whose header says how many bytes to leave free at the end of each (SQLite file format,
 * 1.3).
 */
function emptyDatabase(): Buffer {
  const page = Buffer.alloc(pageBytes);
  page.write("SQLite format 3\0", 0, "latin1");
  page.writeUInt16BE(pageBytes, 16);
  page[18] = 1;
  page[19] = 1;
  page[20] = reservedBytes;
  page[21] = 64;
  page[22] = 32;
  page[23] = 32;
  page.writeUInt32BE(1, 24);
  page.writeUInt32BE(1, 28);
  page.writeUInt32BE(4, 44);
  page.writeUInt32BE(1, 56);
  page.writeUInt32BE(1, 92);
  page[100] = 0x0d;
  page.writeUInt16BE(bodyBytes, 105);
  return page;
}
