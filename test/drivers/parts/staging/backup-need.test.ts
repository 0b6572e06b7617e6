import { describe, expect, test } from "vitest";
import { gibibyte, mebibyte } from "../../../../src/core/base/bytes.ts";
import type { BackupSize } from "../../../../src/drivers/access/sql/backup-size.ts";
import { type ExpectedBackup, floorOf, needOf } from "../../../../src/drivers/parts/staging/backup-need.ts";

const used = { data: 90 * gibibyte, log: 2 * gibibyte };
const plainFull: BackupSize = { type: "full", bytes: 80 * gibibyte, fileBytes: 80 * gibibyte };
const halvedFull: BackupSize = { type: "full", bytes: 80 * gibibyte, fileBytes: 40 * gibibyte };
const smallFull: BackupSize = { type: "full", bytes: 80 * gibibyte, fileBytes: 8 * gibibyte };
const differential: BackupSize = { type: "differential", bytes: 4 * gibibyte, fileBytes: 4 * gibibyte };
const log: BackupSize = { type: "log", bytes: gibibyte, fileBytes: gibibyte / 4 };

/** In GiB, without what the smallest backup has. */
function need(of: Omit<ExpectedBackup, "used">): number | undefined {
  const bytes = needOf({ used, ...of });
  return bytes === undefined ? undefined : Math.round(((bytes - 4 * mebibyte) / gibibyte) * 1_000) / 1_000;
}

describe("what a backup will take", () => {
  test.each<[string, Omit<ExpectedBackup, "used">, number | undefined]>([
    ["a full: its data, and the log of the time", { mode: "full", compression: false, last: [] }, 91.8],
    ["whatever a compressed one took", { mode: "full", compression: false, last: [smallFull] }, 91.8],
    ["a compressed full: a third at once", { mode: "full", compression: true, last: [] }, 30],
    ["one that halves its data", { mode: "full", compression: true, last: [halvedFull] }, 51.75],
    ["one that ends at less than it began", { mode: "full", compression: true, last: [smallFull] }, 30],
    ["one of which only plain ones are known", { mode: "full", compression: true, last: [plainFull] }, 30],
    ["a log: what of it is in use", { mode: "log", compression: false, last: [log] }, 2.04],
    ["a compressed log", { mode: "log", compression: true, last: [log] }, 0.575],
    ["a compressed log, the first", { mode: "log", compression: true, last: [] }, 2],
    [
      "a differential: more than the last",
      { mode: "differential", compression: false, last: [differential] },
      6,
    ],
    ["the first differential", { mode: "differential", compression: false, last: [plainFull] }, undefined],
    [
      "the first compressed one",
      { mode: "differential", compression: true, last: [differential] },
      undefined,
    ],
    [
      "a differential that would be larger than a full",
      {
        mode: "differential",
        compression: false,
        last: [{ ...differential, bytes: 90 * gibibyte, fileBytes: 90 * gibibyte }],
      },
      91.8,
    ],
  ])("%s", (_, of, gibibytes) => expect(need(of)).toBe(gibibytes));
});

test.each([
  [200, 4],
  [10_000, 10],
  [60, 1.2],
  [20, 1],
  [5, 0.5],
])("of a volume of %s GiB %s stay free", (total, floor) => {
  expect(floorOf({ totalBytes: total * gibibyte, freeBytes: 0 }) / gibibyte).toBeCloseTo(floor, 6);
});
