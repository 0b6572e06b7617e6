import { createCipheriv, createHash, createHmac, hkdfSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { toHex } from "../../../src/core/base/bytes.ts";
import { ByteWriter } from "../../../src/store/format/encoding/byte-writer.ts";
import { encodeEnvelope, encodeHeader } from "../../../src/store/format/encoding/envelope.ts";
import { encodeFileList } from "../../../src/store/format/file-list.ts";
import { encodeIndexFile } from "../../../src/store/format/index-file.ts";
import { openMaster, sealMaster, slotNameOf } from "../../../src/store/format/key-slot.ts";
import * as layout from "../../../src/store/format/layout.ts";
import { Malformed } from "../../../src/store/format/encoding/malformed.ts";
import { blobTypes, PackTableWriter } from "../../../src/store/format/pack-table.ts";
import { pagesIdOf } from "../../../src/store/format/encoding/pages.ts";
import { objectSeal } from "../../../src/store/format/encoding/seal.ts";
import { encodeTreeRoot } from "../../../src/store/format/tree-root.ts";
import { TreeSegmentWriter } from "../../../src/store/format/tree-segment.ts";
import { SeededRandom } from "../../support/seeded-random.ts";

/**
 * What docs/repository-format.md says, byte for byte: reading back what was just written would not notice a
 * change of both.
 */
const random = new SeededRandom(61);
const [one, two, salt, marks] = [1, 2, 3, 4].map((digit) => new Uint8Array(32).fill(digit)) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
];
const repository = random.bytes(16);
const master = random.bytes(32);

test.each<[string, Uint8Array, string]>([
  [
    "numbers",
    new ByteWriter().varint(0).varint(127).varint(128).varint(300).varint(Number.MAX_SAFE_INTEGER).take(),
    "00 7f 80 01 ac 02 ff ff ff ff ff ff ff 0f",
  ],
  [
    "the root of a tree",
    encodeTreeRoot([
      { firstPath: "", id: one, entries: 5 },
      { firstPath: "a/ü", id: two, entries: 128 },
    ]),
    `02 ${toHex(one)} 05 00 ${toHex(two)} 80 01 04 61 2f c3 bc`,
  ],
  [
    "a segment of a tree",
    segment(),
    `00 01 61 01 00
     01 02 2f 62 02 01 20 ac 02 ${toHex(one)}
     02 01 63 00 ac 02 07 ${toHex(two)}
     00 02 c3 bc 03 02 00`,
  ],
  [
    "the list of a file",
    encodeFileList({
      level: 0,
      slices: [
        { id: one, offset: 0, length: 300 },
        { id: Uint8Array.from(one), offset: 0, length: 300 },
        { id: one, offset: 0, length: 300 },
        { id: one, offset: 5, length: 300 },
        { id: one, offset: 5, length: 9 },
        { id: one, offset: 5, length: 9 },
        { id: one.with(0, 9), offset: 5, length: 9 },
        { id: two, offset: 5, length: 9 },
        { id: two, offset: 16_384, length: 16_384 },
        { id: two, offset: 16_384, length: 16_384, marks },
        { id: two, offset: 16_384, length: 16_384, marks },
      ],
    }),
    `00 0a 00 ${toHex(one)} ac 02 02 02 01 ${toHex(one)} 05 ac 02 01 ${toHex(one)} 05 09 02 01
     01 ${toHex(one.with(0, 9))} 05 09 01 ${toHex(two)} 05 09
     01 ${toHex(two)} 80 80 01 80 80 01 03 ${toHex(two)} 02 02 ${toHex(marks)} 02 01`,
  ],
  [
    "a list of pieces",
    encodeFileList({ level: 1, slices: [{ id: one, offset: 0, length: 1 }] }),
    `01 01 00 ${toHex(one)} 01`,
  ],
  [
    "an index file",
    encodeIndexFile([{ digest: one, salt, packBytes: 500, table: Uint8Array.of(7, 8, 9) }]),
    `01 ${toHex(one)} ${toHex(salt)} f4 03 03 07 08 09`,
  ],
  [
    "the table of a pack",
    table().take(),
    `02 01 63 1e 02 01 ${toHex(one)} 0a 04 ${toHex(two)} 14 ac 02 00 18 08 01 06 ${toHex(one)} 08`,
  ],
  [
    "a header",
    encodeHeader({ type: "ledger", features: 0x102, salt }),
    `73 69 74 65 6b 65 65 70 09 01 02 01 ${toHex(salt)}`,
  ],
])("%s is written as the format says", (_, bytes, wanted) => {
  expect(toHex(bytes)).toBe(wanted.replaceAll(/\s/g, ""));
});

