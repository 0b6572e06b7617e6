import { expect, test } from "vitest";
import { ByteWriter } from "../../../src/store/format/encoding/byte-writer.ts";
import { decodeHeader, encodeEnvelope, encodeHeader } from "../../../src/store/format/encoding/envelope.ts";
import { decodeFence } from "../../../src/store/format/fence-object.ts";
import { decodeFileList } from "../../../src/store/format/file-list.ts";
import { decodeIndexFile } from "../../../src/store/format/index-file.ts";
import { decodeJson, encodeJson } from "../../../src/store/format/encoding/json-body.ts";
import { decodeKeyProof } from "../../../src/store/format/key-proof-object.ts";
import { decodeKeySlot } from "../../../src/store/format/key-slot.ts";
import { decodeManifest } from "../../../src/store/format/manifest.ts";
import { readPackTable } from "../../../src/store/format/pack-table.ts";
import { decodePackHeader, locateTable } from "../../../src/store/format/pack.ts";
import { decodeProof } from "../../../src/store/format/proof-object.ts";
import { decodeConfig } from "../../../src/store/format/repository-config.ts";
import { decodeTreeRoot } from "../../../src/store/format/tree-root.ts";
import { decodeTreeSegment } from "../../../src/store/format/tree-segment.ts";

/** One thing wrong in bytes that are right otherwise, and the words in which a reader says so. */
type Case = readonly [what: string, read: () => unknown, words: string];

const id = new Uint8Array(32).fill(7);
const bytes = (): ByteWriter => new ByteWriter();
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

const lists: readonly Case[] = [
  ["a level above 1", () => list(bytes().u8(2).varint(0)), "has level 2"],
  ["a row of a kind that is none", () => list(bytes().u8(0).varint(1).u8(4)), "row of kind 4"],
  ["a repetition first", () => list(bytes().u8(0).varint(1).u8(2).varint(1)), "begins with a repetition"],
  [
    "a run of nine pages",
    () => list(bytes().u8(0).varint(1).u8(3).bytes(id).varint(0).varint(9)),
    "run of 9 pages",
  ],
  [
    "one row more than are taken",
    () => list(bytes().bytes(row(1).take()).u8(0).bytes(id).varint(1), 1),
    "too long",
  ],
  ["a row of no bytes", () => list(row(0)), "row of no bytes"],
  ["more rows than are taken", () => list(row(1).u8(2).varint(10), 2), "too long"],
  ["bytes after its rows", () => list(row(1).u8(2).varint(1).u8(0)), "more than it should"],
];

const trees: readonly Case[] = [
  ["a root whose paths are not UTF-8", () => root(1, segmentRow(Uint8Array.of(255))), "not UTF-8"],
  [
    "a root with the same path twice",
    () => root(2, segmentRow(text("a")), segmentRow(text("a"))),
    "do not rise",
  ],
  ["a root with bytes after its rows", () => root(0, segmentRow(text("a"))), "more than it should"],
  ["an entry with flags of another version", () => decodeTreeSegment(entry("a", 4).take()), "has flags 4"],
  ["a path that shares more than there is", () => decodeTreeSegment(bytes().varint(1).take()), "shares more"],
  [
    "a path twice",
    () => decodeTreeSegment(bytes().bytes(entry("a").take()).bytes(entry("a").take()).take()),
    "do not rise",
  ],
  [
    "a path that is not UTF-8",
    () => decodeTreeSegment(bytes().varint(0).varint(1).u8(255).u8(1).varint(0).take()),
    "not UTF-8",
  ],
  [
    "a time that is too large a number",
    () =>
      decodeTreeSegment(bytes().varint(0).varint(1).u8(97).u8(1).bytes(new Uint8Array(8).fill(255)).take()),
    "too long",
  ],
];

