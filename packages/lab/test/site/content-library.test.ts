import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { expect, test } from "vitest";
import { libraryFolder, objectPath, withdraw } from "../../src/site/content-library.ts";
import { readPackageRecords, sourceFolder } from "../../src/site/packages.ts";
import { treeHash } from "../../src/site/tree-hash.ts";
import { readIniSection } from "../../src/windows-formats.ts";
import { withLab } from "../made-lab.ts";

const lab = withLab();

test("each object of both drives is named by the SHA-256 of its bytes, and lies beside its users and signature", () => {
  const objects = objectFiles("E").concat(objectFiles("F"));
  expect(objects.length).toBeGreaterThan(200);
  for (const file of objects) {
    const hash = createHash("sha256").update(readFileSync(file)).digest("hex").toUpperCase();
    expect(file.endsWith(join("FileLib", hash.slice(0, 4), hash))).toBe(true);
    expect([existsSync(`${file}.INI`), existsSync(`${file}.SIG`)]).toEqual([true, true]);
  }
});

test("the second drive holds objects and nothing else", () => {
  expect(readdirSync(libraryFolder(lab.folder, "F"))).toEqual(["FileLib"]);
  expect(objectFiles("F").length).toBeGreaterThan(20);
});

test("each file that DataLib describes has its object with the size it states, and equals its source", () => {
  for (const { contentId, source } of contents()) {
    for (const file of described(contentId)) {
      const object = objectPath(lab.folder, file.hash);
      expect(statSync(object).size).toBe(file.size);
      const original = readFileSync(join(sourceFolder(lab.folder, source), ...file.path.split("\\")));
      expect(original.equals(readFileSync(object))).toBe(true);
      expect(readFileSync(`${object}.INI`, "utf8")).toContain(`${contentId}=`);
    }
  }
});

test("each content's hash is the tree hash of what DataLib describes", () => {
  for (const { contentId } of contents()) {
    const info = readIniSection(readFileSync(join(dataLib(), `${contentId}.INI`), "utf8"), "Info");
    expect(info).toEqual([["Hash", treeHash(described(contentId))]]);
  }
});

test("each package's entry names its contents, and a version only where a package is its own content", () => {
  for (const { packageId, kind, contents: its, version } of readPackageRecords(lab.folder)) {
    const text = readFileSync(join(libraryFolder(lab.folder, "E"), "PkgLib", `${packageId}.INI`), "utf8");
    expect(readIniSection(text, "Packages").map(([key]) => key)).toEqual(its.map((it) => it.contentId));
    const classic = kind !== "application" && kind !== "updates";
    expect(readIniSection(text, "Info")).toEqual(classic ? [["Version", String(version)]] : []);
  }
});

test("a source file is read-only where DataLib says so", () => {
  const files = contents().flatMap(({ contentId, source }) =>
    described(contentId).map((file) => ({
      ...file,
      local: join(sourceFolder(lab.folder, source), file.path.replaceAll("\\", sep)),
    })),
  );
  const readOnly = files.filter((file) => (statSync(file.local).mode & 0o222) === 0);
  expect(readOnly.map((file) => file.path)).toEqual(
    files.filter((file) => file.attributes === "21").map((file) => file.path),
  );
  expect(readOnly.length).toBeGreaterThan(3);
  expect(files.some((file) => file.attributes === "22")).toBe(true);
});

test("the tree hash follows the documented order by hand", () => {
  const [one, two, three, four] = ["A1", "B2", "C3", "D4"].map((digits) => digits.repeat(32));
  const root = `dirsub${"license"}${"readme.txt"}${one}${two}`;
  const text = `${root}${"dir\\x.bin"}${three}${"sub\\x.bin"}${four}`;
  const expected = createHash("sha256").update(Buffer.from(text, "utf16le")).digest("hex").toUpperCase();
  const files = [
    { path: "Sub\\X.bin", hash: four! },
    { path: "ReadMe.txt", hash: two! },
    { path: "LICENSE", hash: one! },
    { path: "dir\\x.bin", hash: three! },
  ];
  expect(treeHash(files)).toBe(expected);
});

test("a withdrawn content takes its own objects along and leaves shared ones with their other users", () => {
  const [first] = contents();
  const files = described(first!.contentId);
  const usersBefore = new Map(files.map(({ hash }) => [hash, usersOf(hash)]));
  withdraw(lab.folder, first!.contentId, Date.UTC(2026, 10, 23));
  expect(existsSync(join(dataLib(), first!.contentId))).toBe(false);
  for (const [hash, users] of usersBefore) {
    const others = users.filter((id) => id !== first!.contentId);
    expect(existsSync(objectPath(lab.folder, hash))).toBe(others.length > 0);
    if (others.length > 0) expect(usersOf(hash)).toEqual(others);
  }
  const shared = [...usersBefore.values()].filter((users) => users.length > 1);
  expect(shared.length).toBeGreaterThan(0);
});

function dataLib(): string {
  return join(libraryFolder(lab.folder, "E"), "DataLib");
}

function contents(): readonly { readonly contentId: string; readonly source: string }[] {
  return readPackageRecords(lab.folder).flatMap((it) => it.contents);
}

function described(
  contentId: string,
): readonly { path: string; hash: string; size: number; attributes: string }[] {
  const folder = join(dataLib(), contentId);
  return filesIn(folder).map((file) => {
    const entry = new Map(readIniSection(readFileSync(file, "utf8"), "File"));
    return {
      path: relative(folder, file).replaceAll(sep, "\\").slice(0, -".INI".length),
      hash: entry.get("Hash")!,
      size: Number(entry.get("Size")),
      attributes: entry.get("Attributes")!,
    };
  });
}

function usersOf(hash: string): readonly string[] {
  const text = readFileSync(`${objectPath(lab.folder, hash)}.INI`, "utf8");
  return readIniSection(text, "Users").map(([id]) => id);
}

function objectFiles(drive: "E" | "F"): readonly string[] {
  return filesIn(join(libraryFolder(lab.folder, drive), "FileLib")).filter(
    (file) => !/\.(INI|SIG)$/.test(file),
  );
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
