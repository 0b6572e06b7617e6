import { expect, test } from "vitest";
import { day } from "../../../../src/core/base/instant.ts";
import type { CaptureReason } from "../../../../src/core/model/plan.ts";
import type { KeepReason } from "../../../../src/core/model/retention-verdict.ts";
import { captureWords, keepWords } from "../../../../src/core/report/words/reason-words.ts";
import { noon } from "../../../support/build-site.ts";

test.each<[CaptureReason, string]>([
  [{ why: "never-captured" }, "Never captured:"],
  [{ why: "due", due: noon, lastAsOf: 0 }, "Due since 2026-11-22 12:00Z:"],
  [{ why: "incomplete-point", due: noon }, "The recovery point of 2026-11-22 12:00Z has no usable copy yet:"],
  [{ why: "proof-failed", snapshot: "x" }, "The newest copy was read back and is damaged:"],
  [
    { why: "partly-captured", snapshot: "x" },
    "The newest copy lacks what could not be read then, and can be now:",
  ],
  [{ why: "asked", note: "before an upgrade" }, "Asked for (before an upgrade):"],
])("%j is told in words", (because, words) => {
  expect(captureWords(because)).toBe(words);
});

test.each<[KeepReason, string]>([
  [
    { why: "rule", rule: "weekly", period: "2026-W47", nth: 2, of: 8, oldest: false },
    "weekly 2026-W47 (2 of 8)",
  ],
  [{ why: "rule", rule: "last", period: "", nth: 1, of: 3, oldest: false }, "last 1 of 3"],
  [
    { why: "rule", rule: "monthly", period: "2026-01", nth: 3, of: 12, oldest: true },
    "monthly 12: oldest point, the rule has room",
  ],
  [{ why: "within", spanMs: 6 * day }, "within 6d of the newest"],
  [{ why: "brake", perMille: 125 }, "brake: at most 12.5% of the points go within 24h"],
  [{ why: "chain" }, "a kept differential or log is laid on it"],
])("%j is told in words", (reason, words) => {
  expect(keepWords(reason)).toBe(words);
});