const packs: readonly Case[] = [
  ["too many groups", () => table(bytes().varint(4097)), "too many groups"],
  ["a method that is none", () => table(bytes().varint(1).u8(2)), "by method 2"],
  [
    "a group that is too large",
    () =>
      table(
        bytes()
          .varint(1)
          .u8(0)
          .varint(9)
          .varint(2 ** 28 + 1)
          .varint(0),
      ),
    "too large",
  ],
  [
    "a sealed group that is too large",
    () =>
      table(
        bytes()
          .varint(1)
          .u8(0)
          .varint(2 ** 28 + 17)
          .varint(0),
      ),
    "too large",
  ],
  ["a blob of type 0", () => table(group(0, 5)), "has type 0"],
  ["a blob of type 7", () => table(group(7, 5)), "has type 7"],
  ["a blob longer than its group", () => table(group(1, 6)), "more than fill it"],
  ["blobs that leave room", () => table(group(1, 4)), "do not fill it"],
  ["bytes after its groups", () => table(group(1, 5).u8(0)), "more than it should"],
  ["an end of another size", () => locateTable(500, new Uint8Array(43)), "too short"],
  ["an end of another pack", () => locateTable(500, tail(501, 100)), "not the one written"],
  ["a table shorter than a seal", () => locateTable(500, tail(500, 15)), "no room"],
  ["a table longer than the pack", () => locateTable(500, tail(500, 413)), "no room"],
  [
    "no encryption where there should be some",
    () =>
      decodePackHeader({ repository: id, master: id }, encodeHeader({ type: "pack", features: 0, salt: id })),
    "not encrypted as",
  ],
  [
    "an index file with bytes after its packs",
    () => decodeIndexFile(Uint8Array.of(0, 0)),
    "more than it should",
  ],
];

const time = { point: 1, startedAt: 2, finishedAt: 3, asOf: 2 };
const names = { id: "a", site: "PS1", policy: "p", source: "s", kind: "folder", mode: "full" };
const snapshot = { ...names, ...time, files: 1, bytes: 1, addedBytes: 1, facts: {}, problems: [] };
const late = 8.64e15 + 1;

const bodies: readonly Case[] = [
  ["no JSON", () => decodeJson(text("{")), "not JSON"],
  ["JSON that is not UTF-8", () => decodeJson(Uint8Array.of(123, 34, 255, 34, 58, 49, 125)), "not JSON"],
  ["a list in place of an object", () => decodeJson(text("[]")), "not a JSON object"],
  ["null in place of an object", () => decodeJson(text("null")), "not a JSON object"],
  ...Object.keys(names).map((name): Case => [
    `no ${name}`,
    () => manifest({ [name]: 1 }),
    `no text “${name}”`,
  ]),
  ...Object.keys(time).map((name): Case => [
    `a ${name} beyond all dates`,
    () => manifest({ [name]: late }),
    `“${name}” is no time`,
  ]),
  ...["files", "bytes", "addedBytes"].map((name): Case => [
    `no ${name}`,
    () => manifest({ [name]: -1 }),
    `no number “${name}”`,
  ]),
  ["a base that is no id", () => manifest({ base: 5 }), "no text “base”"],
  ["sources that are no names", () => manifest({ pointSources: [5] }), "no list of texts “pointSources”"],
  ["no facts", () => manifest({ facts: null }), "no object “facts”"],
  ["facts in a list", () => manifest({ facts: [] }), "no object “facts”"],
  ["problems that are none", () => manifest({ problems: {} }), "no list “problems”"],
  ["a problem that is null", () => manifest({ problems: [null] }), "a problem is no object"],
  ["a problem without words", () => manifest({ problems: [{ code: "x" }] }), "no text “severity”"],
  [
    "a tree of 31 bytes",
    () => decodeManifest(encodeJson({ version: 1, epoch: 0, tree: "00".repeat(31), snapshot })),
    "32 bytes in hexadecimal",
  ],
  ["a proof of another level", () => proof({ level: "dreamt" }), "no proof that we know"],
  ["a proof of another result", () => proof({ result: "maybe" }), "no proof that we know"],
  ["a proof beyond all dates", () => proof({ at: late }), "“at” is no time"],
  ["a key's proof of no slot", () => keyProof({ slot: "main" }), "names no key slot"],
  ["a key's proof beyond all dates", () => keyProof({ at: late }), "“at” is no time"],
  ["a key's proof of no machine", () => keyProof({ machine: 7 }), "no text “machine”"],
  ["a key's proof of a later version", () => keyProof({ version: 2 }), "of a later version"],
  [
    "a fence that takes what is no pack",
    () => decodeFence(encodeJson({ version: 1, number: 1, at: 1, honoured: [], trashed: ["x"] })),
    "no pack",
  ],
];

