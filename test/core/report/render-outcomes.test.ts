import { expect, test } from "vitest";
import { minute } from "../../../src/core/base/instant.ts";
import type { Outcome } from "../../../src/core/model/outcome.ts";
import { countLine, outcomeLines } from "../../../src/core/report/render-outcomes.ts";
import { noon, problemOf } from "../../support/build-site.ts";

const done: Outcome = {
  site: "PS1",
  action: 0,
  title: "capture PS1/database",
  result: "done",
  startedAt: noon,
  finishedAt: noon + 3 * minute,
  files: 1,
  bytes: 5 * 1024 ** 3,
  addedBytes: 1024 ** 2,
};

test("a step that was done is one line with what it measured", () => {
  check([done], "✓ capture PS1/database  1 file, 5.0 GiB, 1.0 MiB new, 3m", "1 done.");
});

test("a failed step shows its problem and what to do", () => {
  const failed: Outcome = {
    site: "PS1",
    title: "capture PS1/library",
    result: "failed",
    startedAt: noon,
    finishedAt: noon,
    problem: problemOf("The share is gone."),
  };
  check(
    [failed],
    "✗ capture PS1/library: failed",
    "    The share is gone.",
    "    → Share it again.",
    "0 done, 1 failed.",
  );
});

test("remarks about single files stand below a capture that was made all the same", () => {
  const remark = { ...problemOf("It changed while it was read."), where: "PS1/files/logs/a.log" };
  check(
    [{ ...done, remarks: [remark] }],
    "✓ capture PS1/database  1 file, 5.0 GiB, 1.0 MiB new, 3m",
    "    PS1/files/logs/a.log It changed while it was read.",
    "    → Share it again.",
    "1 done.",
  );
});

test("every result is counted under its own word", () => {
  const results = ["done", "failed", "skipped", "held-back", "cancelled"] as const;
  const outcomes = results.map((result): Outcome => ({
    site: "PS1",
    title: "x",
    result,
    startedAt: 0,
    finishedAt: 0,
  }));
  check(
    outcomes,
    "✓ x",
    "✗ x: failed",
    "! x: skipped",
    "· x: held back",
    "· x: cancelled",
    "1 done, 1 failed, 1 skipped, 1 held back, 1 cancelled.",
  );
});

function check(outcomes: readonly Outcome[], ...lines: readonly string[]): void {
  expect([...outcomes.flatMap((it) => outcomeLines(it)), countLine(outcomes)]).toEqual(lines);
}
