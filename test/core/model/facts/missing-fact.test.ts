import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readMissing } from "../../../../src/core/model/facts/missing-fact.ts";
import { decodeManifest } from "../../../../src/store/format/manifest.ts";

const ben = "admin07.lab/ben/AppData/Local/Microsoft/UpdatesPublisher/Scupdb.sdf";

test("what was written as the line of its subject is read as it stands", () => {
  expect(readMissing({ missing: [`file:${ben}`] })).toEqual({ is: "known", value: [`file:${ben}`] });
});

test("where nothing is said to be missing, nothing is", () => {
  for (const facts of [{}, { missing: [] }]) expect(readMissing(facts)).toEqual({ is: "absent" });
});

test.each([5, "SUSDB", [5], ["file:a", 5], { file: "a" }, null])(
  "what is not understood is not nothing: %j",
  (missing) => {
    expect(readMissing({ missing })).toMatchObject({ is: "unknown", why: { code: "fact-not-understood" } });
  },
);

describe("a sentence of the first manifests", () => {
  test("as they were recorded, names what it was about", () => {
    const text = readFileSync("test/support/recorded/partly-captured.manifest.json");
    const { facts } = decodeManifest(text).snapshot;
    expect(readMissing(facts)).toEqual({
      is: "known",
      value: [
        "file:away.lab|C:\\Users",
        "file:admin07.lab/ben/AppData/Local/Microsoft/System Center Updates Publisher 2011/5.00.1727.0000/Scupdb.sdf",
      ],
    });
  });

  test.each([
    [`The Updates Publisher database is held open by another program: ${ben}`, `file:${ben}`],
    [`The Updates Publisher database may not be read: ${ben}`, `file:${ben}`],
    [`The Updates Publisher database can't be read: ${ben} (EIO)`, `file:${ben}`],
    ["The Updates Publisher database is not there: a/b (old)", "file:a/b (old)"],
    [
      "A profile may not be read: admin07/anna/AppData/Local/Microsoft",
      "file:admin07/anna/AppData/Local/Microsoft",
    ],
    [
      "An entry may not be read: admin07/ben/Microsoft: UpdatesPublisher",
      "file:admin07/ben/Microsoft/UpdatesPublisher",
    ],
    ["The folder with the profiles of this machine may not be read: C:\\Users", "file:C:\\Users"],
    ["The folder with the profiles of admin07 can't be reached: D:\\Users", "file:admin07|D:\\Users"],
    [
      "The folder with the profiles of ad is not there can't be read: D:\\Users (EIO)",
      "file:ad is not there|D:\\Users",
    ],
  ])("%s", (sentence, line) => {
    expect(readMissing({ missing: [sentence] })).toEqual({ is: "known", value: [line] });
  });

  test("that nobody wrote then is missing still, and the name of nothing", () => {
    expect(readMissing({ missing: ["SUSDB"] })).toEqual({ is: "known", value: ["SUSDB"] });
  });
});
