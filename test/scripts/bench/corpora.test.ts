import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeBackupMedia } from "../../../scripts/bench/corpora/backup-media.ts";
import { makeDatabase, makeSuccessor } from "../../../scripts/bench/corpora/database.ts";
import { type Donor, findDonors } from "../../../scripts/bench/corpora/donors.ts";
import { makeLibrary } from "../../../scripts/bench/corpora/library.ts";
import { makeManyEntries } from "../../../scripts/bench/corpora/many-entries.ts";
import { pageBytes } from "../../../scripts/bench/corpora/page.ts";
import { readPageImage } from "../../../packages/lab/src/sql/backup/page-image.ts";

const root = mkdtempSync(join(tmpdir(), "bench-corpora-"));
let donors: readonly Donor[];

beforeAll(() => {
  donors = findDonors(["node_modules/vitest", "node_modules/esbuild", "node_modules/yaml"]);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("the data file", () => {
  const pages = 1_600;

  test("has sound pages with rising numbers, and empty ones between", () => {
    const images = pagesOf(database("sound.mdf", 1)).map((page) => readPageImage(page));
    expect(images).toHaveLength(pages);
    const used = images.flatMap((image, at) => (image ? [{ ...image, at }] : []));
    expect(used.length).toBeGreaterThan(pages * 0.8);
    expect(used.length).toBeLessThan(pages);
    expect(used.filter((it) => !it.isSound || it.pageId !== it.at)).toEqual([]);
  });

  test("points at each row with its slot array", () => {
    const [page] = pagesOf(database("slots.mdf", 1));
    const rows = Array.from({ length: page!.readUInt16LE(22) }, (_, at) =>
      page!.readUInt16LE(pageBytes - (at + 1) * 2),
    );
    expect(rows.length).toBeGreaterThan(20);
    expect(rows[0]).toBe(96);
    expect(rows.filter((at) => page![at] !== 0x30)).toEqual([]);
    expect(page!.readUInt16LE(28)).toBe(pageBytes - page!.readUInt16LE(30) - rows.length * 2);
  });

  test("is the same for the same seed, and another for another", () => {
    const first = readFileSync(database("one.mdf", 5));
    expect(readFileSync(database("two.mdf", 5)).equals(first)).toBe(true);
    expect(readFileSync(database("three.mdf", 6)).equals(first)).toBe(false);
  });

  test("has a successor in which about a quarter of the pages differs, each sound and with a later LSN", () => {
    const before = database("before.mdf", 1);
    const after = join(root, "after.mdf");
    makeSuccessor(before, after, 1);
    const [old, fresh] = [pagesOf(before), pagesOf(after)];
    const changed = fresh.filter((page, at) => !page.equals(old[at]!));
    expect(changed.length / pages).toBeGreaterThan(0.18);
    expect(changed.length / pages).toBeLessThan(0.28);
    expect(changed.filter((page) => !readPageImage(page)!.isSound || page.readUInt32LE(40) !== 41)).toEqual(
      [],
    );
  });

  function database(name: string, seed: number): string {
    const file = join(root, name);
    makeDatabase(file, { bytes: pages * pageBytes, seed }, donors);
    return file;
  }
});

describe("the backup of a data file", () => {
  test("holds each used page once, somewhere else than in the file, and somewhere else the next day", () => {
    const file = join(root, "media.mdf");
    makeDatabase(file, { bytes: 640 * pageBytes, seed: 1 }, donors);
    const used = pagesOf(file).flatMap((page) => readPageImage(page)?.pageId ?? []);
    const [monday, tuesday] = [1, 2].map((seed) => pagesIn(backup(file, seed)));
    expect(monday!.map((it) => it.pageId).sort((left, right) => left - right)).toEqual(used);
    expect(monday!.map((it) => it.pageId)).not.toEqual(used);
    expect(monday![0]!.at % pageBytes).not.toBe(0);
    expect(tuesday!.map((it) => it.pageId)).not.toEqual(monday!.map((it) => it.pageId));
    expect(tuesday![0]!.at).not.toBe(monday![0]!.at);
  });

  function backup(file: string, seed: number): Buffer {
    const media = join(root, `media-${seed}.bak`);
    makeBackupMedia(file, media, seed);
    return readFileSync(media);
  }

  /** Sound pages that begin at a multiple of 512. */
  function pagesIn(media: Buffer): readonly { readonly at: number; readonly pageId: number }[] {
    const found: { at: number; pageId: number }[] = [];
    for (let at = 0; at + pageBytes <= media.length;) {
      const image = readPageImage(media.subarray(at, at + pageBytes));
      if (image?.isSound) found.push({ at, pageId: image.pageId });
      at += image?.isSound ? pageBytes : 512;
    }
    return found;
  }
});

describe("the content library", () => {
  const size = { files: 400, bytes: 4_000_000, seed: 1 };

  test("has about as many files and bytes as were asked for, and each object under its digest", () => {
    const library = made("library", size.seed);
    const files = filesBelow(library);
    expect(Math.abs(files.length - size.files)).toBeLessThan(40);
    const bytes = files.reduce((sum, file) => sum + readFileSync(file).length, 0);
    expect(Math.abs(bytes - size.bytes)).toBeLessThan(300_000);
    const objects = files.filter((file) => /^[0-9A-F]{64}$/.test(basename(file)));
    expect(objects.length).toBeGreaterThan(80);
    for (const object of objects) expect(digestOf(object)).toBe(basename(object));
  });

  test("names an object in each entry of DataLib", () => {
    const files = filesBelow(made("catalogue", size.seed));
    const objects = new Set(files.map((file) => basename(file)));
    const entries = files.filter((file) => /DataLib\/[^/]+\/.*\.INI$/.test(file));
    expect(entries.length).toBeGreaterThan(80);
    const hashes = entries.map((file) => /^Hash=([0-9A-F]{64})\r$/m.exec(readFileSync(file, "utf8"))?.[1]);
    expect(hashes.filter((hash) => hash === undefined || !objects.has(hash))).toEqual([]);
  });

  test("is another one for another seed", () => {
    const [one, other] = [7, 8].map((seed) =>
      filesBelow(made(`seed-${seed}`, seed)).map((it) => basename(it)),
    );
    expect(one!.filter((name) => other!.includes(name)).length).toBeLessThan(one!.length);
    expect(other).not.toEqual(one);
  });

  test("is refused where the machine has too little to fill it", () => {
    const more = { ...size, bytes: 10 ** 12 };
    expect(() => makeLibrary(join(root, "huge"), more, donors)).toThrow(/--donors/);
  });

  function made(name: string, seed: number): string {
    const folder = join(root, name);
    makeLibrary(folder, { ...size, seed }, donors);
    return folder;
  }
});

test("a tree of many entries has exactly as many folders and files as were asked for, all different", () => {
  const folder = join(root, "many");
  mkdirSync(folder);
  makeManyEntries(folder, 350);
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  expect(entries).toHaveLength(350);
  const texts = entries
    .filter((it) => it.isFile())
    .map((it) => readFileSync(join(it.parentPath, it.name), "utf8"));
  expect(new Set(texts).size).toBe(texts.length);
});

function pagesOf(file: string): readonly Buffer[] {
  const bytes = readFileSync(file);
  return Array.from({ length: bytes.length / pageBytes }, (_, at) =>
    bytes.subarray(at * pageBytes, (at + 1) * pageBytes),
  );
}

function filesBelow(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((it) => it.isFile())
    .map((it) => join(it.parentPath, it.name))
    .sort();
}

function digestOf(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex").toUpperCase();
}
