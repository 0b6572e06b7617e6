import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { walkTree } from "../../../../src/drivers/access/files/file-tree.ts";
import type { FoundEntry } from "../../../../src/drivers/access/files/found-entry.ts";
import { plantFiles } from "../../../support/plant-files.ts";

/** Walks change nothing: the trees are made once. */
let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "trees-"));
  plantFiles(
    join(root, "several"),
    filesOf(600, (at) => `d${at % 30}/f${at}`),
  );
  plantFiles(
    join(root, "folders"),
    filesOf(6_000, (at) => `a${at % 300}/f${at}`),
  );
  const large = join(root, "large");
  plantFiles(
    large,
    filesOf(6_000, (at) => `a${at % 70}/b${at % 3}/f${at}${at % 5 ? "" : ".ini"}`),
  );
  plantFiles(
    large,
    filesOf(5_000, (at) => `wide/f${at}`),
  );
  const between = ["wide/f7 x/y", "wide/g/z", "wide/e/z", "a1 b/c", "a1-b/c"];
  plantFiles(large, Object.fromEntries(between.map((path) => [path, "1"])));
  symlinkSync(join(large, "a1"), join(large, "a2/link"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

test.each(["near", "far"] as const)(
  "the walk waits for its receiver: of a %s folder one entry is out at a time, in the order of the paths",
  async (reach) => {
    let [out, most] = [0, 0];
    const paths: string[] = [];
    const take = async ({ path }: FoundEntry) => {
      most = Math.max(most, ++out);
      paths.push(path);
      await new Promise((resolve) => setImmediate(resolve));
      out--;
    };
    await walkTree(join(root, "several"), take, { reach });
    expect(paths).toHaveLength(630);
    expect(paths).toEqual(paths.toSorted());
    expect(most).toBe(1);
  },
);

test("threads find in a large tree what one finds alone: every entry once, in order, with its facts and texts", async () => {
  const large = join(root, "large");
  const found: FoundEntry[] = [];
  const { remarks } = await walkTree(large, (entry) => void found.push(entry), { texts: /^a.*\.ini$/ });
  const names = readdirSync(large, { recursive: true }).map((name) => `${name}`.replaceAll("\\", "/"));
  expect(found.map(({ path }) => path)).toEqual(names.filter((name) => !name.startsWith("a2/link")).sort());
  expect(remarks.map((it) => [it.path, it.error])).toEqual([["a2/link", "link"]]);
  for (const { path, file, size, fileId, type, text } of found) {
    const look = statSync(join(large, path));
    expect([file, fileId, type]).toEqual([join(large, path), look.ino, look.isFile() ? "file" : "folder"]);
    if (type === "file") expect(size).toBe(look.size);
    expect(text).toBe(/^a.*\.ini$/.test(path) ? readFileSync(file, "latin1") : undefined);
  }
});

test("a walk that ends early leaves nothing running", async () => {
  const full = new Error("enough");
  let taken = 0;
  const take = () => {
    if (++taken === 4_000) throw full;
  };
  await expect(walkTree(join(root, "folders"), take)).rejects.toBe(full);
});

function filesOf(count: number, pathOf: (at: number) => string): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [pathOf(at), `${at}`]));
}
