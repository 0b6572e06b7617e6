import { expect, test } from "vitest";
import type { JsonObject } from "../../../src/core/base/json.ts";
import type { Snapshot } from "../../../src/core/model/repository/snapshot.ts";
import { logGapProblem, movedBaseProblem } from "../../../src/drivers/parts/backup-chain.ts";

const ours = "6F9619FF-8B86-D011-B42D-00C04FC964FF";
const theirs = "11111111-8B86-D011-B42D-00C04FC964FF";

test("a differential fits when every data file names our full as its base", () => {
  expect(movedBaseProblem(full({ setGuid: `{${ours.toLowerCase()}}` }), [ours], "x")).toBeUndefined();
});

test.each([
  ["another full was taken", full({ setGuid: ours }), [theirs], "another full backup was taken since ours"],
  ["files have different bases", full({ setGuid: ours }), [ours, theirs], "another full backup was taken"],
  ["the database was never backed up", full({ setGuid: ours }), [], "no full backup that counts"],
  ["we have no full", undefined, [ours], "no full backup of ours"],
])("a differential does not fit when %s", (_title, base, bases, words) => {
  expect(movedBaseProblem(base, bases, "x")).toMatchObject({
    code: "differential-base-moved",
    severity: "risk",
  });
  expect(movedBaseProblem(base, bases, "x")!.message).toContain(words);
});

test("a log follows when it begins where its predecessor ends, or before", () => {
  const base = full({ lastLsn: "52000000018600001" });
  expect(logGapProblem(base, "52000000018600001", "x")).toBeUndefined();
  expect(logGapProblem(base, "9000000018600001", "x")).toBeUndefined();
});

test("a log that begins later leaves a gap, also beyond the digits that a double holds", () => {
  const base = full({ lastLsn: "52000000018600001" });
  expect(logGapProblem(base, "52000000018600002", "x")).toMatchObject({ code: "log-chain-broken" });
});

function full(facts: JsonObject): Snapshot {
  return { mode: "full", facts } as unknown as Snapshot;
}
