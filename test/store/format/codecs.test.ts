import { describe, expect, test } from "vitest";
import { ByteReader } from "../../../src/store/format/encoding/byte-reader.ts";
import { ByteWriter } from "../../../src/store/format/encoding/byte-writer.ts";
import { decodeFileList, encodeFileList, type Slice } from "../../../src/store/format/file-list.ts";
import { decodeIndexFile, encodeIndexFile } from "../../../src/store/format/index-file.ts";
import { decodeManifest } from "../../../src/store/format/manifest.ts";
import { Malformed, TooNew } from "../../../src/store/format/encoding/malformed.ts";
import {
  type BlobRow,
  blobTypes,
  type GroupRow,
  PackTableWriter,
  readPackTable,
} from "../../../src/store/format/pack-table.ts";
import { decodeConfig, encodeConfig } from "../../../src/store/format/repository-config.ts";
import { decodeTreeRoot, encodeTreeRoot } from "../../../src/store/format/tree-root.ts";
import {
  decodeTreeSegment,
  type StoredEntry,
  TreeSegmentWriter,
} from "../../../src/store/format/tree-segment.ts";
import { SeededRandom } from "../../support/seeded-random.ts";

const random = new SeededRandom(21);

describe("numbers", () => {
  test("any count up to 2^53 - 1 comes back", () => {
    const counts = [0, 1, 127, 128, 16_383, 16_384, 2 ** 31, 2 ** 32, 2 ** 49, Number.MAX_SAFE_INTEGER];
    const writer = new ByteWriter();
    for (const count of counts) writer.varint(count);
    const reader = new ByteReader(writer.take());
    expect(counts.map(() => reader.varint())).toEqual(counts);
    reader.end();
  });

  test("a number that ends too early or never is malformed", () => {
    expect(() => new ByteReader(Uint8Array.of(128)).varint()).toThrow(Malformed);
    expect(() => new ByteReader(new Uint8Array(12).fill(255)).varint()).toThrow(Malformed);
    expect(() => new ByteReader(new Uint8Array(2)).bytes(3)).toThrow(Malformed);
  });
});

describe("trees", () => {
  test("any entries come back from a segment", () => {
    const entries = treeEntries();
    const writer = new TreeSegmentWriter();
    for (const entry of entries) writer.add(entry);
    expect(decodeTreeSegment(writer.take())).toEqual(entries);
  });

  test("a segment begins anew: it can be read without the one before", () => {
    const [first, second] = [entryOf("folder/a"), entryOf("folder/b")];
    const writer = new TreeSegmentWriter();
    writer.add(first);
    writer.take();
    writer.add(second);
    expect(decodeTreeSegment(writer.take())).toEqual([second]);
  });

  test("paths that do not rise are malformed", () => {
    const writer = new TreeSegmentWriter();
    writer.add(entryOf("b"));
    writer.add(entryOf("a"));
    expect(() => decodeTreeSegment(writer.take())).toThrow(/do not rise/);
  });

  test("a root comes back", () => {
    const rows = ["", "a/b", "ü"].map((firstPath, at) => ({
      firstPath,
      id: random.bytes(32),
      entries: at + 1,
    }));
    expect(decodeTreeRoot(encodeTreeRoot(rows))).toEqual(rows);
  });

  test("a segment that was cut off at any byte is malformed or shorter, never other", () => {
    const entries = treeEntries().slice(0, 20);
    const writer = new TreeSegmentWriter();
    for (const entry of entries) writer.add(entry);
    const bytes = writer.take();
    for (let length = 0; length < bytes.length; length++) {
      const read = valueOrMalformed(() => decodeTreeSegment(bytes.subarray(0, length)));
      if (read !== "malformed") expect(read).toEqual(entries.slice(0, read.length));
    }
  });
});

