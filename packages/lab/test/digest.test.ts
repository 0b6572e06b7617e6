import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, expect, test } from "vitest";
import { digestTree, dumpDatabase } from "../src/digest.ts";

const folder = mkdtempSync(join(tmpdir(), "digest-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a tree is told by path, bytes, size and date of each file", () => {
  const tree = join(folder, "tree");
  mkdirSync(join(tree, "inner"), { recursive: true });
  writeFileSync(join(tree, "inner", "a.txt"), "abc");
  utimesSync(join(tree, "inner", "a.txt"), 1_000, 1_000);
  symlinkSync("inner/a.txt", join(tree, "link"));
  const digests = digestTree(tree);
  expect([...digests.keys()]).toEqual(["inner/a.txt", "link"]);
  expect(digests.get("inner/a.txt")).toEqual({
    sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    size: 3,
    modifiedMs: 1_000_000,
  });
});

test("tables are equal when their rows are, in whatever order, and the server's own notes don't count", () => {
  const first = database("first", "INSERT INTO t VALUES (1, 'a', x'00'), (2, 'b', NULL)");
  const second = database(
    "second",
    "INSERT INTO t VALUES (2, 'b', NULL), (1, 'a', x'00'); INSERT INTO ct_commits VALUES (7)",
  );
  expect([...dumpDatabase(first).keys()]).toEqual(["t"]);
  expect(dumpDatabase(first).get("t")!.rows).toBe(2);
  expect(dumpDatabase(second)).toEqual(dumpDatabase(first));
});

test.each([
  ["a value", "INSERT INTO t VALUES (1, 'a', x'01'), (2, 'b', NULL)"],
  ["a type", "INSERT INTO t VALUES (1, 'a', x'00'), (2, 'b', 'null')"],
  ["a missing row", "INSERT INTO t VALUES (1, 'a', x'00')"],
])("%s makes a difference", (name, statement) => {
  const first = database(`${name} 1`, "INSERT INTO t VALUES (1, 'a', x'00'), (2, 'b', NULL)");
  expect(dumpDatabase(database(`${name} 2`, statement))).not.toEqual(dumpDatabase(first));
});

test("a value that looks like the border between two values is not taken for one", () => {
  const first = database("border 1", "INSERT INTO t VALUES (1, '', 'string:x')");
  const second = database("border 2", "INSERT INTO t VALUES (1, 'string:', 'x')");
  expect(dumpDatabase(second)).not.toEqual(dumpDatabase(first));
});

function database(name: string, statement: string): string {
  const file = join(folder, `${name}.mdf`);
  const db = new DatabaseSync(file);
  db.exec("CREATE TABLE t (id int, name text, body blob); CREATE TABLE ct_commits (version int)");
  db.exec(statement);
  db.close();
  return file;
}