test("an envelope ends in its length and the digest of all before", () => {
  const object = encodeEnvelope({ type: "record", features: 0, salt }, random.bytes(300));
  expect(toHex(object.subarray(-40, -32))).toBe("8001000000000000");
  expect(toHex(object.subarray(-32))).toBe(toHex(sha256(object.subarray(0, -32))));
});

test("a table says how long it is so far, and of how many groups", () => {
  const writer = table();
  expect(writer.groupCount).toBe(2);
  expect(writer.length).toBe(writer.take().length - 1);
});

test("a writer's buffer grows with whatever is put into it", () => {
  const [writer, wanted] = [new ByteWriter(), [] as number[]];
  for (let at = 0; at < 3_000; at++) {
    writer
      .u8(at & 127)
      .varint(at & 127)
      .bytes(Uint8Array.of(at & 255));
    wanted.push(at & 127, at & 127, at & 255);
  }
  const large = random.bytes(100_000);
  expect(Buffer.compare(writer.bytes(large).take(), Buffer.concat([Buffer.from(wanted), large]))).toBe(0);
  expect(writer.length).toBe(wanted.length + large.length);
  writer.clear();
  expect([...writer.u8(5).take()]).toEqual([5]);
});

describe("a seal", () => {
  const plain = random.bytes(90);

  test("is AES-256-GCM under a key of the object's own", () => {
    const sealed = objectSeal({ repository, master }, "record", salt, "records/ü").seal(258, plain);
    expect(toHex(sealed)).toBe(
      toHex(sealOf(master, "object 6", { type: 6, position: 258, name: "records/ü" }, plain)),
    );
  });

  test("is the first half of a digest where nothing is encrypted", () => {
    const sealed = objectSeal({ repository }, "pack", salt).seal(7, plain);
    const digest = sha256(Buffer.concat([contextOf({ type: 3, position: 7, name: "" }), plain]));
    expect(toHex(sealed)).toBe(toHex(Buffer.concat([plain, digest.subarray(0, 16)])));
  });

  test("of the master key rests on the slot's own salt and key", () => {
    const lockKey = random.bytes(32);
    const lock = { by: "key-file" } as const;
    const slot = sealMaster({ repository, salt, lock }, lockKey, master);
    const key = derived(lockKey, "key slot");
    expect(toHex(slot.sealedMaster)).toBe(
      toHex(sealOf(key, "object 2", { type: 2, position: 0, name: "" }, master)),
    );
    expect(toHex(openMaster(slot, lockKey))).toBe(toHex(master));
    expect(() => openMaster(slot, random.bytes(32))).toThrow(Malformed);
  });
});

test("a slot's name comes of its salt alone", () => {
  const wanted = createHmac("sha256", "sitekeep key slot").update(salt).digest("hex").slice(0, 16);
  expect(slotNameOf(salt)).toBe(wanted);
});

test("a run of pages is named by the digest of its pages' digests", () => {
  const bytes = random.bytes(20_000);
  const pages = [bytes.subarray(0, 8192), bytes.subarray(8192, 16_384), bytes.subarray(16_384)];
  expect(toHex(pagesIdOf(bytes))).toBe(toHex(sha256(Buffer.concat(pages.map(sha256)))));
  expect(toHex(pagesIdOf(pages[0]!))).toBe(toHex(sha256(sha256(pages[0]!))));
});

