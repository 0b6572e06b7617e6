import { expect, test } from "vitest";
import { flagCell, numberCell, textCell, utcCell } from "../../../../src/drivers/access/sql/sql-row.ts";
import type { SqlValue } from "../../../../src/drivers/access/sql/sql-runner.ts";

const at = Date.UTC(2026, 10, 22, 12, 0, 5, 120);

test.each<[SqlValue, string | undefined]>([
  ["", ""],
  ["CM_PS1", "CM_PS1"],
  [5, "5"],
  [false, "false"],
  [new Uint8Array([1, 254]), "01fe"],
  [new Date(at), "2026-11-22T12:00:05.120Z"],
  [null, undefined],
])("%j is the text %j", (cell, text) => {
  expect(textCell({ cell }, "cell")).toBe(text);
});

test.each<[SqlValue, number | undefined, boolean | undefined]>([
  [5, 5, true],
  [0, 0, false],
  ["0", 0, false],
  ["1", 1, true],
  [" 8388608 ", 8_388_608, true],
  ["12.5", 12.5, true],
  [true, 1, true],
  [false, 0, false],
  ["true", 1, true],
  ["false", 0, false],
  ["", undefined, undefined],
  ["  ", undefined, undefined],
  ["many", undefined, undefined],
  [null, undefined, undefined],
])("%j is the number %j, and as a bit %j", (cell, number, flag) => {
  expect([numberCell({ cell }, "cell"), flagCell({ cell }, "cell")]).toEqual([number, flag]);
});

test.each<[SqlValue, number | undefined]>([
  [new Date(at), at],
  ["2026-11-22 12:00:05.120", at],
  ["2026-11-22T12:00:05.1201234", at],
  ["2026-11-22 12:00:05.12", at],
  ["2026-11-22 12:00:05", at - 120],
  ["2026-11-22 12:00", undefined],
  ["2026-11-2212:00:05", undefined],
  ["12026-11-22 12:00:05", undefined],
  ["2026-13-22 12:00:05", undefined],
  [null, undefined],
])("%j is an instant of UTC, or none", (cell, instant) => {
  expect(utcCell({ cell }, "cell")).toBe(instant);
});

test("a column that is not there, and no row at all, tell nothing", () => {
  for (const row of [{ other: 1 }, undefined])
    expect([textCell, numberCell, flagCell, utcCell].map((read) => read(row, "cell"))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
});