describe("lists of files", () => {
  test("whole chunks, parts of chunks and runs of one chunk come back", () => {
    const slices = Array.from({ length: 40 }, (): Slice => {
      return { id: random.bytes(32), offset: random.pick([0, 0, 8192]), length: random.below(100_000) };
    });
    const zeros = { id: new Uint8Array(32), offset: 0, length: 65_536 };
    const list = { level: 0, slices: [...slices, ...Array.from({ length: 1_000 }, () => zeros), slices[0]!] };
    const bytes = encodeFileList(list);
    expect(decodeFileList(bytes, 2_000)).toEqual(list);
    expect(bytes.length).toBeLessThan(42 * 42);
  });

  test("runs of pages come back with the marks of their pages", () => {
    const slices = [1, 8, 3].map((count): Slice => {
      const marks = random.bytes(16 * count);
      return { id: random.bytes(32), offset: 8192 * random.below(8), length: 8192 * count, marks };
    });
    const list = { level: 0, slices: [...slices, slices[2]!] };
    expect(decodeFileList(encodeFileList(list), 10)).toEqual(list);
  });

  test.each([0, 9])("a run of %i pages is malformed", (count) => {
    const marks = new Uint8Array(16 * count);
    const slice = { id: new Uint8Array(32), offset: 0, length: 8192 * count, marks };
    expect(() => decodeFileList(encodeFileList({ level: 0, slices: [slice] }), 10)).toThrow(Malformed);
  });

  test("a count that unfolds to more than a reader allows is malformed", () => {
    const slice = { id: new Uint8Array(32), offset: 0, length: 1 };
    const bytes = encodeFileList({ level: 0, slices: Array.from({ length: 500 }, () => slice) });
    expect(() => decodeFileList(bytes, 499)).toThrow(Malformed);
  });
});

describe("packs and their index", () => {
  test("a table comes back row by row, and an index file holds it", () => {
    const blobs: BlobRow[] = [
      { type: blobTypes.data, id: random.bytes(32), length: 10, fileBytes: 0 },
      { type: blobTypes.list, id: random.bytes(32), length: 20, fileBytes: 5_000_000_000 },
    ];
    const table = tableOf(blobs, 30);
    const largest = { compressed: false, sealedBytes: 2 ** 28 + 16, plainBytes: 2 ** 28 };
    expect(rowsOf(largest, [{ ...blobs[0]!, length: 2 ** 28 }])).toEqual([largest]);
    const seen: unknown[] = [];
    readPackTable(table, {
      group: (number, row) => seen.push({ number, row }),
      blob: (group, offset, row) => seen.push({ group, offset, row }),
    });
    expect(seen).toEqual([
      { number: 0, row: { compressed: true, sealedBytes: 99, plainBytes: 30 } },
      { group: 0, offset: 0, row: blobs[0] },
      { group: 0, offset: 10, row: blobs[1] },
    ]);
    const packs = [{ digest: random.bytes(32), salt: random.bytes(32), packBytes: 300, table }];
    expect(decodeIndexFile(encodeIndexFile(packs))).toEqual(packs);
  });

  test("a table whose blobs do not fill their group is malformed", () => {
    const table = tableOf([{ type: blobTypes.data, id: random.bytes(32), length: 10, fileBytes: 0 }], 11);
    expect(() => readPackTable(table, { group: () => undefined, blob: () => undefined })).toThrow(
      /do not fill/,
    );
  });
});

describe("what a later version wrote", () => {
  test("is told apart from damage", () => {
    const config = {
      repository: random.bytes(16),
      encrypted: false,
      chunker: { minBytes: 64, averageBytes: 128, maxBytes: 256 },
    };
    expect(decodeConfig(encodeConfig(config))).toEqual(config);
    const manifest = { version: 2, epoch: 0, tree: "00".repeat(32), snapshot: {} };
    expect(() => decodeManifest(new TextEncoder().encode(JSON.stringify(manifest)))).toThrow(TooNew);
    expect(() => decodeManifest(new TextEncoder().encode("{"))).toThrow(Malformed);
  });
});

function tableOf(blobs: readonly BlobRow[], plainBytes: number): Uint8Array {
  const writer = new PackTableWriter();
  writer.group({ compressed: true, sealedBytes: 99, plainBytes }, blobs);
  return writer.take();
}

function rowsOf(row: GroupRow, blobs: readonly BlobRow[]): readonly GroupRow[] {
  const writer = new PackTableWriter();
  writer.group(row, blobs);
  const rows: GroupRow[] = [];
  readPackTable(writer.take(), { group: (_, it) => rows.push(it), blob: () => undefined });
  return rows;
}

function treeEntries(): readonly StoredEntry[] {
  const paths = Array.from(
    { length: 200 },
    () => `${random.pick(["a", "a/b", "ü/漢", "𝄞"])}/${random.below(1e9)}`,
  );
  return [...new Set(paths)].sort().map(entryOf);
}

function entryOf(path: string): StoredEntry {
  const isFolder = random.below(4) === 0;
  return {
    path,
    modifiedAt: random.pick([0, 1_700_000_000_123, -1, -5_000_000]),
    attributes: random.pick([undefined, 0, 32, 0x8000_0000]),
    file: isFolder ? undefined : { size: random.below(2 ** 40), sha256: random.bytes(32) },
  };
}

function valueOrMalformed<Value>(decode: () => Value): Value | "malformed" {
  try {
    return decode();
  } catch (error) {
    if (error instanceof Malformed) return "malformed";
    throw error;
  }
}
