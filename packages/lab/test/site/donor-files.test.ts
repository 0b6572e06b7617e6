import { expect, test } from "vitest";
import { chanceFrom } from "../../src/seeded-chance.ts";
import { findDonors } from "../../src/site/donor-files.ts";

test("files are taken from what is installed beside the program, no library giving too many", () => {
  const donors = findDonors({ count: 240, bytesMax: 10_000_000 }, chanceFrom("donors"));
  expect(donors).toHaveLength(240);
  const groups = Map.groupBy(donors, (donor) => donor.group);
  expect(Math.max(...[...groups.values()].map((it) => it.length))).toBeLessThanOrEqual(10);
  expect(donors.every((donor) => donor.path.startsWith(`${donor.group}/`) && donor.read().length >= 0)).toBe(
    true,
  );
});

test("what is missing is made up, and the same seed makes up the same", () => {
  const invent = (seed: string): readonly string[] =>
    findDonors({ count: 60, bytesMax: 0 }, chanceFrom(seed)).map((donor) => donor.read().toString());
  const files = invent("one");
  expect(new Set(files).size).toBe(60);
  const donors = findDonors({ count: 60, bytesMax: 0 }, chanceFrom("one"));
  expect(new Set(donors.map((donor) => donor.group)).size).toBe(5);
  expect(invent("one")).toEqual(files);
  expect(invent("two")).not.toEqual(files);
});
