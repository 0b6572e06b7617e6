import { expect, test } from "vitest";
import { absent, known, match, unknown } from "../../../src/core/base/fact.ts";
import { recordedLook } from "../../../src/core/model/site-look.ts";
import { refused, sound } from "../lint/linted.ts";

test("a look is the same when it has been recorded", () => {
  const look = { ...sound, "broker-port": unknown(refused) };
  expect(recordedLook(JSON.parse(JSON.stringify(look)))).toEqual(look);
});

test("a look that a former version recorded holds no fact", () => {
  const former = {
    version: "5.00.9128.1000",
    server: { isClustered: false, collation: "SQL_Latin1_General_CP1_CI_AS" },
    database: { recoveryModel: "SIMPLE", files: ["E:\\CM.mdf"] },
    packageFolders: ["D:\\Sources"],
  };
  expect(recordedLook(former)).toEqual({});
});

test.each([
  ["no kind", { value: 1 }],
  ["a strange kind", { is: "perhaps" }],
  ["no value", { is: "known" }],
  ["no cause", { is: "unknown" }],
  ["half a cause", { is: "unknown", why: { code: "sql-failed", message: "No." } }],
  ["text", "known"],
])("what is recorded with %s is no fact, and takes no other with it", (_, damaged) => {
  expect(recordedLook({ damaged, whole: { is: "absent" } })).toEqual({ whole: absent });
});

test("nobody looked where nothing is recorded, and a damaged record tells nothing", () => {
  expect(recordedLook(undefined)).toBeUndefined();
  expect(recordedLook(5)).toEqual({});
});

test("a fact leads to one of three things", () => {
  const cases = { known: (it: number) => it, unknown: () => "unknown", absent: () => "absent" };
  expect([known(1), unknown(refused), absent].map((it) => match(it, cases))).toEqual([
    1,
    "unknown",
    "absent",
  ]);
});
