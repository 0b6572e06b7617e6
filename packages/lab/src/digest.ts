import { createHash } from "node:crypto";
import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { isDataFile, readDataFile } from "./sql/data-file/read-data-file.ts";

/** One file of a tree, as it can be compared with its restored copy. */
export interface FileDigest {
  readonly sha256: string;
  readonly size: number;
  readonly modifiedMs: number;
}

/**
 * Every file below a folder by its path with `/`. Uses nothing of the product, so it can judge the product.
 */
export function digestTree(folder: string): ReadonlyMap<string, FileDigest> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return new Map(entries.map((file) => [relative(folder, file).replaceAll(sep, "/"), digestFile(file)]));
}

function digestFile(file: string): FileDigest {
  const stat = lstatSync(file);
  const bytes = stat.isFile()
    ? readFileSync(file)
    : Buffer.from(stat.isSymbolicLink() ? readlinkSync(file) : "");
  return {
    sha256: createHash("sha256").update(bytes).digest("hex"),
    size: bytes.length,
    modifiedMs: stat.mtimeMs,
  };
}

/** What a table holds: how many rows, and a digest that does not depend on their order. */
export interface TableDigest {
  readonly rows: number;
  readonly digest: string;
}

/** Tables in which the simulated server keeps its own notes; they change when it takes a backup. */
const serverTables = /^(lab_|ct_|sqlite_)/;

/** Every table of a database file of the lab, or of a data file in the task's set, with its rows' digest. */
export function dumpDatabase(mdfFile: string): ReadonlyMap<string, TableDigest> {
  if (!isDataFile(mdfFile)) return dumpTables(mdfFile);
  const folder = mkdtempSync(join(tmpdir(), "data-file-"));
  try {
    const database = join(folder, "database");
    readDataFile(mdfFile, database);
    return dumpTables(database);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function dumpTables(mdfFile: string): ReadonlyMap<string, TableDigest> {
  const db = new DatabaseSync(mdfFile, { readOnly: true });
  try {
    const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").all();
    const names = tables.map((row) => String(row["name"])).filter((name) => !serverTables.test(name));
    return new Map(names.map((name) => [name, digestTable(db, name)]));
  } finally {
    db.close();
  }
}

function digestTable(db: DatabaseSync, name: string): TableDigest {
  const statement = db.prepare(`SELECT * FROM "${name.replaceAll('"', '""')}"`);
  statement.setReadBigInts(true);
  const rows = statement.all().map((row) => digestRow(Object.values(row)));
  const sum = createHash("sha256");
  for (const row of rows.sort()) sum.update(row);
  return { rows: rows.length, digest: sum.digest("hex") };
}

function digestRow(values: readonly unknown[]): string {
  const sum = createHash("sha256");
  for (const value of values) {
    const bytes = value instanceof Uint8Array ? value : Buffer.from(String(value));
    sum.update(`${typeof value}:${bytes.length}:`).update(bytes);
  }
  return sum.digest("hex");
}
