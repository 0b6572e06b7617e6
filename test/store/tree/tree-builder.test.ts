import { expect, test } from "vitest";
import { memoryBackend } from "../../../src/store/backends/memory.ts";
import type { SegmentRow } from "../../../src/store/format/tree-root.ts";
import type { StoredEntry } from "../../../src/store/format/tree-segment.ts";
import { TreeBuilder } from "../../../src/store/tree/tree-builder.ts";
import { SeededRandom } from "../../support/seeded-random.ts";
import { capture, newRepository } from "../../support/test-repository.ts";

test("a tree that takes over what the tree before has is the same as one made from nothing", () => {
  const random = new SeededRandom(5);
  let [before, rows] = [entriesOf(14_000, random), [] as readonly SegmentRow[]];
  rows = build(before).map(({ row }) => row);
  expect(rows.length).toBeGreaterThan(6);
  for (let round = 0; round < 60; round++) {
    const after = edited(before, random, round);
    const made = build(after, originsOf(before, after), rows);
    expect(made.map(({ row }) => row)).toEqual(build(after).map(({ row }) => row));
    // Few edits leave most of it as it was, and that is not made again.
    if (round % 3 === 0) expect(made.filter(({ bytes }) => bytes).length).toBeLessThan(rows.length);
    [before, rows] = [after, made.map(({ row }) => row)];
  }
});

test("of an unchanged tree nothing is made again", () => {
  const entries = entriesOf(3_000, new SeededRandom(6));
  const rows = build(entries).map(({ row }) => row);
  const again = build(entries, originsOf(entries, entries), rows);
  expect(again.map(({ row, bytes }) => [row, bytes])).toEqual(rows.map((row) => [row, undefined]));
});

test("a read-back finds a pack that is gone from under what the tree before has too", async () => {
  const backend = memoryBackend();
  const repository = await newRepository(backend);
  const offers = [
    { type: "file", path: "a", modifiedAt: 1, size: 3, locator: { bytes: Buffer.from("abc") } },
  ] as const;
  const [first, second] = ["1", "2"].map((digit) => digit.repeat(25)) as [string, string];
  const { packs } = await capture(repository, first, offers);
  const { packs: none } = await capture(repository, second, offers, { previous: first });
  const { signal } = new AbortController();
  const readBack = () => repository.verify(second, { perMille: 1000, packs: none, signal });
  expect([none.size, (await readBack()).result]).toEqual([0, "passed"]);
  expect(packs.size).toBeGreaterThan(1);
  for (const pack of packs) {
    const bytes = await backend.get(pack);
    await backend.remove(pack);
    expect((await readBack()).result).toBe("failed");
    await backend.put(pack, bytes);
  }
});

function entriesOf(count: number, random: SeededRandom): StoredEntry[] {
  return Array.from({ length: count }, (_, at) => entryOf(`f${String(at).padStart(5, "0")}`, random));
}

function entryOf(path: string, random: SeededRandom): StoredEntry {
  return {
    path,
    modifiedAt: random.below(1e9),
    attributes: undefined,
    file: { size: 1, sha256: random.bytes(32) },
  };
}

/** Some entries changed, gone and new; in some rounds at the very end, where a tree has no cut of its own. */
function edited(before: readonly StoredEntry[], random: SeededRandom, round: number): StoredEntry[] {
  const after = [...before];
  for (let edit = round % 3; edit >= 0; edit--) {
    const at = round % 4 === 0 ? after.length - 1 : random.below(after.length);
    const kind = random.below(3);
    if (kind === 0) after.splice(at, 1);
    else if (kind === 1) after[at] = { ...after[at]!, modifiedAt: random.below(1e9) };
    else after.splice(at + 1, 0, entryOf(`${after[at]!.path}${round}${edit}`, random));
  }
  return after.toSorted((left, right) => (left.path < right.path ? -1 : 1));
}

function originsOf(before: readonly StoredEntry[], after: readonly StoredEntry[]): (number | undefined)[] {
  const numbers = new Map(before.map((entry, at) => [entry, at]));
  return after.map((entry) => numbers.get(entry));
}

function build(
  entries: readonly StoredEntry[],
  origins: (number | undefined)[] = [],
  rows: readonly SegmentRow[] = [],
) {
  const tree = new TreeBuilder();
  for (const [at, entry] of entries.entries()) tree.add(entry, origins[at]);
  return [...tree.segments(tree.order(), rows)];
}
