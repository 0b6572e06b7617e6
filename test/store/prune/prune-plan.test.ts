import { expect, test } from "vitest";
import { toHex } from "../../../src/core/base/bytes.ts";
import { ChunkIndex } from "../../../src/store/index/chunk-index.ts";
import type { Fences } from "../../../src/store/objects/fences.ts";
import type { Fence } from "../../../src/store/format/fence-object.ts";
import { type BlobType, blobTypes, PackTableWriter } from "../../../src/store/format/pack-table.ts";
import { decideFates, type PruneFacts, type StandingPack } from "../../../src/store/prune/prune-plan.ts";

const now = 10_000;
const graceMs = 1_000;
const { data, list, piece, root } = blobTypes;

test("what nothing needs goes, and what is needed stays where it is", () => {
  const site = packs({ a: [[data, 1, 50]], b: [[data, 2, 50]] });
  expect(fates(site, { needed: [1] })).toMatchObject({ trash: ["b"], repack: [], keep: ["a"], leave: [] });
});

test("a pack that no index names goes as well", () => {
  const site = packs({ a: [[data, 1, 50]] });
  const stray = { hex: hexOf("z"), size: 7, modifiedAt: 0 };
  expect(fates({ ...site, packs: [...site.packs, stray] }, { needed: [1] })).toMatchObject({
    trash: ["z"],
    keep: ["a"],
  });
});

test.each<[string, Partial<StandingPack>, readonly string[], string]>([
  ["younger than the grace", { modifiedAt: now - graceMs + 1 }, [], "leave"],
  ["exactly as old as the grace", { modifiedAt: now - graceMs }, [], "trash"],
  ["of a store that tells no times", { modifiedAt: undefined }, [], "trash"],
  ["young, and condemned before", { modifiedAt: now }, ["a"], "trash"],
])("a pack that nothing needs and that is %s: %3$s", (_, change, condemned, fate) => {
  const site = packs({ a: [[data, 1, 50]] });
  const found = fates({ ...site, packs: [{ ...site.packs[0]!, ...change }] }, { condemned });
  expect(found).toMatchObject({ leave: [], trash: [], repack: [], keep: [], [fate]: ["a"] });
});

test("a young pack that is needed is kept like any other", () => {
  const site = packs({ a: [[data, 1, 50]] });
  const young = site.packs.map((it) => ({ ...it, modifiedAt: now }));
  expect(fates({ ...site, packs: young }, { needed: [1] })).toMatchObject({ keep: ["a"], leave: [] });
});

test("of a condemned pack what is needed is stored anew, and only that", () => {
  const site = packs({
    a: [
      [data, 1, 20],
      [data, 2, 30],
      [data, 3, 50],
    ],
    b: [[data, 4, 100]],
  });
  const found = fates(site, { needed: [1, 3, 4], condemned: ["a"], maxUnusedPerMille: 1000 });
  expect(found).toMatchObject({ repack: ["a"], trash: ["a"], keep: ["b"], rescue: [1, 3] });
});

test("what is needed and lies in no pack that stands is stored anew", () => {
  const site = packs({ a: [[data, 1, 20]], b: [[data, 2, 20]] });
  const found = fates({ ...site, packs: site.packs.slice(1) }, { needed: [1, 2] });
  expect(found).toMatchObject({ keep: ["b"], trash: [], rescue: [1] });
});

test.each<[string, readonly Blob[], readonly number[], string]>([
  [
    "a list that nothing needs",
    [
      [data, 1, 50],
      [list, 2, 50],
    ],
    [1],
    "repack",
  ],
  [
    "a piece that nothing needs",
    [
      [data, 1, 50],
      [piece, 2, 50],
    ],
    [1],
    "repack",
  ],
  [
    "a list that is needed",
    [
      [data, 1, 50],
      [list, 2, 50],
    ],
    [1, 2],
    "keep",
  ],
  [
    "a piece that is needed",
    [
      [data, 1, 50],
      [piece, 2, 50],
    ],
    [1, 2],
    "keep",
  ],
  [
    "a root that nothing needs",
    [
      [data, 1, 50],
      [root, 2, 50],
    ],
    [1],
    "keep",
  ],
  [
    "one needed list and one that is not",
    [
      [list, 1, 50],
      [list, 2, 50],
    ],
    [1],
    "repack",
  ],
])("a pack with %s: %3$s, however much may be unused", (_, blobs, needed, fate) => {
  const found = fates(packs({ a: blobs }), { needed, maxUnusedPerMille: 1000 });
  expect(found).toMatchObject({ repack: [], keep: [], [fate]: ["a"] });
});

