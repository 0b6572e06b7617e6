import { expect, test } from "vitest";
import { parseFailure } from "../../../src/core/simulate/parse-failure.ts";

const madrid = (text: string) => parseFailure(text, "Europe/Madrid");

test.each([
  [
    "database 2027-01-03..2027-01-05",
    { source: "database", from: "2027-01-02T23:00Z", until: "2027-01-05T23:00Z" },
  ],
  [
    "ps1/library 2027-02-01",
    { site: "PS1", source: "library", from: "2027-01-31T23:00Z", until: "2027-02-01T23:00Z" },
  ],
  [
    "all 2027-03-01T08:00Z..2027-03-01T20:00+01:00",
    { source: "*", from: "2027-03-01T08:00Z", until: "2027-03-01T19:00Z" },
  ],
  // The day of the change of clocks has 23 hours.
  ["database 2027-03-28", { source: "database", from: "2027-03-27T23:00Z", until: "2027-03-28T22:00Z" }],
])("%s is read", (text, { from, until, ...rest }) => {
  expect(madrid(text)).toEqual({ ...rest, from: Date.parse(from), until: Date.parse(until) });
});

test.each([
  "database",
  "database tomorrow",
  "database 2027-01-05..2027-01-03",
  "database 2027-02-30",
  "database 2027-01-03 .. 2027-01-05",
  "",
])("%j is refused", (text) => {
  expect(madrid(text)).toBeUndefined();
});
