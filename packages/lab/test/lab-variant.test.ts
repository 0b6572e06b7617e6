import { expect, test } from "vitest";
import { LabError } from "../src/lab-error.ts";
import { parseVariant, usualVariant, variantOf, variantValues } from "../src/lab-variant.ts";

test("shapes are read as somebody writes them", () => {
  expect(parseVariant("siteStatusColumn=Status, sqlServer=2017")).toEqual({
    siteStatusColumn: "Status",
    sqlServer: "2017",
  });
});

test.each(["sqlServer=2019", "sqlServer", "server=2022", "toString=xml", "sqlServer=2022,", ""])(
  "the shapes '%s' are refused, with those that there are",
  (text) => {
    expect(() => parseVariant(text)).toThrow(LabError);
    expect(() => parseVariant(text)).toThrow(
      "siteStatusColumn=SiteStatus|Status, taskTimes=integer|datetime",
    );
  },
);

test("the first shape of each is the usual one", () => {
  expect(usualVariant).toEqual({
    siteStatusColumn: "SiteStatus",
    taskTimes: "integer",
    taskDocument: "xml",
    certificates: "shown",
    sqlServer: "2022",
    windowsLanguage: "english",
    taskPlaces: "two",
    taskLog: "whole",
    taskFailure: "5060",
    reportServer: "SSRS",
  });
});

test("equal seeds give equal shapes, and seeds reach every shape", () => {
  expect(variantOf("7")).toEqual(variantOf("7"));
  const reached = Array.from({ length: 40 }, (_, seed) => variantOf(String(seed)));
  for (const name of Object.keys(variantValues) as (keyof typeof variantValues)[])
    expect(new Set(reached.map((it) => it[name]))).toEqual(new Set(variantValues[name]));
});
