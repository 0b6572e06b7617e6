import { expect, test } from "vitest";
import { makeSnapshotId } from "../../../src/core/base/snapshot-id.ts";

const noise = new Uint8Array(10).fill(0xa5);

test("snapshot ids sort as their instants do, also across digit borders", () => {
  const instants = [0, 31, 32, 1023, 1024, 1_790_000_000_000, 1_790_000_000_001, 2 ** 44];
  const ids = instants.map((instant) => makeSnapshotId(instant, noise));
  expect([...ids].sort()).toEqual(ids);
});

test("an id is 25 letters and digits", () => {
  expect(makeSnapshotId(Date.UTC(2026, 10, 22), noise)).toMatch(/^[a-z2-7]{25}$/);
});
