import { expect, test } from "vitest";
import { ChunkIndex, type KnownPack } from "../../../src/store/index/chunk-index.ts";
import { type BlobRow, blobTypes, PackTableWriter } from "../../../src/store/format/pack-table.ts";
import { SeededRandom } from "../../support/seeded-random.ts";

const random = new SeededRandom(41);

test("thousands of chunks are found again, each at its place, and others are not", () => {
  const index = new ChunkIndex();
  const rows = Array.from({ length: 30 }, () => packOf(200));
  for (const { pack } of rows) index.addPack(pack);
  expect(index.count).toBe(6_000);
  for (const [pack, { blobs }] of rows.entries())
    for (const [at, blob] of blobs.entries())
      expect(index.place(index.find(blobTypes.data, blob.id))).toEqual({
        pack,
        group: 0,
        offset: at * 10,
        length: 10,
      });
  expect(index.find(blobTypes.data, random.bytes(32))).toBe(-1);
});

test("the same digest may name a chunk and a list, and neither hides the other", () => {
  const index = new ChunkIndex();
  const id = random.bytes(32);
  index.claim(blobTypes.data, id, 0, 5);
  expect(index.find(blobTypes.list, id)).toBe(-1);
  index.claim(blobTypes.list, id, 0, 7);
  expect(index.place(index.find(blobTypes.data, id)).length).toBe(5);
  expect(index.place(index.find(blobTypes.list, id)).length).toBe(7);
});

test("a pack or chunk that comes twice changes nothing", () => {
  const index = new ChunkIndex();
  const { pack, blobs } = packOf(10);
  index.addPack(pack);
  index.addPack(pack);
  index.addPack({ ...pack, digest: random.bytes(32) });
  expect(index.count).toBe(10);
  expect(index.place(index.find(blobTypes.data, blobs[3]!.id)).pack).toBe(0);
  expect(index.claim(blobTypes.data, blobs[3]!.id, 0, 10)).toBe(false);
});

test("a file is found by its digest only when the size agrees", () => {
  const index = new ChunkIndex();
  const [small, large] = [random.bytes(32), random.bytes(32)];
  const writer = new PackTableWriter();
  const blobs: BlobRow[] = [
    { type: blobTypes.data, id: small, length: 10, fileBytes: 0 },
    { type: blobTypes.list, id: large, length: 30, fileBytes: 5_000_000 },
  ];
  writer.group({ compressed: false, sealedBytes: 56, plainBytes: 40 }, blobs);
  index.addPack({ digest: random.bytes(32), salt: random.bytes(32), packBytes: 1, table: writer.take() });
  expect(index.findFile(small, 10)).toBe(0);
  expect(index.findFile(small, 11)).toBe(-1);
  expect(index.findFile(large, 5_000_000)).toBe(1);
  expect(index.findFile(large, 30)).toBe(-1);
});

test("what an index file was read from is not kept for the sake of the few bytes of its packs", () => {
  const index = new ChunkIndex();
  const file = Buffer.alloc(1_000_000, 3);
  index.addPack({ ...packOf(1).pack, digest: file.subarray(9, 41), salt: file.subarray(41, 73) });
  const [{ digest, salt }] = index.packs as [KnownPack];
  expect([digest.buffer.byteLength, salt.buffer.byteLength]).toEqual([32, 32]);
});

function packOf(count: number) {
  const blobs = Array.from({ length: count }, (): BlobRow => {
    return { type: blobTypes.data, id: random.bytes(32), length: 10, fileBytes: 0 };
  });
  const writer = new PackTableWriter();
  writer.group({ compressed: false, sealedBytes: count * 10 + 16, plainBytes: count * 10 }, blobs);
  const pack = { digest: random.bytes(32), salt: random.bytes(32), packBytes: 1, table: writer.take() };
  return { pack, blobs };
}
