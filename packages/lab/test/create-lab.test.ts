import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { createLab, labAt } from "../src/create-lab.ts";
import { LabError } from "../src/lab-error.ts";
import { digestTree, dumpDatabase } from "../src/digest.ts";
import { openDatabase } from "../src/sql/database-file.ts";
import { readPackageRecords, sourceFolder } from "../src/site/packages.ts";
import { labNowMs, withLab } from "./made-lab.ts";

const lab = withLab();

test("a lab is refused in a folder that holds something", async () => {
  const again = createLab({ folder: lab.folder, nowMs: labNowMs, size: "small", onStep: () => undefined });
  await expect(again).rejects.toThrow(LabError);
  await expect(again).rejects.toThrow(`${lab.folder} is not empty`);
});

test("a folder without a lab is refused by name", () => {
  expect(() => labAt(join(lab.folder, "hosts"))).toThrow("There is no lab in");
  expect(labAt(lab.folder)).toBe(lab.folder);
});

test("every root that the machine file names exists", () => {
  const machine = parse(readFileSync(join(lab.folder, "machine.yaml"), "utf8"));
  expect(Object.keys(machine.paths)).toContain("\\\\sql01.lab\\stage$");
  expect(Object.values(machine.paths as Record<string, string>).filter((path) => !existsSync(path))).toEqual(
    [],
  );
  expect(machine.tools.reg.filter((path: string) => !existsSync(path))).toEqual([]);
  expect(existsSync(machine.certificateAuthority)).toBe(true);
});

test("the policy file is a policy for PS1 and its repository, with secrets that exist and no secret in it", () => {
  const text = readFileSync(join(lab.folder, "policies", "lab.yaml"), "utf8");
  const [policy, repository] = parseAllDocuments(text).map((document) => document.toJS());
  expect([policy.kind, repository.kind]).toEqual(["BackupPolicy", "Repository"]);
  expect(new Set(Object.values(policy.sources).map((it) => (it as { kind: string }).kind)).size).toBe(12);
  const secrets = readdirSync(join(lab.folder, "secrets"));
  for (const name of secrets) {
    expect(text).not.toContain(readFileSync(join(lab.folder, "secrets", name), "utf8").trim());
  }
  const named = [...text.matchAll(/file: (.*)/g)].map((match) => match[1]!);
  expect(named.length).toBeGreaterThan(4);
  expect(named.filter((file) => !existsSync(file))).toEqual([]);
});

test("the site database names every package's source by its share, and each source is there", () => {
  const db = openDatabase(join(lab.folder, "hosts", "sql01", "data", "CM_PS1.mdf"));
  const own = "SourceSite = 'PS1'";
  const sources = db.prepare(
    `SELECT PkgSourcePath AS path, PackageType AS type FROM v_Package WHERE PkgSourcePath <> '' AND ${own}`,
  );
  const contents = db.prepare(
    `SELECT ContentSource AS path FROM v_Content WHERE ContentSource LIKE '\\%' AND ${own}`,
  );
  const packages = sources.all();
  const paths = [...packages, ...contents.all()].map((row) => String(row["path"]));
  db.close();
  expect(paths).toHaveLength(18);
  expect(paths.filter((path) => !path.startsWith("\\\\cm01.lab\\Sources$\\"))).toEqual([]);
  expect(paths.filter((path) => !existsSync(sourceFolder(lab.folder, path)))).toEqual([]);
  const files = packages.filter((row) => statSync(sourceFolder(lab.folder, String(row["path"]))).isFile());
  expect(files.map((row) => row["type"])).toEqual([257, 258]);
});

test("CD.Latest is of the version that the site database states", () => {
  const db = openDatabase(join(lab.folder, "hosts", "sql01", "data", "CM_PS1.mdf"));
  const version = db.prepare("SELECT Version AS v FROM v_Site WHERE SiteCode = 'PS1'").get()!["v"];
  db.close();
  const installFolder = join(
    lab.folder,
    "hosts",
    "cm01",
    "D",
    "Program Files",
    "Microsoft Configuration Manager",
  );
  for (const folder of [
    join(installFolder, "cd.latest"),
    join(lab.folder, "hosts", "cm01", "E", "CMBackup", "PS1Backup", "CD.Latest"),
  ]) {
    expect(readFileSync(join(folder, "SMSSETUP", "version.ini"), "utf8")).toContain(
      `Version=${String(version)}\r\n`,
    );
  }
});

test("applications and updates have contents of their own", () => {
  const records = readPackageRecords(lab.folder);
  expect(new Set(records.map((it) => it.kind)).size).toBe(6);
  const ids = records.flatMap((it) => it.contents.map((content) => content.contentId));
  expect(ids.some((id) => /^Content_[-0-9a-f]{36}\.\d+$/.test(id))).toBe(true);
  expect(ids).toContain("PS100003.2");
});

test("two labs made at the same instant are alike, but for their secrets", async () => {
  const other = mkdtempSync(join(tmpdir(), "lab-"));
  try {
    await createLab({ folder: other, nowMs: labNowMs, size: "small", onStep: () => undefined });
    for (const drive of ["D", "E", "F"]) {
      const part = join("hosts", "cm01", drive);
      expect(digestTree(join(other, part))).toEqual(digestTree(join(lab.folder, part)));
    }
    const database = join("hosts", "sql01", "data", "CM_PS1.mdf");
    expect(dumpDatabase(join(other, database))).toEqual(dumpDatabase(join(lab.folder, database)));
  } finally {
    rmSync(other, { recursive: true, force: true });
  }
});
