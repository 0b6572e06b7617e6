import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { changeLab } from "../src/change-lab.ts";
import { digestTree, dumpDatabase, type FileDigest } from "../src/digest.ts";
import { listTrackedTables, readChangeTracking } from "../src/sql/change-tracking.ts";
import { openDatabase } from "../src/sql/database-file.ts";
import { readIniSection } from "../src/windows-formats.ts";
import { withLab } from "./made-lab.ts";

const lab = withLab();
let sentences: readonly string[] = [];
let before: ReadonlyMap<string, FileDigest>;
let after: ReadonlyMap<string, FileDigest>;
let rowsBefore: ReturnType<typeof dumpDatabase>;

beforeAll(async () => {
  before = digestTree(join(lab.folder, "hosts"));
  rowsBefore = dumpDatabase(siteDatabase());
  sentences = await changeLab(lab.folder, { seed: "monday" });
  after = digestTree(join(lab.folder, "hosts"));
});

test("a sentence tells each change", () => {
  expect(sentences).toHaveLength(8);
  expect(new Set(sentences).size).toBe(8);
});

test("one file or more has changed in every kind of thing, and the task's set has not", () => {
  for (const part of [
    /^cm01\/D\/Sources\//,
    /^cm01\/E\/SCCMContentLib\/DataLib\//,
    /^cm01\/[EF]\/SCCMContentLib\/FileLib\//,
    /^cm01\/D\/Program Files\/.*\/inboxes\//,
    /^cm01\/registry\.json$/,
    /^ssrs01\/C\/ReportSources\//,
    /^admin07\/.*\/Scupdb\.sdf$/,
    /^sql01\/data\/CM_PS1\.mdf$/,
    /^sql01\/data\/ReportServer\.mdf$/,
  ]) {
    expect([part.source, changed().some((path) => part.test(path))]).toEqual([part.source, true]);
  }
  expect(changed().filter((path) => path.includes("PS1Backup"))).toEqual([]);
});

test("rows that changed are counted by change tracking, table by table", () => {
  const rows = dumpDatabase(siteDatabase());
  const tables = [...rows]
    .filter(([name, it]) => it.digest !== rowsBefore.get(name)?.digest)
    .map(([name]) => name);
  // The package that changed is no application, so it has no content of its own in the views of contents.
  expect(tables).toEqual(["CollectionRules_Direct", "Collections", "System_DISC", "v_Package"]);
  const db = openDatabase(siteDatabase());
  const at = { db, alias: "main" };
  expect(readChangeTracking(at)!.version).toBe(2);
  expect(listTrackedTables(at).map((it) => it.name)).toContain("System_DISC");
  const commits = db.prepare('SELECT DISTINCT "table" AS name FROM ct_commits ORDER BY 1').all();
  db.close();
  expect(commits.map((row) => row["name"])).toEqual(["CollectionRules_Direct", "Collections", "System_DISC"]);
});

test("the library still holds exactly what DataLib describes", () => {
  const library = join(lab.folder, "hosts", "cm01", "E", "SCCMContentLib");
  const described = new Set<string>();
  for (const entry of readdirSync(join(library, "DataLib"), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = new Map(readIniSection(readFileSync(join(entry.parentPath, entry.name), "utf8"), "File"));
    if (file.has("Hash")) described.add(file.get("Hash")!);
  }
  const objects = [...after.keys()].filter((path) => /FileLib\/\w{4}\/\w{64}$/.test(path));
  expect(objects.map((path) => path.slice(-64)).sort()).toEqual([...described].sort());
});

test("the package's version is the same in the database, in PkgLib and in DataLib", () => {
  const [, packageId, version] = /Package (\w+) .* has version (\d+)/.exec(sentences[3]!)!;
  const db = openDatabase(siteDatabase());
  const row = db.prepare("SELECT SourceVersion AS v FROM v_Package WHERE PackageID = ?").get(packageId!)!;
  db.close();
  expect(row["v"]).toBe(Number(version));
  const library = join(lab.folder, "hosts", "cm01", "E", "SCCMContentLib");
  const [[contentId]] = readIniSection(
    readFileSync(join(library, "PkgLib", `${packageId}.INI`), "utf8"),
    "Packages",
  ) as [[string, string]];
  expect(contentId.endsWith(`.${version}`)).toBe(true);
  expect(existsSync(join(library, "DataLib", contentId))).toBe(true);
  expect(existsSync(join(library, "DataLib", contentId.replace(/\d+$/, String(Number(version) - 1))))).toBe(
    false,
  );
});

test("the next change is another one", async () => {
  expect(await changeLab(lab.folder, { seed: "monday" })).not.toEqual(sentences);
});

function siteDatabase(): string {
  return join(lab.folder, "hosts", "sql01", "data", "CM_PS1.mdf");
}

function changed(): readonly string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => before.get(path)?.sha256 !== after.get(path)?.sha256);
}
