import { mkdtempSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LabError } from "../src/lab-error.ts";
import { labClock, updateState, writeState } from "../src/lab-state.ts";
import { dayMs } from "../src/windows-formats.ts";

let lab: string;

beforeEach(() => {
  lab = mkdtempSync(join(tmpdir(), "sitekeep-clock-"));
  writeState(lab, { clockOffsetMs: dayMs, hostClockOffsetMs: {}, incidents: [], changes: 0 });
});
afterEach(() => rmSync(lab, { recursive: true, force: true }));

test("a clock that is held grows older with its lab", () => {
  const clock = labClock(lab);
  expect(daysAhead(clock)).toBe(1);
  updateState(lab, { clockOffsetMs: 7 * dayMs });
  // Within one tick of the file system's clock nobody could tell.
  utimesSync(join(lab, "state.json"), new Date(), new Date(Date.now() + 1000));
  expect(daysAhead(clock)).toBe(7);
});

test("a clock says so once its lab is gone", () => {
  const clock = labClock(lab);
  clock();
  rmSync(join(lab, "state.json"));
  expect(clock).toThrow(LabError);
});

function daysAhead(clock: () => number): number {
  return Math.round((clock() - Date.now()) / dayMs);
}
