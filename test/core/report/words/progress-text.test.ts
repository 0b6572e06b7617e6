import { expect, test } from "vitest";
import { makeProgressText } from "../../../../src/core/report/words/progress-text.ts";

const MiB = 1024 * 1024;
const progress = makeProgressText(1_000);

test.each([
  [{ text: "reading" }, 5_000, "reading"],
  [{ text: "a.msi", doneBytes: 10 * MiB }, 1_500, "10 MiB · a.msi"],
  [{ text: "a.msi", doneBytes: 10 * MiB }, 3_000, "10 MiB · 5.0 MiB/s · a.msi"],
  [
    { text: "40 %", doneBytes: 10 * MiB, totalBytes: 60 * MiB },
    3_000,
    "10 MiB of 60 MiB · 5.0 MiB/s · 10s left · 40 %",
  ],
])("%j at %j ms reads %j", (facts, now, text) => {
  expect(progress(facts, now)).toBe(text);
});