const sizes = { kind: "gear", minBytes: 64, averageBytes: 128, maxBytes: 2 ** 24 };
const configs: readonly Case[] = [
  ["chunks below 64 bytes", () => config({ minBytes: 63 }), "make no sense"],
  ["an average below the least", () => config({ minBytes: 128 }), "make no sense"],
  ["an average that is no power of two", () => config({ averageBytes: 129 }), "make no sense"],
  ["a most that is the average", () => config({ maxBytes: 128 }), "make no sense"],
  ["chunks above 16 MiB", () => config({ maxBytes: 2 ** 24 + 1 }), "make no sense"],
  ["another chunker", () => config({ kind: "x" }), "unknown chunker"],
  ["a slot of another kind of lock", () => slot({ by: "card" }), "locked by card"],
  [
    "a slot that asks for nothing",
    () => slot({ by: "password", log2N: 0, blockSize: 8, lanes: 1 }),
    "out of bounds",
  ],
  [
    "a slot without blocks",
    () => slot({ by: "password", log2N: 0, blockSize: 0, lanes: 1 }),
    "out of bounds",
  ],
  ["a slot without lanes", () => slot({ by: "password", log2N: 4, blockSize: 8, lanes: 0 }), "out of bounds"],
  ["features of another version", () => header(8), "(bit 3)"],
  ["two of them", () => header(8 | 256), "features that this version of sitekeep lacks (bits 3, 8)"],
];

test.each([...lists, ...trees, ...packs, ...bodies, ...configs])(
  "%s: the reader says so",
  (_, read, words) => {
    expect(read).toThrow(words);
  },
);

test("what is at a limit is read", () => {
  expect(config({}).chunker.maxBytes).toBe(2 ** 24);
  expect(slot({ by: "password", log2N: 1, blockSize: 1, lanes: 1 }).lock.by).toBe("password");
  expect(manifest({ point: 8.64e15, base: "b", pointSources: ["s"] }).snapshot.base).toBe("b");
  expect(locateTable(500, tail(500, 412))).toMatchObject({ offset: 44, length: 412 });
  expect(list(row(1).u8(2).varint(9), 10).slices).toHaveLength(10);
  expect(list(bytes().u8(1).varint(0)).level).toBe(1);
  expect(() => table(group(1, 5))).not.toThrow();
  expect(() => table(group(6, 5))).not.toThrow();
  const empty = bytes().u8(0).varint(16).varint(0).varint(0).take();
  expect(() =>
    table(
      bytes()
        .varint(4096)
        .bytes(Buffer.concat(Array(4096).fill(empty))),
    ),
  ).not.toThrow();
});

function list(list: ByteWriter, slicesMax = 100) {
  return decodeFileList(list.take(), slicesMax);
}

/** A list with a row of so many bytes, and room for another row. */
function row(length: number): ByteWriter {
  return bytes()
    .u8(0)
    .varint(length === 0 ? 1 : 2)
    .u8(0)
    .bytes(id)
    .varint(length);
}

function segmentRow(path: Uint8Array): Uint8Array {
  return bytes().bytes(id).varint(1).varint(path.length).bytes(path).take();
}

function root(count: number, ...rows: readonly Uint8Array[]) {
  return decodeTreeRoot(Buffer.concat([Uint8Array.of(count), ...rows]));
}

function entry(path: string, flags = 1): ByteWriter {
  return bytes().varint(0).varint(path.length).bytes(text(path)).u8(flags).varint(0);
}

function table(it: ByteWriter): void {
  readPackTable(it.take(), { group: () => undefined, blob: () => undefined });
}

/** A group of five bytes with one blob. */
function group(type: number, length: number): ByteWriter {
  return bytes().varint(1).u8(0).varint(21).varint(5).varint(1).u8(type).bytes(id).varint(length);
}

function tail(packBytes: number, tableBytes: number): Uint8Array {
  const end = new Uint8Array(44);
  new DataView(end.buffer).setUint32(0, tableBytes, true);
  new DataView(end.buffer).setBigUint64(4, BigInt(packBytes), true);
  return end;
}

function manifest(change: object) {
  const tree = "00".repeat(32);
  return decodeManifest(encodeJson({ version: 1, epoch: 0, tree, snapshot: { ...snapshot, ...change } }));
}

function proof(change: object) {
  return decodeProof(encodeJson({ version: 1, level: "read", result: "passed", at: 1, note: "", ...change }));
}

function keyProof(change: object) {
  const proof = { version: 1, at: 1, slot: "0123456789abcdef", machine: "m", snapshot: "s", bytes: 0 };
  return decodeKeyProof(encodeJson({ ...proof, ...change }));
}

function config(change: object) {
  const body = { repository: "00".repeat(16), encryption: "none", chunker: { ...sizes, ...change } };
  return decodeConfig(encodeEnvelope({ type: "config", features: 0, salt: id }, encodeJson(body)));
}

function slot(lock: object) {
  const body = encodeJson({ repository: "00".repeat(16), lock, sealedMaster: "00".repeat(48) });
  return decodeKeySlot(encodeEnvelope({ type: "keySlot", features: 0, salt: id }, body));
}

function header(needed: number) {
  return decodeHeader("record", encodeHeader({ type: "record", features: needed, salt: id }));
}
