import { describe, expect, test } from "vitest";
import { given } from "../../../../src/core/base/given.ts";
import type { JsonObject } from "../../../../src/core/base/json.ts";
import type { Snapshot } from "../../../../src/core/model/repository/snapshot.ts";
import type { BackupRecord } from "../../../../src/drivers/access/sql/backup-history.ts";
import { exactLsn, type Lsn, lsnCell } from "../../../../src/drivers/access/sql/lsn.ts";
import {
  logGapProblem,
  movedBaseProblem,
  otherCheckpointProblem,
} from "../../../../src/drivers/parts/backup/backup-chain.ts";
import { noon } from "../../../support/build-site.ts";

const ours = "6F9619FF-8B86-D011-B42D-00C04FC964FF";
const theirs = "11111111-8B86-D011-B42D-00C04FC964FF";

test("a differential fits when every data file names our full as its base", () => {
  expect(movedBaseProblem(full({ setGuid: `{${ours.toLowerCase()}}` }), [ours], "x")).toBeUndefined();
});

test.each([
  ["another full was taken", full({ setGuid: ours }), [theirs], "another full backup was taken since ours"],
  [
    "files have different bases",
    full({ setGuid: ours }),
    [ours, theirs],
    "another full backup was taken since ours",
  ],
  ["our full tells no set", full({}), [ours], "another full backup was taken since ours"],
  [
    "the database was never backed up",
    full({ setGuid: ours }),
    [],
    "the database has no full backup that counts",
  ],
  ["we have no full", undefined, [ours], "there is no full backup of ours to follow"],
])("a differential does not fit when %s", (_title, base, bases, reason) => {
  expect(movedBaseProblem(base, bases, "PS1/database")).toEqual({
    code: "differential-base-moved",
    severity: "risk",
    message: `A full was taken instead of a differential, as ${reason}.`,
    where: "PS1/database",
    hint: "Make the other tool's full backups copy-only, or find it in msdb.dbo.backupset (is_copy_only = 0).",
  });
});

test.each<[Partial<BackupRecord>, string]>([
  [{}, " (2026-11-22 12:00Z by LAB\\dpm$ to E:\\x.bak)"],
  [{ isSnapshot: true }, " (2026-11-22 12:00Z by LAB\\dpm$ through VSS)"],
  [{ zoneKnown: false }, " (2026-11-22 12:00 server time by LAB\\dpm$ to E:\\x.bak)"],
  [{ setGuid: "22222222-8B86-D011-B42D-00C04FC964FF" }, ""],
])("a full that moved the base is told as msdb has it: %j", (change, words) => {
  const record = {
    setGuid: theirs,
    startedAt: noon,
    zoneKnown: true,
    isSnapshot: false,
    device: "E:\\x.bak",
    user: "LAB\\dpm$",
    ...change,
  } as BackupRecord;
  const other = { ...record, setGuid: ours, user: "somebody" };
  const problem = movedBaseProblem(full({ setGuid: ours }), [theirs], "x", [other, record]);
  expect(problem!.message).toBe(
    `A full was taken instead of a differential, as another full backup was taken since ours${words}.`,
  );
});

test("who took a full may not be known", () => {
  const record = { setGuid: theirs, startedAt: noon, zoneKnown: true, isSnapshot: true, device: "" };
  const problem = movedBaseProblem(full({ setGuid: ours }), [theirs], "x", [record as BackupRecord]);
  expect(problem!.message).toContain("since ours (2026-11-22 12:00Z through VSS).");
});

test("a log follows when it begins where its predecessor ends, or before", () => {
  const base = full({ lastLsn: "52000000018600001" });
  expect(logGapProblem(base, { firstLsn: exactLsn("52000000018600001") }, "x")).toBeUndefined();
  expect(logGapProblem(base, { firstLsn: exactLsn("9000000018600001") }, "x")).toBeUndefined();
});

test.each([
  ["has no predecessor", undefined, "5"],
  ["follows one that tells no end", full({}), "5"],
  ["tells no beginning", full({ lastLsn: "4" }), undefined],
])("a log that %s is not said to leave a gap", (_, base, firstLsn) => {
  expect(
    logGapProblem(base, given({ firstLsn: firstLsn === undefined ? undefined : exactLsn(firstLsn) }), "x"),
  ).toBeUndefined();
});

