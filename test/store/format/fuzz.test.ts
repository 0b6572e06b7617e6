import { describe, expect, test } from "vitest";
import { renderSnapshotList } from "../../../src/core/report/render-snapshots.ts";
import { efforts } from "../../../src/store/format/encoding/compression.ts";
import { ChunkIndex } from "../../../src/store/index/chunk-index.ts";
import {
  decodeEnvelope,
  decodeHeader,
  digestOf,
  encodeEnvelope,
} from "../../../src/store/format/encoding/envelope.ts";
import { decodeFence, encodeFence } from "../../../src/store/format/fence-object.ts";
import { decodeFileList, encodeFileList } from "../../../src/store/format/file-list.ts";
import { decodeHold, encodeHold, encodeRelease } from "../../../src/store/format/hold-object.ts";
import { decodeIndexFile, encodeIndexFile } from "../../../src/store/format/index-file.ts";
import { decodeJson, encodeJson } from "../../../src/store/format/encoding/json-body.ts";
import { decodeKeyProof, encodeKeyProof } from "../../../src/store/format/key-proof-object.ts";
import { decodeKeySlot, encodeKeySlot, type KeySlot } from "../../../src/store/format/key-slot.ts";
import { decodeLease, encodeLease } from "../../../src/store/format/lease-object.ts";
import { decodeLedgerPage, encodeLedgerPage } from "../../../src/store/format/ledger-page.ts";
import { decodeLost, encodeLost } from "../../../src/store/format/lost-object.ts";
import { Malformed, TooNew } from "../../../src/store/format/encoding/malformed.ts";
import { decodeManifest } from "../../../src/store/format/manifest.ts";
import { decodeGroup, encodeGroup, locateTable, packSeal } from "../../../src/store/format/pack.ts";
import { blobTypes, PackTableWriter, readPackTable } from "../../../src/store/format/pack-table.ts";
import { decodeProof, encodeProof } from "../../../src/store/format/proof-object.ts";
import { decodeConfig, encodeConfig } from "../../../src/store/format/repository-config.ts";
import { decodeSealedObject, encodeSealedObject } from "../../../src/store/format/sealed-object.ts";
import { decodeTreeRoot, encodeTreeRoot } from "../../../src/store/format/tree-root.ts";
import { decodeTreeSegment, TreeSegmentWriter } from "../../../src/store/format/tree-segment.ts";
import { fuzz, type FuzzTarget } from "../../support/fuzz/fuzz.ts";
import { mutateBytes } from "../../support/fuzz/mutate-bytes.ts";
import { mutateJson } from "../../support/fuzz/mutate-json.ts";
import { SeededRandom } from "../../support/seeded-random.ts";

const random = new SeededRandom(77);
const id = (): Uint8Array => random.bytes(32);
const secret = { repository: random.bytes(16), master: random.bytes(32) };
const salt = id();
const refusals = [Malformed, TooNew];

const segment = new TreeSegmentWriter();
for (const path of ["a", "a/b.txt", "a/ü.mdf", "inboxes/auth/ddm.box/x.ddr"])
  segment.add({ path, modifiedAt: 1_700_000_000_123, attributes: 32, file: { size: 7, sha256: id() } });
segment.add({ path: "z", modifiedAt: -5, attributes: undefined, file: undefined });

const table = new PackTableWriter();
table.group({ compressed: true, sealedBytes: 99, plainBytes: 30 }, [
  { type: blobTypes.data, id: id(), length: 10, fileBytes: 0 },
  { type: blobTypes.list, id: id(), length: 20, fileBytes: 5_000_000_000 },
]);
table.group({ compressed: false, sealedBytes: 24, plainBytes: 8 }, [
  { type: blobTypes.root, id: id(), length: 8, fileBytes: 0 },
]);
const tableBytes = table.take();
const indexedPack = { digest: id(), salt: id(), packBytes: 500, table: tableBytes };

const run = { id: id(), offset: 8192, length: 16_384, marks: random.bytes(32) };
const zeros = { id: id(), offset: 0, length: 65_536 };
const lists = [
  { level: 0, slices: [zeros, zeros, zeros, run, { id: id(), offset: 5, length: 9 }] },
  {
    level: 1,
    slices: [
      { id: id(), offset: 0, length: 1e9 },
      { id: id(), offset: 0, length: 1e6 },
    ],
  },
];

