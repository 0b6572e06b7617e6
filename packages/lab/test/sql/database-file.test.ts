import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { bodyBytes, createDatabase, openDatabase, pageBytes } from "../../src/sql/database-file.ts";

const folder = mkdtempSync(join(tmpdir(), "database-file-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("every page leaves 96 bytes free, also after the file has grown and been opened again", () => {
  const file = join(folder, "grown.mdf");
  const db = createDatabase(file);
  db.exec('CREATE TABLE t (id int PRIMARY KEY, body "nvarchar(max)")');
  db.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
           INSERT INTO t SELECT i, hex(randomblob(60)) FROM n`);
  db.close();

  const again = openDatabase(file);
  expect(again.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
  again.exec("UPDATE t SET body = hex(randomblob(3000)) WHERE id % 100 = 0");
  again.close();

  const bytes = readFileSync(file);
  expect(bytes.length % pageBytes).toBe(0);
  for (let at = 0; at < bytes.length; at += pageBytes) {
    expect(bytes.subarray(at + bodyBytes, at + pageBytes).every((byte) => byte === 0)).toBe(true);
  }
});

test("a database that exists is not overwritten", () => {
  const file = join(folder, "kept.mdf");
  createDatabase(file).close();
  expect(() => createDatabase(file)).toThrow("exists already");
  expect(() => openDatabase(join(folder, "absent.mdf"))).toThrow("There is no database file");
});
