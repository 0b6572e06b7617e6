import { expect, test } from "vitest";
import { hour, second } from "../../../src/core/base/instant.ts";
import type { Outcome } from "../../../src/core/model/outcome.ts";
import type { CaptureAction } from "../../../src/core/model/plan.ts";
import type { RunEvent } from "../../../src/core/model/run-event.ts";
import type { ActionStep } from "../../../src/core/model/stage.ts";
import { liveTree } from "../../../src/cli/screen/live-tree.ts";
import { plainLines } from "../../../src/cli/screen/plain-lines.ts";
import { noon } from "../../support/build-site.ts";

const action: CaptureAction = {
  do: "capture",
  source: "files",
  kind: "folder",
  mode: "full",
  point: noon,
  because: { why: "asked", note: "by hand" },
  restsOn: [],
};
const step: ActionStep = { is: "action", site: "PS1", index: 0, action };
const other: ActionStep = { ...step, index: 1, action: { ...action, source: "scripts" } };
const began = { what: "step-began", at: noon, step } as const;
const outcome: Outcome = {
  site: "PS1",
  action: 0,
  title: "capture PS1/files",
  result: "done",
  startedAt: noon,
  finishedAt: noon + 2 * second,
  files: 3,
  bytes: 2048,
  addedBytes: 1024,
};

test("as lines a run is what became of each step, and its progress now and then", () => {
  expect(
    lines(
      { what: "run-began", at: noon, sites: [] },
      began,
      progress(1 * second, 1024 * 1024),
      progress(9.9 * second, 9 * 1024 * 1024),
      progress(10 * second, 10 * 1024 * 1024),
      progress(12 * second, 12 * 1024 * 1024),
      { what: "step-noted", at: noon + 13 * second, step, text: "It is open. Trying again in 2 s." },
      { what: "step-ended", at: noon + hour, step, outcome },
    ),
  ).toEqual([
    "  capture PS1/files: 10 MiB · 1.0 MiB/s · a.txt",
    "  capture PS1/files: It is open. Trying again in 2 s.",
    "✓ capture PS1/files  3 files, 2.0 KiB, 1.0 KiB new, 2s",
  ]);
});

test("the progress of each step has its own time", () => {
  const late = { ...began, step: other, at: noon + 9 * second };
  expect(
    lines(began, late, { ...progress(12 * second, 1024), step: other }, progress(12 * second, 1024)),
  ).toHaveLength(1);
});

test("a step that failed is a line with its cure", () => {
  const problem = {
    code: "file-missing",
    severity: "error",
    message: "D:\\files is not there.",
    where: "PS1/files",
    hint: "Share it again.",
  } as const;
  const failed: Outcome = { ...outcome, result: "failed", problem };
  expect(lines(began, { what: "step-ended", at: noon, step, outcome: failed }).slice(1)).toEqual([
    "    D:\\files is not there.",
    "    → Share it again.",
  ]);
});

test("a tree ends with the run, also where a step was never told to have ended", async () => {
  const tree = liveTree();
  const stage = { name: "captures", lanesAtOnce: 2, lanes: [[step], [other]] } as const;
  tree.listener({ what: "run-began", at: noon, sites: [{ site: "PS1", stages: [stage] }] });
  tree.listener(began);
  tree.listener({ what: "step-ended", at: noon, step, outcome });
  await expect(tree.close()).resolves.toBeUndefined();
});

test("a tree that a run never came to ends at once, and what it does not know is no matter", async () => {
  const tree = liveTree();
  tree.listener(progress(second, 1));
  tree.listener({ what: "step-ended", at: noon, step, outcome });
  await expect(tree.close()).resolves.toBeUndefined();
});

function progress(afterMs: number, doneBytes: number): Extract<RunEvent, { what: "step-progressed" }> {
  return { what: "step-progressed", at: noon + afterMs, step, progress: { text: "a.txt", doneBytes } };
}

function lines(...events: readonly RunEvent[]): readonly string[] {
  const shown: string[] = [];
  const paint = (_: string, text: string) => text;
  const screen = { tell: (line: string) => void shown.push(line), paint };
  const listener = plainLines(screen as unknown as Parameters<typeof plainLines>[0]);
  for (const event of events) listener(event);
  return shown;
}
