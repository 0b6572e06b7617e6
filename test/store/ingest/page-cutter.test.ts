import { expect, test } from "vitest";
import { type Chunker, gearChunker } from "../../../src/store/ingest/gear-chunker.ts";
import { chooseCutter } from "../../../src/store/ingest/page-cutter.ts";
import { makePages, pageBytes, shuffleExtents } from "../../support/database-pages.ts";
import { SeededRandom } from "../../support/seeded-random.ts";

const extent = 8 * pageBytes;
const random = new SeededRandom(5);

test("a data file is cut at its extents", () => {
  const cuts = cut(makePages(80, random));
  expect(cuts).toEqual(Array.from({ length: 10 }, (_, at) => ({ end: (at + 1) * extent, isPages: true })));
});

test("an extent is the same run of pages wherever it lies in a backup", () => {
  const pages = makePages(64, random);
  const before = runs(Buffer.concat([random.bytes(7 * 512), pages, random.bytes(1_000)]));
  const after = runs(Buffer.concat([random.bytes(13 * 512), shuffleExtents(pages, random)]));
  expect(before).toHaveLength(8);
  expect(new Set(after)).toEqual(new Set(before));
});

test("what lies before, between and behind pages is cut by content", () => {
  const [prefix, gap, tail] = [random.bytes(3 * 512), random.bytes(512), random.bytes(777)];
  const [first, second] = [makePages(16, random), makePages(16, random, 1_000_000)];
  const file = Buffer.concat([prefix, first, gap, second, tail]);
  const bytesOnly = cut(file).filter((it) => !it.isPages);
  expect(bytesOnly.map(({ end }) => end)).toEqual([
    prefix.length,
    prefix.length + first.length + gap.length,
    file.length,
  ]);
});

test("pages that were never used belong to the extent around them", () => {
  const pages = makePages(24, random);
  pages.fill(0, 9 * pageBytes, 12 * pageBytes);
  expect(cut(pages).map(({ end }) => end / pageBytes)).toEqual([8, 16, 24]);
});

test("a backup that begins in the middle of an extent is cut where the extent ends", () => {
  const pages = makePages(20, random, 5);
  expect(cut(pages).map(({ end }) => end / pageBytes)).toEqual([3, 11, 19, 20]);
  pages.fill(0, 3 * pageBytes, 4 * pageBytes);
  expect(cut(pages).map(({ end }) => end / pageBytes)).toEqual([3, 11, 19, 20]);
});

test.each([
  ["random bytes", random.bytes(300_000)],
  ["zeros", new Uint8Array(300_000)],
  ["text", Buffer.from("a line of a log file\n".repeat(15_000))],
  ["pages without numbers", makePages(40, random).map((byte, at) => (at % pageBytes === 32 ? 0 : byte))],
  ["too few pages", Buffer.concat([makePages(3, random), random.bytes(300_000)])],
])("%s show no pages", (_, bytes) => {
  expect(cut(bytes).some(({ isPages }) => isPages)).toBe(false);
});

function runs(file: Uint8Array): readonly string[] {
  let start = 0;
  return cut(file).flatMap(({ end, isPages }) => {
    const bytes = file.subarray(start, end);
    start = end;
    return isPages ? [Buffer.from(bytes).toString("latin1")] : [];
  });
}

function cut(file: Uint8Array): readonly { readonly end: number; readonly isPages: boolean }[] {
  const cutter = chooseCutter(file, chunker());
  const cuts = [];
  for (let start = 0; start < file.length; start = cuts.at(-1)!.end)
    cuts.push(cutter.cut(file, start, file.length));
  return cuts;
}

function chunker(): Chunker {
  const secret = { repository: new Uint8Array(16), master: new Uint8Array(32) };
  return gearChunker(secret, { minBytes: 16_384, averageBytes: 65_536, maxBytes: 262_144 });
}