const problem = { code: "x", severity: "warning", message: "m", where: "w", hint: "h" };
const manifest = encodeJson({
  version: 1,
  epoch: 3,
  tree: "ab".repeat(32),
  snapshot: {
    id: "0abc",
    site: "PS1",
    policy: "main",
    source: "files",
    kind: "folder",
    mode: "full",
    base: "0abb",
    point: 10,
    startedAt: 11,
    finishedAt: 12,
    asOf: 11,
    files: 1,
    bytes: 2,
    addedBytes: 3,
    facts: { build: "5.00", folders: ["a"] },
    problems: [problem],
    pointSources: ["files"],
  },
});

const fence = encodeFence({
  number: 4,
  at: 12,
  honoured: ["0abc", "0abd"],
  trashed: ["0f".repeat(32), "a0".repeat(32)],
  index: [`index/00000003-${"a".repeat(32)}`],
  replaced: [`index/${"b".repeat(32)}`],
});
const lease = encodeLease({ snapshot: "0abc", tree: id(), from: 10, until: 12, holder: "cm01" });

/** What lies inside a seal, or inside nothing: a forger with the key reaches it. */
const binary: Readonly<Record<string, Omit<FuzzTarget<Uint8Array>, "mutate" | "refusals">>> = {
  "the root of a tree": {
    samples: [encodeTreeRoot(["", "a/b", "ü"].map((firstPath) => ({ firstPath, id: id(), entries: 3 })))],
    read: decodeTreeRoot,
  },
  "a segment of a tree": { samples: [segment.take()], read: decodeTreeSegment },
  "the list of a file": { samples: lists.map(encodeFileList), read: (it) => decodeFileList(it, 100_000) },
  "an index file": { samples: [encodeIndexFile([indexedPack, indexedPack])], read: decodeIndexFile },
  "the table of a pack": { samples: [tableBytes], read: readTable },
  "the table of a pack, as the index takes it": {
    samples: [tableBytes],
    read: (it) => new ChunkIndex().addPack({ ...indexedPack, table: it }),
  },
  "the end of a pack": { samples: [endOfPack()], read: (it) => locateTable(500, it) },
  "an envelope": { samples: [envelope(random.bytes(90))], read: (it) => decodeEnvelope("record", it) },
  "a header": { samples: [envelope(random.bytes(90))], read: (it) => decodeHeader("record", it) },
};

test.each(Object.entries(binary))("%s is read or refused, whatever its bytes are", (_, target) => {
  expectBoth(fuzz({ ...target, mutate: mutateBytes, refusals }));
});

const config = encodeConfig({
  repository: secret.repository,
  encrypted: true,
  chunker: { minBytes: 32_768, averageBytes: 65_536, maxBytes: 262_144 },
});
const slots: readonly KeySlot["lock"][] = [
  { by: "key-file" },
  { by: "password", log2N: 17, blockSize: 8, lanes: 1 },
];
const slotObjects = slots.map((lock) =>
  encodeKeySlot({ repository: secret.repository, salt, lock, sealedMaster: random.bytes(48) }),
);

