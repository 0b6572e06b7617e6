import { expect, test } from "vitest";
import { everRuns, parseCron } from "../../../src/core/base/cron.ts";

test.each([
  ["30 1 * * *", true],
  ["0 0 29 2 *", true],
  ["0 0 30 2 *", false],
  ["0 0 31 4,6,9,11 *", false],
  ["0 0 31 4,6,9,11 1", true], // Day of month and day of week are joined by *or*: its Mondays run.
])("whether `%s` ever runs: %s", (text, runs) => {
  expect(everRuns(parseCron(text))).toBe(runs);
});

test.each(["1 * * *", "0 1 * * * *", "60 1 * * *", "H 1 * * *", "x"])("`%s` is no cron expression", (text) => {
  expect(() => parseCron(text)).toThrow();
});
