import { zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { compress, decompress, efforts } from "../../../src/store/format/encoding/compression.ts";
import {
  decodeEnvelope,
  decodeHeader,
  encodeEnvelope,
  encodeHeader,
  features,
  objectTypes,
  type ObjectType,
} from "../../../src/store/format/encoding/envelope.ts";
import { decodeFence, encodeFence } from "../../../src/store/format/fence-object.ts";
import { decodeHold, encodeHold, encodeRelease } from "../../../src/store/format/hold-object.ts";
import { decodeJson, encodeJson } from "../../../src/store/format/encoding/json-body.ts";
import { decodeKeyProof, encodeKeyProof } from "../../../src/store/format/key-proof-object.ts";
import { decodeKeySlot, encodeKeySlot } from "../../../src/store/format/key-slot.ts";
import { decodeLease, encodeLease } from "../../../src/store/format/lease-object.ts";
import { decodeLedgerPage, encodeLedgerPage } from "../../../src/store/format/ledger-page.ts";
import { decodeLost, encodeLost } from "../../../src/store/format/lost-object.ts";
import { Malformed, TooNew } from "../../../src/store/format/encoding/malformed.ts";
import { decodeManifest, encodeManifest } from "../../../src/store/format/manifest.ts";
import {
  decodePackHeader,
  encodeGroup,
  firstGroupAt,
  isWholePack,
  packFeatures,
} from "../../../src/store/format/pack.ts";
import { decodeProof, encodeProof } from "../../../src/store/format/proof-object.ts";
import { decodeConfig, encodeConfig } from "../../../src/store/format/repository-config.ts";
import { objectSeal } from "../../../src/store/format/encoding/seal.ts";
import {
  decodeSealedObject,
  encodeSealedObject,
  isBodyOfSize,
} from "../../../src/store/format/sealed-object.ts";
import { decodeTreeSegment, TreeSegmentWriter } from "../../../src/store/format/tree-segment.ts";
import { SeededRandom } from "../../support/seeded-random.ts";

const random = new SeededRandom(62);
const [repository, master, salt] = [random.bytes(16), random.bytes(32), random.bytes(32)];
const pack = "0f".repeat(32);

const fence = {
  number: 4,
  at: 12,
  honoured: ["0abc"],
  trashed: [pack],
  index: [`index/${"a".repeat(32)}`],
  replaced: [`index/${"b".repeat(32)}`],
};
const lease = { snapshot: "0abc", tree: random.bytes(32), from: 10, until: 12, holder: "cm01" };
const page = { at: 12, packs: ["0123456789abcdef"] };
const lost = { at: 12, packs: [pack], doubted: [] };
const proof = { level: "read", result: "passed", at: 12, note: "4 objects" } as const;
const keyProof = { at: 12, slot: "0123456789abcdef", machine: "admin07", snapshot: "0abc", bytes: 7 };
const word = { at: 12, by: "cm01", note: "before the upgrade" };
const hold = { ...word, site: "PS1", snapshots: ["0abc", "0abd"] };
const release = { ...word, releases: "0f".repeat(10) };
const names = { id: "0abc", site: "PS1", policy: "main", source: "files", kind: "folder", mode: "full" };
const counts = { point: 10, startedAt: 11, finishedAt: 12, asOf: 11, files: 1, bytes: 2, addedBytes: 3 };
const snapshot = {
  ...names,
  ...counts,
  facts: { build: "5.00" },
  problems: [{ code: "x", severity: "risk", message: "m", where: "w", hint: "h" }],
};
const manifest = { epoch: 3, tree: random.bytes(32), snapshot };

interface Kind {
  readonly value: object;
  readonly encode: (value: never) => Uint8Array;
  readonly decode: (body: Uint8Array) => object;
  readonly later?: string;
}

const kinds: Readonly<Record<string, Kind>> = {
  fence: { value: fence, encode: encodeFence, decode: decodeFence, later: "fence is of a later version" },
  lease: { value: lease, encode: encodeLease, decode: decodeLease, later: "lease is of a later version" },
  "page of the ledger": {
    value: page,
    encode: encodeLedgerPage,
    decode: decodeLedgerPage,
    later: "page is of a later version",
  },
  "list of what is lost": {
    value: lost,
    encode: encodeLost,
    decode: decodeLost,
    later: "it is of a later version",
  },
  "list of what is doubted": {
    value: { at: 12, packs: [], doubted: [pack] },
    encode: encodeLost,
    decode: decodeLost,
    later: "it is of a later version",
  },
  proof: { value: proof, encode: encodeProof, decode: decodeProof },
  "proof under a fence": { value: { ...proof, fence: 3 }, encode: encodeProof, decode: decodeProof },
  "proof of a key": {
    value: keyProof,
    encode: encodeKeyProof,
    decode: decodeKeyProof,
    later: "it is of a later version",
  },
  hold: { value: hold, encode: encodeHold, decode: decodeHold, later: "it is of a later version" },
  release: {
    value: release,
    encode: encodeRelease,
    decode: decodeHold,
    later: "it is of a later version",
  },
  manifest: {
    value: manifest,
    encode: encodeManifest,
    decode: decodeManifest,
    later: "manifest is of a later version",
  },
};

describe.each(Object.entries(kinds))("a %s", (_, { value, encode, decode, later }) => {
  test("comes back as it was written", () => {
    expect(decode(encode(value as never))).toStrictEqual(value);
  });

  test("states version 1, and lacks no member that can be left out", () => {
    const body = decodeJson(encode(value as never));
    expect(body["version"]).toBe(1);
    for (const member of Object.keys(body).filter(
      (it) => it !== "fence" && it !== "doubted" && (later || it !== "version"),
    )) {
      const { [member]: __, ...rest } = body;
      expect(() => decode(encodeJson(rest)), member).toThrow(Malformed);
    }
  });

  test.each(later ? [later] : [])("of a later version is told apart from damage: %s", (words) => {
    const body = { ...decodeJson(encode(value as never)), version: 2 };
    expect(() => decode(encodeJson(body))).toThrow(TooNew);
    expect(() => decode(encodeJson(body))).toThrow(words);
  });
});

const noPacks = ["x", pack.slice(1), `${pack}0`, pack.toUpperCase(), `\n${pack}`, 5] as const;

test("what a repair gave up is written as it was before there were doubts, and read so", () => {
  const body = encodeLost(lost);
  expect(Buffer.from(body).toString()).toBe(`{"at":12,"packs":["${pack}"],"version":1}`);
  expect(decodeLost(body)).toEqual(lost);
});

test.each(noPacks)("what is no pack's digest (%j) is neither trashed nor lost", (name) => {
  const trashed = encodeJson({ version: 1, ...fence, trashed: [pack, name] });
  expect(() => decodeFence(trashed)).toThrow(typeof name === "string" ? "names what is no pack" : "trashed");
  expect(() => decodeLost(encodeJson({ version: 1, at: 1, packs: [pack, name] }))).toThrow(
    "it has no digests of packs",
  );
  expect(() => decodeLost(encodeJson({ version: 1, at: 1, packs: [], doubted: [pack, name] }))).toThrow(
    "it has no digests of packs",
  );
});

test.each(["x", "0123456789abcde", "0123456789abcdef0", "0123456789ABCDEF", 5])(
  "what is no pack's mark (%j) was not proven",
  (mark) => {
    const body = encodeJson({ version: 1, at: 1, packs: ["0123456789abcdef", mark] });
    expect(() => decodeLedgerPage(body)).toThrow("it has no marks of packs");
  },
);

test.each(["", "0f", "0F".repeat(10), `${release.releases}0`])(
  "what is no hold (%j) can't be released",
  (releases) => {
    const body = encodeJson({ version: 1, ...word, releases });
    expect(() => decodeHold(body)).toThrow("it releases what is no hold");
  },
);

test("a hold of nothing is none", () => {
  const body = encodeJson({ version: 1, ...hold, snapshots: [] });
  expect(() => decodeHold(body)).toThrow("it holds no snapshot");
});

test.each<[string, object, string]>([
  ["half a number", { epoch: 0.5 }, "no number “epoch”"],
  ["a number below zero", { epoch: -1 }, "no number “epoch”"],
  ["a number in words", { epoch: "1" }, "no number “epoch”"],
  ["no snapshot", { snapshot: "x" }, "no object “snapshot”"],
  ["a tree in capitals", { tree: "AB".repeat(32) }, "“tree” is not 32 bytes in hexadecimal"],
  ["a tree of other letters", { tree: "xy".repeat(32) }, "“tree” is not 32 bytes in hexadecimal"],
  ["a tree that is longer", { tree: "ab".repeat(33) }, "“tree” is not 32 bytes in hexadecimal"],
  ["half a byte", { tree: `${"ab".repeat(31)}c` }, "“tree” is not 32 bytes in hexadecimal"],
])("%s is no member of a manifest", (_, change, words) => {
  // Written by hand: canonical JSON holds no half numbers.
  const body = JSON.stringify({ version: 1, epoch: 0, tree: "00".repeat(32), snapshot, ...change });
  expect(() => decodeManifest(new TextEncoder().encode(body))).toThrow(words);
});

describe("an envelope of a later time", () => {
  const header = encodeHeader({ type: "record", features: 3, salt });

  test("says its version, and what it needs", () => {
    expect(decodeHeader("record", header)).toEqual({ type: "record", features: 3, salt });
    const later = header.with(9, 2) as Uint8Array;
    expect(() => decodeHeader("record", later)).toThrow(TooNew);
    expect(() => decodeHeader("record", later)).toThrow(
      "it has format version 2, and this version of sitekeep reads none above 1",
    );
    const needy = header.with(11, 128);
    expect(() => decodeHeader("record", needy)).toThrow(
      "needs a feature that this version of sitekeep lacks (bit 15)",
    );
  });

  test.each([
    ["too short", header.subarray(0, 43), "it is too short"],
    ["of another magic", header.with(7, 0), "it does not begin with the magic"],
    ["of another type", header.with(8, 7), "it is not of type record"],
  ])("is %s", (_, bytes, words) => {
    expect(() => decodeHeader("record", bytes)).toThrow(words);
    expect(() => decodeHeader("record", bytes)).toThrow(Malformed);
  });

  test("is read where it lies within other bytes, and says what is wrong", () => {
    const object = encodeEnvelope({ type: "record", features: 0, salt }, new Uint8Array(0));
    const inside = Buffer.concat([new Uint8Array(5), object]).subarray(5);
    expect(decodeEnvelope("record", inside).body).toHaveLength(0);
    expect(() => decodeEnvelope("record", object.subarray(1))).toThrow("it is too short");
    expect(() => decodeEnvelope("record", Buffer.concat([object, object]).subarray(3))).toThrow(
      "its length is not",
    );
    expect(() => decodeEnvelope("record", object.with(20, object[20]! ^ 1))).toThrow(
      "its digest does not match",
    );
  });
});

describe("a sealed object", () => {
  const secret = { repository, master };
  const featuresOf = (it: { readonly master?: Uint8Array }, type: ObjectType, plain: Uint8Array) =>
    decodeEnvelope(type, encodeSealedObject({ repository, ...it }, { type, name: "x" }, salt, plain)).header
      .features;

  test("is compressed from 512 bytes on, an index never", () => {
    expect(featuresOf({}, "record", new Uint8Array(511))).toBe(0);
    expect(featuresOf({}, "record", new Uint8Array(512))).toBe(features.compressed);
    expect(featuresOf({ master }, "record", new Uint8Array(512))).toBe(3);
    expect(featuresOf({ master }, "index", new Uint8Array(4096))).toBe(features.encrypted);
    expect(featuresOf({}, "record", random.bytes(4096))).toBe(0);
  });

  test("is not taken for one of an encrypted repository, nor the other way round", () => {
    const place = { type: "record", name: "x" } as const;
    const open = encodeSealedObject({ repository }, place, salt, new Uint8Array(9));
    const locked = encodeSealedObject(secret, place, salt, new Uint8Array(9));
    expect(() => decodeSealedObject(secret, place, open)).toThrow("it is not encrypted as its repository is");
    expect(() => decodeSealedObject({ repository }, place, locked)).toThrow(
      "it is not encrypted as its repository is",
    );
  });

  test.each<[ObjectType, number]>([
    ["config", 2 ** 16],
    ["keySlot", 2 ** 16],
    ["pack", 2 ** 28],
    ["index", 2 ** 30],
    ["manifest", 2 ** 26],
    ["record", 2 ** 26],
    ["proof", 2 ** 20],
    ["fence", 2 ** 28],
    ["ledger", 2 ** 28],
    ["lease", 2 ** 20],
    ["lost", 2 ** 26],
  ])("of type %s has a body of %i bytes at most", (type, most) => {
    // Nobody needs a gigabyte to count to it.
    const sized = (length: number) => ({ length }) as Uint8Array;
    expect(isBodyOfSize({ type, name: "x" }, sized(most))).toBe(true);
    expect(isBodyOfSize({ type, name: "x" }, sized(most + 1))).toBe(false);
  });

  test("unfolds to that and no more, unless more is expected", () => {
    const place = { type: "proof", name: "x" } as const;
    const most = 2 ** 20;
    const sealed = (length: number) => encodeSealedObject(secret, place, salt, new Uint8Array(length));
    expect(decodeSealedObject(secret, place, sealed(most))).toHaveLength(most);
    expect(() => decodeSealedObject(secret, place, sealed(most + 1))).toThrow(
      "its zstd frame can't be unfolded",
    );
    expect(decodeSealedObject(secret, place, sealed(most + 1), most + 1)).toHaveLength(most + 1);
  });

  test("of an index unfolds to four times its frame at most", () => {
    const unfold = (zeros: number) => {
      const frame = zstdCompressSync(Buffer.concat([random.bytes(1000), new Uint8Array(zeros)]));
      const body = objectSeal({ repository }, "index", salt, "x").seal(0, frame);
      const object = encodeEnvelope({ type: "index", features: features.compressed, salt }, body);
      return decodeSealedObject({ repository }, { type: "index", name: "x" }, object);
    };
    expect(unfold(2900)).toHaveLength(3900);
    expect(() => unfold(4000)).toThrow(Malformed);
  });
});

test("types are told apart for ever by these numbers", () => {
  expect(Object.entries(objectTypes).flat().join(" ")).toBe(
    "config 1 keySlot 2 pack 3 index 4 manifest 5 record 6 proof 7 fence 8 ledger 9 lease 10 lost 11 keyProof 12 hold 13",
  );
});

test("a frame is made where it saves one part in 32, and unfolds to no more than it may", () => {
  for (let noise = 3_000; noise < 3_200; noise++) {
    const plain = Buffer.concat([random.bytes(noise), new Uint8Array(3_200 - noise)]);
    const frame = zstdCompressSync(plain, { params: efforts.quick, pledgedSrcSize: plain.length });
    expect(compress(plain, efforts.quick)?.length, `${noise}`).toBe(
      frame.length < 3_100 ? frame.length : undefined,
    );
  }
  const frame = compress(new Uint8Array(5_000), efforts.thorough)!;
  expect(decompress(frame, 5_000)).toHaveLength(5_000);
  expect(() => decompress(frame, 4_999)).toThrow("its zstd frame can't be unfolded");
});

describe("a pack", () => {
  test("opens one group in 16 again before it leaves memory", () => {
    const seal = objectSeal({ repository, master }, "pack", salt);
    const opened: number[] = [];
    const watched = {
      ...seal,
      open: (at: number, sealed: Uint8Array) => (opened.push(at), seal.open(at, sealed)),
    };
    for (let number = 0; number <= 32; number++) encodeGroup(watched, number, random.bytes(9), efforts.quick);
    expect(opened).toEqual([0, 16, 32]);
  });

  test("says whether it is encrypted, and where its groups begin", () => {
    expect([packFeatures({ repository }), packFeatures({ repository, master })]).toEqual([0, 1]);
    const head = encodeHeader({ type: "pack", features: 1, salt });
    expect(decodePackHeader({ repository, master }, head)).toEqual({ salt });
    expect(firstGroupAt).toBe(44);
  });

  test("is not called damaged for a fault of ours", () => {
    expect(() => isWholePack(undefined as never, salt)).toThrow(TypeError);
  });
});

test("a configuration is read as encrypted or not, and by no other cipher", () => {
  const chunker = { minBytes: 64, averageBytes: 128, maxBytes: 256 };
  const object = encodeConfig({ repository, encrypted: true, chunker });
  expect(decodeConfig(object)).toEqual({ repository, encrypted: true, chunker });
  expect(encodeConfig({ repository, encrypted: true, chunker })).toEqual(object);
  const body = decodeJson(decodeEnvelope("config", object).body);
  expect(body).toMatchObject({ encryption: "aes-256-gcm", chunker: { kind: "gear" } });
  const other = encodeEnvelope(
    { type: "config", features: 0, salt },
    encodeJson({ ...body, encryption: "rot13" }),
  );
  expect(() => decodeConfig(other)).toThrow(TooNew);
  expect(() => decodeConfig(other)).toThrow("it is encrypted by rot13");
});

test("a key slot comes back with its lock and its salt, and a later lock is no damage", () => {
  const sealedMaster = random.bytes(48);
  for (const lock of [{ by: "key-file" }, { by: "password", log2N: 17, blockSize: 8, lanes: 1 }] as const) {
    const slot = { repository, salt, lock, sealedMaster };
    expect(decodeKeySlot(encodeKeySlot(slot))).toEqual(slot);
  }
  const card = encodeKeySlot({ repository, salt, lock: { by: "card" } as never, sealedMaster });
  expect(() => decodeKeySlot(card)).toThrow(TooNew);
});

test("paths of any length and letters come back from a segment", () => {
  const paths = [
    "a".repeat(1_025),
    `${"a".repeat(1_030)}ü`,
    `${"b".repeat(5_000)}/x`,
    `${"b".repeat(5_000)}/ü`,
    "c",
    "ü",
  ];
  const entries = paths.map((path, at) => ({
    path,
    modifiedAt: at - 3,
    attributes: undefined,
    file: undefined,
  }));
  const writer = new TreeSegmentWriter();
  const seen = entries.map((entry) => Buffer.from(writer.add(entry)).toString());
  expect(seen).toEqual(paths);
  expect(writer.length).toBeGreaterThan(6_000);
  expect(decodeTreeSegment(writer.take())).toEqual(entries);
  expect(writer.length).toBe(0);
});
