import { expect, test } from "vitest";
import { exactLsn, lsnCell, mayBeEqual } from "../../../../src/drivers/access/sql/lsn.ts";

const read = (lsn: unknown) => lsnCell({ lsn } as never, "lsn");

test.each([
  [0, 0n],
  [36_000_000_012, 36_000_000_012n],
  ["36000000012", 36_000_000_012n],
  // No double is that number, so nobody has rounded it.
  ["35000000101800001", 35_000_000_101_800_001n],
  [" 1234567890123456789012345 ", 1_234_567_890_123_456_789_012_345n],
])("%j has all its digits", (value, number) => {
  expect(read(value)).toEqual({ least: number, most: number });
});

test.each([
  ["a number of a driver", Number("35000000101800001")],
  ["its text, as a sqlcmd writes it that has rounded", String(Number("35000000101800001"))],
])("%s may be one that was rounded to it", (_, value) => {
  const lsn = read(value)!;
  expect(mayBeEqual(lsn, exactLsn("35000000101800001"))).toBe(true);
  expect(mayBeEqual(lsn, exactLsn("35000000101900001"))).toBe(false);
});

test.each([[null], [undefined], [""], ["NULL"], ["-1"], [-1], [1.5], [Number.NaN], ["1e17"]])(
  "%j is none",
  (value) => {
    expect(read(value)).toBeUndefined();
  },
);