test("a log that begins later leaves a gap, also beyond the digits that a double holds", () => {
  const base = full({ lastLsn: "52000000018600001" });
  expect(logGapProblem(base, { firstLsn: exactLsn("52000000018600002") }, "PS1/database")).toEqual({
    code: "log-chain-broken",
    severity: "risk",
    message:
      "A full was taken instead of a log backup: the log begins at 52000000018600002, and the backup before it ends at 52000000018600001.",
    where: "PS1/database",
    hint: "Let one tool alone take log backups of this database.",
  });
});

test("a log of another recovery fork does not follow, wherever it begins", () => {
  const base = full({ lastLsn: "5", fork: theirs });
  expect(logGapProblem(base, { firstLsn: exactLsn("4"), fork: theirs }, "x")).toBeUndefined();
  expect(logGapProblem(base, { firstLsn: exactLsn("4") }, "x")).toBeUndefined();
  expect(
    logGapProblem(full({ lastLsn: "5" }), { firstLsn: exactLsn("4"), fork: theirs }, "x"),
  ).toBeUndefined();
  expect(logGapProblem(base, { firstLsn: exactLsn("4"), fork: ours }, "PS1/database")).toMatchObject({
    code: "log-chain-broken",
    severity: "risk",
    message: expect.stringContaining("the database was restored since"),
    where: "PS1/database",
  });
});

test("a log that ends before its predecessor does leads nowhere", () => {
  const base = full({ lastLsn: "52000000018600001" });
  const end = (digits: string) => ({ firstLsn: exactLsn("1"), lastLsn: exactLsn(digits) });
  expect(logGapProblem(base, end("52000000018600001"), "x")).toBeUndefined();
  expect(logGapProblem(base, end("52000000018600000"), "x")).toMatchObject({
    code: "log-chain-broken",
    message: expect.stringContaining("the log ends at 52000000018600000, and the backup before it ends at"),
  });
});

describe("a number that a runner has rounded", () => {
  const last = "1234567890123456789012345";
  const rounded = (digits: string): Lsn => lsnCell({ lsn: Number(digits) }, "lsn")!;

  test("leaves a gap only where it does so whatever was cut off", () => {
    const base = full({ lastLsn: last });
    expect(logGapProblem(base, { firstLsn: rounded("1234567890123456789999999") }, "x")).toBeUndefined();
    const later = logGapProblem(base, { firstLsn: rounded("1234567890223456789012345") }, "x");
    expect(later!.message).toMatch(
      /the log begins at about 12345678902\d{14}, and the backup before it ends at/,
    );
  });

  test("is of the full that is meant where it can be", () => {
    const base = full({ checkpointLsn: last });
    expect(otherCheckpointProblem(base, rounded(last), "x")).toBeUndefined();
    expect(otherCheckpointProblem(base, rounded("1234567890223456789012345"), "x")).toBeDefined();
  });
});

test("a differential does not fit when the full before it has another checkpoint", () => {
  const base = full({ checkpointLsn: "52000000018600037" });
  expect(otherCheckpointProblem(base, exactLsn("52000000018600037"), "x")).toBeUndefined();
  for (const [one, other] of [
    [undefined, exactLsn("5")],
    [full({}), exactLsn("5")],
    [base, undefined],
  ] as const)
    expect(otherCheckpointProblem(one, other, "x")).toBeUndefined();
  expect(otherCheckpointProblem(base, exactLsn("52000000018600038"), "PS1/database")).toEqual({
    code: "differential-base-moved",
    severity: "risk",
    message:
      "A full was taken instead of a differential, as it was made on a full whose checkpoint is at 52000000018600038, and that of ours is at 52000000018600037.",
    where: "PS1/database",
    hint: "Make the other tool's full backups copy-only, or find it in msdb.dbo.backupset (is_copy_only = 0).",
  });
});

function full(facts: JsonObject): Snapshot {
  return { mode: "full", facts } as unknown as Snapshot;
}
