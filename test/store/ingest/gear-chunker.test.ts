import { hkdfSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { gearChunker } from "../../../src/store/ingest/gear-chunker.ts";
import { SeededRandom } from "../../support/seeded-random.ts";

const sizes = { minBytes: 1024, averageBytes: 4096, maxBytes: 16_384 };
const secret = { repository: new Uint8Array(16).fill(1) };
const content = new SeededRandom(31).bytes(2_000_000);

describe("the chunker", () => {
  test("covers the bytes without a gap, in chunks of the sizes asked for", () => {
    const lengths = chunksOf(content).map(({ length }) => length);
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(content.length);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(sizes.maxBytes);
    expect(Math.min(...lengths.slice(0, -1))).toBeGreaterThan(sizes.minBytes);
    const average = content.length / lengths.length;
    expect(average).toBeGreaterThan(sizes.averageBytes * 0.75);
    expect(average).toBeLessThan(sizes.averageBytes * 1.5);
  });

  test("cuts the same bytes the same way wherever they lie in the buffer", () => {
    const moved = new Uint8Array(content.length + 777);
    moved.set(content, 777);
    const chunker = gearChunker(secret, sizes);
    const end = chunker.cut(content, 0, content.length);
    expect(chunker.cut(moved, 777, moved.length)).toBe(end + 777);
  });

  test.each([0, 1, 2, 3])("cuts where the format says, %i bytes behind a boundary of words", (offset) => {
    const moved = new Uint8Array(120_000 + offset).subarray(offset);
    moved.set(content.subarray(0, moved.length));
    const cuts = chunksOf(moved).map(({ byteOffset, length }) => byteOffset - offset + length);
    expect(cuts).toEqual(cutsByTheFormat(moved));
  });

  test("finds the old cuts again soon after an insertion", () => {
    const edited = Buffer.concat([
      content.subarray(0, 500_000),
      Buffer.from("inserted"),
      content.subarray(500_000),
    ]);
    const old = new Set(chunksOf(content).map(key));
    const fresh = chunksOf(edited).filter((chunk) => !old.has(key(chunk)));
    expect(fresh.length).toBeGreaterThan(0);
    expect(fresh.length).toBeLessThan(8);
  });

  test("cuts bytes without a feature at the largest size", () => {
    expect(chunksOf(new Uint8Array(40_000)).map(({ length }) => length)).toEqual([16_384, 16_384, 7_232]);
  });

  test("cuts elsewhere under another key, so that sizes do not betray a known file", () => {
    const other = { repository: secret.repository, master: new Uint8Array(32).fill(5) };
    const cuts = (chunks: readonly Uint8Array[]): readonly number[] => chunks.map(({ length }) => length);
    expect(cuts(chunksOf(content, other)).slice(0, 20)).not.toEqual(cuts(chunksOf(content)).slice(0, 20));
  });
});

function chunksOf(bytes: Uint8Array, by: Parameters<typeof gearChunker>[0] = secret): readonly Uint8Array[] {
  const chunker = gearChunker(by, sizes);
  const chunks: Uint8Array[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = chunker.cut(bytes, start, bytes.length);
    chunks.push(bytes.subarray(start, end));
    start = end;
  }
  return chunks;
}

/** The cuts as docs/repository-format.md words them, without any haste. */
function cutsByTheFormat(bytes: Uint8Array): readonly number[] {
  const info = Buffer.concat([Buffer.from("sitekeep gear table "), secret.repository]);
  const table = new DataView(hkdfSync("sha256", secret.repository, new Uint8Array(32), info, 1024));
  const zerosAt = (place: number): number => {
    let hash = 0;
    for (const byte of bytes.subarray(place - 32, place)) hash = 2 * hash + table.getInt32(byte * 4, true);
    return Math.clz32(hash);
  };
  const cuts: number[] = [];
  for (let start = 0; start < bytes.length; start = cuts.at(-1)!) {
    const last = Math.min(bytes.length, start + sizes.maxBytes);
    let end = Math.min(last, start + sizes.minBytes);
    const zeros = Math.log2(sizes.averageBytes);
    while (end < last && zerosAt(++end) < (end <= start + sizes.averageBytes ? zeros + 2 : zeros - 2));
    cuts.push(end);
  }
  return cuts;
}

function key(chunk: Uint8Array): string {
  return Buffer.from(chunk).toString("latin1");
}