test.each<[number, readonly string[], number]>([
  [1000, [], 600],
  [300, [], 600],
  [299, ["a"], 100],
  [67, ["a"], 100],
  [66, ["a", "b"], 0],
  [0, ["a", "b"], 0],
])("when %i of a thousand bytes may be unused, %j are made anew, the worst first", (most, repack, unused) => {
  const half: readonly Blob[] = [
    [data, 1, 50],
    [data, 2, 50],
  ];
  const most90: readonly Blob[] = [
    [data, 3, 90],
    [data, 4, 10],
  ];
  const site = packs({ b: most90, a: half }, 1000);
  const found = fates(site, { needed: [1, 3], maxUnusedPerMille: most });
  expect(found).toMatchObject({ repack, trash: repack, unusedBytes: unused });
});

test("a pack whose blobs are empty wastes nothing", () => {
  const found = fates(packs({ a: [[data, 1, 0]] }), { needed: [1], maxUnusedPerMille: 0 });
  expect(found).toMatchObject({ keep: ["a"], unusedBytes: 0 });
});

test.each<[string, Partial<PruneFacts>, "remove" | "wait"]>([
  ["before its grace is over", { now: 5_999 }, "wait"],
  ["when its grace is over", { now: 6_000 }, "remove"],
  ["while anybody restores", { now: 6_000, isLeased: true }, "wait"],
  ["when no fence tells its time", { now: 6_000, fences: fencesOf([]) }, "wait"],
  [
    "when only an older fence can be read",
    { now: 6_000, fences: fencesOf([], { number: 2, at: 0 }) },
    "wait",
  ],
])("what lies in the trash %s: %2$s", (_, change, fate) => {
  const trashed = { name: "trash/x", size: 5, fence: 3, pack: hexOf("t") };
  const facts = {
    ...factsOf(packs({}), {}),
    trash: [trashed],
    fences: fencesOf([], { number: 3, at: 5_000 }),
  };
  expect(decideFates({ ...facts, ...change })).toMatchObject({ remove: [], wait: [], [fate]: [trashed] });
});

type Blob = readonly [type: BlobType, id: number, length: number];

interface Site {
  readonly chunks: ChunkIndex;
  readonly packs: readonly StandingPack[];
}

interface Case {
  readonly needed?: readonly number[];
  readonly condemned?: readonly string[];
  readonly maxUnusedPerMille?: number;
}

/** Packs by name, old, with what their tables name. */
function packs(contents: Readonly<Record<string, readonly Blob[]>>, size = 100): Site {
  const chunks = new ChunkIndex();
  for (const [name, blobs] of Object.entries(contents)) {
    const table = new PackTableWriter();
    const plainBytes = blobs.reduce((sum, [, , length]) => sum + length, 0);
    const rows = blobs.map(([type, id, length]) => ({ type, id: idOf(id), length, fileBytes: 0 }));
    table.group({ compressed: false, sealedBytes: plainBytes + 16, plainBytes }, rows);
    const digest = Buffer.from(hexOf(name), "hex");
    chunks.addPack({ digest, salt: idOf(0), packBytes: size, table: table.take() });
  }
  return {
    chunks,
    packs: Object.keys(contents).map((name) => ({ hex: hexOf(name), size, modifiedAt: 0 })),
  };
}

function factsOf({ chunks, packs: standing }: Site, it: Case): PruneFacts {
  const needed = new Set((it.needed ?? []).map((id) => toHex(idOf(id))));
  return {
    chunks,
    packs: standing,
    fences: fencesOf((it.condemned ?? []).map(hexOf)),
    isNeeded: (entry) => needed.has(toHex(chunks.idOf(entry))),
    trash: [],
    isLeased: false,
    now,
    graceMs,
    maxUnusedPerMille: it.maxUnusedPerMille ?? 100,
  };
}

/** Fates with packs by their names, and what is rescued by its id. */
function fates(site: Site, it: Case) {
  const { trash, repack, keep, leave, unusedBytes, rescue } = decideFates(factsOf(site, it));
  const namesOf = (all: readonly StandingPack[]) =>
    all.map(({ hex }) => Buffer.from(hex.slice(0, 2), "hex").toString());
  return {
    trash: namesOf(trash),
    repack: namesOf(repack),
    keep: namesOf(keep),
    leave: namesOf(leave),
    unusedBytes,
    rescue: rescue.map((entry) => site.chunks.idOf(entry)[0]),
  };
}

function fencesOf(condemned: readonly string[], ...readable: readonly Partial<Fence>[]): Fences {
  const blank = { number: 1, at: 0, honoured: [], trashed: [], index: [], replaced: [] };
  const all = readable.map((it) => ({ ...blank, ...it }));
  return {
    epoch: all.length,
    condemned: new Set(condemned),
    doubted: new Set(),
    readable: all,
    newest: all.at(-1),
  };
}

function hexOf(name: string): string {
  return name.charCodeAt(0).toString(16).repeat(32);
}

function idOf(digit: number): Uint8Array {
  return new Uint8Array(32).fill(digit);
}
