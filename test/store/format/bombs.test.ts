import { expect, test } from "vitest";
import { ChunkIndex } from "../../../src/store/index/chunk-index.ts";
import { ByteWriter } from "../../../src/store/format/encoding/byte-writer.ts";
import { encodeEnvelope, features } from "../../../src/store/format/encoding/envelope.ts";
import { decodeFileList } from "../../../src/store/format/file-list.ts";
import { decodeKeySlot, encodeKeySlot } from "../../../src/store/format/key-slot.ts";
import { Malformed } from "../../../src/store/format/encoding/malformed.ts";
import { decodeGroup, packSeal } from "../../../src/store/format/pack.ts";
import { blobTypes, PackTableWriter, readPackTable } from "../../../src/store/format/pack-table.ts";
import { objectSeal } from "../../../src/store/format/encoding/seal.ts";
import { decodeSealedObject } from "../../../src/store/format/sealed-object.ts";
import { decodeTreeSegment } from "../../../src/store/format/tree-segment.ts";
import { isRefused } from "../../support/fuzz/fuzz.ts";

/** Small inputs that stand for a lot: forged by someone who has the key, or where nothing is encrypted. */
const secret = { repository: new Uint8Array(16), master: new Uint8Array(32).fill(1) };
const salt = new Uint8Array(32).fill(2);

function expectRefused(read: () => unknown): void {
  expect(isRefused({ read, refusals: [Malformed] }, undefined, "a bomb")).toBe(true);
}

test.each(["manifest", "record", "proof", "index"] as const)(
  "a %s that unfolds to a gigabyte is refused before it does",
  (type) => {
    const seal = objectSeal(secret, type, salt, "x");
    const flags = features.encrypted | features.compressed;
    const object = encodeEnvelope({ type, features: flags, salt }, seal.seal(0, zeroFrame(2 ** 30)));
    expect(object.length).toBeLessThan(40_000);
    expectRefused(() => decodeSealedObject(secret, { type, name: "x" }, object));
  },
);

test("a group that unfolds to more than its row says is refused", () => {
  const seal = packSeal(secret, salt);
  const sealed = seal.seal(0, zeroFrame(2 ** 30));
  const row = { compressed: true, sealedBytes: sealed.length, plainBytes: 1_000 };
  expectRefused(() => decodeGroup(seal, 0, sealed, row));
});

test("a list that repeats a row more often than a reader allows is refused", () => {
  const list = new ByteWriter()
    .u8(0)
    .varint(2)
    .u8(0)
    .bytes(salt)
    .varint(1)
    .u8(2)
    .varint(2 ** 40);
  expectRefused(() => decodeFileList(list.take(), 1 << 22));
});

test("a row of no bytes is refused: no file would ever have enough of them", () => {
  const list = new ByteWriter().u8(0).varint(1).u8(0).bytes(salt).varint(0);
  expectRefused(() => decodeFileList(list.take(), 10));
});

test("paths that each share a long one with the one before are refused when they add up to gigabytes", () => {
  const segment = new ByteWriter()
    .varint(0)
    .varint(100_000)
    .bytes(Buffer.alloc(100_000, "a"))
    .u8(1)
    .varint(0);
  for (let entry = 1; entry < 10_000; entry++)
    segment
      .varint(99_999 + entry)
      .varint(1)
      .u8(98)
      .u8(1)
      .varint(0);
  const bytes = segment.take();
  expect(bytes.length).toBeLessThan(200_000);
  // Up to the limit they are made; the strings go again with the reader.
  expect(() => decodeTreeSegment(bytes)).toThrow(/longer than a segment may unfold to/);
});

test("ids that begin alike are refused instead of searched for through all the others", () => {
  const count = 3_000;
  const table = new PackTableWriter();
  const blobs = Array.from({ length: count }, (_, at) => {
    const id = new Uint8Array(32);
    new DataView(id.buffer).setUint32(20, at);
    return { type: blobTypes.data, id, length: 1, fileBytes: 0 };
  });
  table.group({ compressed: false, sealedBytes: count + 16, plainBytes: count }, blobs);
  const pack = { digest: salt, salt, packBytes: 1e6, table: table.take() };
  expectRefused(() => new ChunkIndex().addPack(pack));
});

test.each([
  ["a blob that ends behind its group", { sealedBytes: 26, plainBytes: 10 }, [2 ** 32 + 5]],
  ["blobs that add up to more than their group", { sealedBytes: 26, plainBytes: 10 }, [6, 6]],
  ["a group of more bytes than a reader takes", { sealedBytes: 2 ** 40, plainBytes: 10 }, [10]],
])("of a table with %s nothing that is wrong is handed on", (_, row, lengths) => {
  const table = new PackTableWriter();
  const blobs = lengths.map((length) => ({ type: blobTypes.data, id: salt, length, fileBytes: 0 }));
  table.group({ compressed: false, ...row }, blobs);
  let seen = 0;
  const read = () =>
    readPackTable(table.take(), { group: () => undefined, blob: (_, at, it) => (seen = at + it.length) });
  expectRefused(read);
  expect(seen).toBeLessThanOrEqual(row.plainBytes);
});

test.each([
  ["4 GiB of memory", { log2N: 20, blockSize: 32, lanes: 1 }],
  ["an hour", { log2N: 20, blockSize: 8, lanes: 16 }],
  ["what scrypt is not defined for", { log2N: 16, blockSize: 1, lanes: 1 }],
])("a key slot that asks for %s is refused before a password is tried on it", (_, cost) => {
  const slot = { repository: secret.repository, salt, sealedMaster: new Uint8Array(48) };
  const object = encodeKeySlot({ ...slot, lock: { by: "password", ...cost } });
  expectRefused(() => decodeKeySlot(object));
});

test("the costliest key slot that is taken asks for no more than a gigabyte", () => {
  const slot = { repository: secret.repository, salt, sealedMaster: new Uint8Array(48) };
  const lock = { by: "password", log2N: 20, blockSize: 8, lanes: 2 } as const;
  expect(decodeKeySlot(encodeKeySlot({ ...slot, lock })).lock).toEqual(lock);
});

/** A zstd frame of zeros by hand (RFC 8878): each block of four bytes stands for 128 KiB. */
function zeroFrame(plainBytes: number): Uint8Array {
  const blockBytes = 128 * 1024;
  const blocks = plainBytes / blockBytes;
  const frame = new ByteWriter().bytes(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0x38));
  for (let block = 1; block <= blocks; block++) {
    const header = (blockBytes << 3) | (1 << 1) | (block === blocks ? 1 : 0);
    frame.bytes(Uint8Array.of(header & 255, (header >> 8) & 255, header >> 16, 0));
  }
  return frame.take();
}
