import { describe, expect, test } from "vitest";
import { day, minute } from "../../../src/core/base/instant.ts";
import type { Proof } from "../../../src/core/model/repository/snapshot.ts";
import { isConfirmed } from "../../../src/store/objects/confirmation.ts";
import { type Fences, isTrusted, publishedAt } from "../../../src/store/objects/fences.ts";
import type { Fence } from "../../../src/store/format/fence-object.ts";
import type { Manifest } from "../../../src/store/format/manifest.ts";
import { requireClock } from "../../../src/store/prune/prune-clock.ts";
import { ClockDoubted } from "../../../src/store/objects/repository-errors.ts";

const read: Proof = { level: "read", result: "passed", at: 1, note: "" };

describe("under three fences, of which the newest honours s1", () => {
  const newest = fence(3, { honoured: ["s1"] });
  const fences = fencesOf(fence(2, { honoured: ["s2"] }), newest);

  test.each<
    [string, boolean, { readonly id?: string; readonly epoch?: number; readonly proofs?: readonly Proof[] }]
  >([
    ["honoured by the newest", true, { id: "s1" }],
    ["honoured by an older one only", false, { id: "s2" }],
    ["written under the newest", true, { epoch: 3 }],
    ["written under the one before", false, { epoch: 2 }],
    ["looked at under the newest", true, { proofs: [read, { ...read, fence: 3 }] }],
    ["looked at under the one before", false, { proofs: [{ ...read, fence: 2 }] }],
    ["looked at in part", false, { proofs: [read] }],
    ["found lacking under the newest", false, { proofs: [{ ...read, result: "failed", fence: 3 }] }],
  ])("a snapshot that was %s: confirmed is %s", (_, wanted, change) => {
    expect(isConfirmed(fences, { id: "s9", epoch: 0, proofs: [], ...change })).toBe(wanted);
    if (change.id)
      expect(isConfirmed({ ...fences, newest: undefined }, { epoch: 0, proofs: [], id: change.id })).toBe(
        false,
      );
  });
});

test("before the first fence every snapshot is confirmed", () => {
  expect(isConfirmed(fencesOf(), { id: "s1", epoch: 0, proofs: [] })).toBe(true);
});

describe("an index file", () => {
  const drawn = "0f".repeat(16);
  const fences = fencesOf(fence(1, { index: ["index/old"] }), fence(3, { index: ["index/vouched"] }));

  test.each([
    ["that the newest fence vouches for", "index/vouched", true],
    ["that an older fence vouched for", "index/old", false],
    ["of a writer under the newest fence", `index/00000003-${drawn}`, true],
    ["of a writer under a later one", `index/00000004-${drawn}`, true],
    ["of a writer under an older one", `index/00000002-${drawn}`, false],
  ])("%s: to be built on is %3$s", (_, name, wanted) => {
    expect(isTrusted(fences, name)).toBe(wanted);
  });

  test("of any kind is built on before the first fence", () => {
    expect(isTrusted(fencesOf(), "index/old")).toBe(true);
  });
});

test("a fence that can't be read was published no later than the next one that can", () => {
  const fences = fencesOf(fence(1, { at: 10 }), fence(3, { at: 30 }));
  expect([1, 2, 3, 4].map((number) => publishedAt(fences, number))).toEqual([10, 30, 30, undefined]);
});

describe("a clock", () => {
  const known = 1000 * day;
  const snapshots = [known - day, known].map((finishedAt) => ({ snapshot: { finishedAt } }) as Manifest);

  test.each([
    ["five minutes behind", known - 5 * minute, true],
    ["more than five minutes behind", known - 5 * minute - 1, false],
    ["400 days ahead", known + 400 * day, true],
    ["more than 400 days ahead", known + 400 * day + 1, false],
  ])("%s what the repository knows: believed is %3$s", (_, now, believed) => {
    for (const [fences, manifests] of [
      [fencesOf(), snapshots],
      [fencesOf(fence(1, { at: known }), fence(2, { at: known - day })), []],
      [fencesOf(fence(1, { at: known })), snapshots.slice(0, 1)],
    ] as const) {
      const look = () => requireClock(now, fences, manifests);
      if (believed) expect(look).not.toThrow();
      else expect(look).toThrow(new ClockDoubted(now, known));
    }
  });

  test("is believed where nothing is known", () => {
    expect(() => requireClock(0, fencesOf(), [])).not.toThrow();
  });
});

function fence(number: number, change: Partial<Fence>): Fence {
  return { number, at: 0, honoured: [], trashed: [], index: [], replaced: [], ...change };
}

function fencesOf(...readable: readonly Fence[]): Fences {
  return {
    epoch: readable.at(-1)?.number ?? 0,
    condemned: new Set(),
    doubted: new Set(),
    readable,
    newest: readable.at(-1),
  };
}