describe("names", () => {
  const hex = "ab".repeat(32);
  const digest = Buffer.from(hex, "hex");

  test.each<[string, string]>([
    [layout.configName, "config"],
    [layout.configCopyName, "config.copy"],
    [layout.keySlotNames("x").join(), "keys/x,keys/x.copy"],
    [layout.packName(digest), `packs/ab/${hex}`],
    [layout.indexName(0, "r"), "index/r"],
    [layout.indexName(12, "r"), "index/00000012-r"],
    [layout.snapshotName("x"), "snapshots/x"],
    [layout.proofName("x", "y"), "proofs/x/y"],
    [layout.recordName("runs/x"), "records/runs/x"],
    [layout.fenceName(7), "fences/00000007"],
    [layout.trashName(7, digest), `trash/00000007/${hex}`],
    [layout.leaseName("x"), "leases/x"],
    [layout.ledgerName("x"), "ledger/x"],
    [layout.lostName("x"), "lost/x"],
  ])("%s is where the format says", (name, wanted) => {
    expect(name).toBe(wanted);
  });

  test("each folder is the beginning of its objects' names", () => {
    const { keyFolder, packFolder, indexFolder, snapshotFolder, proofFolder, recordFolder } = layout;
    const { fenceFolder, trashFolder, leaseFolder, ledgerFolder, lostFolder } = layout;
    const folders = [keyFolder, packFolder, indexFolder, snapshotFolder, proofFolder, recordFolder];
    expect([...folders, fenceFolder, trashFolder, leaseFolder, ledgerFolder, lostFolder].join(" ")).toBe(
      "keys/ packs/ index/ snapshots/ proofs/ records/ fences/ trash/ leases/ ledger/ lost/",
    );
  });

  test("what a name states is read from it, and nothing from names of another shape", () => {
    const drawn = "0f".repeat(16);
    expect(layout.indexEpochOf(`index/00000012-${drawn}`)).toBe(12);
    for (const name of [
      `index/${drawn}`,
      `index/00000012-${drawn}0`,
      `x/index/00000012-${drawn}`,
      "index/12-",
    ])
      expect(layout.indexEpochOf(name), name).toBe(0);
    expect(layout.fenceNumberOf("fences/00000012")).toBe(12);
    for (const name of ["fences/12", "fences/000000012", "fences/0000001x", "x/fences/00000012", "fences/"])
      expect(layout.fenceNumberOf(name), name).toBeUndefined();
    expect(layout.trashPlaceOf(`trash/00000012/${hex}`)).toEqual({ fence: 12, pack: hex });
    for (const name of [`trash/12/${hex}`, `trash/00000012/${hex}0`, `x/trash/00000012/${hex}`, "trash/"])
      expect(layout.trashPlaceOf(name), name).toBeUndefined();
  });
});

function segment(): Uint8Array {
  const writer = new TreeSegmentWriter();
  writer.add({ path: "a", modifiedAt: 0, attributes: undefined, file: undefined });
  writer.add({ path: "a/b", modifiedAt: -1, attributes: 32, file: { size: 300, sha256: one } });
  writer.add({ path: "a/c", modifiedAt: 150, attributes: undefined, file: { size: 7, sha256: two } });
  writer.add({ path: "ü", modifiedAt: 1, attributes: 0, file: undefined });
  return writer.take();
}

function table(): PackTableWriter {
  const writer = new PackTableWriter();
  writer.group({ compressed: true, sealedBytes: 99, plainBytes: 30 }, [
    { type: blobTypes.data, id: one, length: 10, fileBytes: 0 },
    { type: blobTypes.list, id: two, length: 20, fileBytes: 300 },
  ]);
  writer.group({ compressed: false, sealedBytes: 24, plainBytes: 8 }, [
    { type: blobTypes.pages, id: one, length: 8, fileBytes: 0 },
  ]);
  return writer;
}

interface Place {
  readonly type: number;
  readonly position: number;
  readonly name: string;
}

function sealOf(key: Uint8Array, purpose: string, place: Place, plain: Uint8Array): Uint8Array {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32LE(place.position);
  const cipher = createCipheriv("aes-256-gcm", derived(key, purpose), nonce).setAAD(contextOf(place));
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function derived(key: Uint8Array, purpose: string): Uint8Array {
  const info = Buffer.concat([Buffer.from(`sitekeep ${purpose} `), repository]);
  return new Uint8Array(hkdfSync("sha256", key, salt, info, 32));
}

function contextOf({ type, position, name }: Place): Uint8Array {
  const head = Buffer.alloc(5);
  head.writeUInt8(type);
  head.writeUInt32LE(position, 1);
  return Buffer.concat([repository, head, Buffer.from(name)]);
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}