/** Bodies in JSON; the envelope around those that have one is made anew, so that the digest is right. */
const json: Readonly<Record<string, Omit<FuzzTarget<Uint8Array>, "mutate" | "refusals">>> = {
  "a manifest": { samples: [manifest], read: showManifest },
  "a proof": {
    samples: [encodeProof({ level: "read", result: "passed", at: 12, note: "4 objects", fence: 3 })],
    read: (it) => new Date(decodeProof(it).at).toISOString(),
  },
  "a fence": { samples: [fence], read: (it) => new Date(decodeFence(it).at).toISOString() },
  "a lease": { samples: [lease], read: showLease },
  "a page of the ledger": {
    samples: [encodeLedgerPage({ at: 12, packs: ["0123456789abcdef", "f".repeat(16)] })],
    read: (it) => new Date(decodeLedgerPage(it).at).toISOString(),
  },
  "what a repair gave up": {
    samples: [
      encodeLost({ at: 12, packs: ["0f".repeat(32), "a0".repeat(32)], doubted: [] }),
      encodeLost({ at: 12, packs: [], doubted: ["0f".repeat(32)] }),
    ],
    read: (it) => new Date(decodeLost(it).at).toISOString(),
  },
  "the proof of a key": {
    samples: [
      encodeKeyProof({ at: 12, slot: "0123456789abcdef", machine: "admin07", snapshot: "s1", bytes: 70 }),
    ],
    read: (it) => new Date(decodeKeyProof(it).at).toISOString(),
  },
  "a hold, or its release": {
    samples: [
      encodeHold({ at: 12, by: "cm01", note: "audit", site: "PS1", snapshots: ["0abc"] }),
      encodeRelease({ at: 12, by: "cm01", note: "over", releases: "0f".repeat(10) }),
    ],
    read: (it) => new Date(decodeHold(it).at).toISOString(),
  },
  "a record": { samples: [manifest], read: decodeJson },
  "a configuration": {
    samples: [decodeEnvelope("config", config).body],
    read: (it) => decodeConfig(encodeEnvelope({ type: "config", features: 0, salt }, it)),
  },
  "a key slot": {
    samples: slotObjects.map((it) => decodeEnvelope("keySlot", it).body),
    read: (it) => decodeKeySlot(encodeEnvelope({ type: "keySlot", features: 0, salt }, it)),
  },
};

test.each(Object.entries(json))("%s is read or refused, whatever its JSON says", (_, target) => {
  expectBoth(fuzz({ ...target, mutate: mutateJson, refusals }));
});

describe("behind a seal that is right", () => {
  const place = { type: "record", name: "records/x" } as const;

  test("an object's frame is unfolded or refused", () => {
    const body = Buffer.from("a record that repeats itself. ".repeat(60));
    const object = encodeSealedObject(secret, place, salt, body);
    const read = (it: Uint8Array) => {
      decodeSealedObject(secret, place, it);
      // Some mutations change nothing; what they did change must not open.
      if (Buffer.compare(it, object) !== 0) throw new Error("Other bytes than were sealed were taken.");
    };
    expect(fuzz({ samples: [object], mutate: mutateBytes, read, refusals }).refused).toBeGreaterThan(0);
  });

  test("a group is opened or refused, whatever its frame and its row say", () => {
    const seal = packSeal(secret, salt);
    const { sealed } = encodeGroup(seal, 3, Buffer.from("pages and pages ".repeat(400)), efforts.quick);
    const read = (frame: Uint8Array) => {
      const forged = seal.seal(3, frame);
      return decodeGroup(seal, 3, forged, {
        compressed: true,
        sealedBytes: forged.length,
        plainBytes: 6_400,
      });
    };
    expectBoth(fuzz({ samples: [seal.open(3, sealed)], mutate: mutateBytes, read, refusals }));
  });
});

/** Both must occur, or the mutations say nothing: all too wild, or none that reaches the reader. */
function expectBoth({ read, refused }: ReturnType<typeof fuzz>): void {
  expect(read).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(20);
}

/** As `snapshots list` does: what was read can be shown. */
function showManifest(bytes: Uint8Array): string {
  const { snapshot } = decodeManifest(bytes);
  const shown = { ...snapshot, proofs: [] };
  return renderSnapshotList([shown]) + snapshot.problems.map(({ message }) => message.length).join();
}

function showLease(bytes: Uint8Array): string {
  const { snapshot, from, until, holder, tree } = decodeLease(bytes);
  return [snapshot, holder, tree.length, ...[from, until].map((at) => new Date(at).toISOString())].join();
}

function readTable(bytes: Uint8Array): number {
  let sum = 0;
  readPackTable(bytes, { group: (_, { plainBytes }) => (sum += plainBytes), blob: () => undefined });
  return sum;
}

function envelope(body: Uint8Array): Uint8Array {
  return encodeEnvelope({ type: "record", features: 0, salt }, body);
}

function endOfPack(): Uint8Array {
  const tail = new Uint8Array(44);
  const view = new DataView(tail.buffer);
  view.setUint32(0, 100, true);
  view.setBigUint64(4, 500n, true);
  tail.set(digestOf(tail), 12);
  return tail;
}
