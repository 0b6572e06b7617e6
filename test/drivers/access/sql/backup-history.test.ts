import { expect, test } from "vitest";
import { readHistory } from "../../../../src/drivers/access/sql/backup-history.ts";
import { historyRow, madeUpServer, refusal } from "../../../support/made-up-server.ts";

const record = {
  setGuid: "6F9619FF-8B86-D011-B42D-00C04FC964FF",
  name: "x.bak",
  type: "full",
  startedAt: Date.UTC(2026, 10, 22, 12),
  finishedAt: Date.UTC(2026, 10, 22, 12, 30, 0, 500),
  zoneKnown: true,
  isCopyOnly: true,
  isSnapshot: false,
  isDamaged: false,
  firstLsn: "52000000018600001",
  lastLsn: "52000000018800001",
  checkpointLsn: "52000000018600037",
  databaseBackupLsn: "51000000018600001",
  device: "E:\\stage\\x.bak",
  user: "CONTOSO\\backup$",
};

test("a row of msdb is read, its times by the zone that it names", async () => {
  const sql = madeUpServer({ history: [historyRow()] });
  expect(await readHistory(sql, "CM_PS1")).toEqual([record]);
  expect(sql.parameters.history).toEqual({ database: "CM_PS1" });
  expect(sql.queries[0]).toMatch(/WHERE s\.database_name = @database\nORDER BY/);
});

test("one backup is asked for by its name", async () => {
  const sql = madeUpServer({ history: [] });
  expect(await readHistory(sql, "CM_PS1", "x.bak")).toEqual([]);
  expect(sql.parameters.history).toEqual({ database: "CM_PS1", name: "x.bak" });
  expect(sql.queries[0]).toMatch(/WHERE s\.database_name = @database AND s\.name = @name\nORDER BY/);
});

const serverTime = {
  startedAt: Date.UTC(2026, 10, 22, 14),
  finishedAt: Date.UTC(2026, 10, 22, 14, 30, 0, 500),
};

test.each([
  ["a log", { type: "L" }, { type: "log" }],
  [
    "a differential",
    { type: "I ", differential_base_guid: "{11111111-8b86-d011-b42d-00c04fc964ff}" },
    {
      type: "differential",
      differentialBaseGuid: "{11111111-8B86-D011-B42D-00C04FC964FF}",
    },
  ],
  ["a backup of files", { type: "F" }, { type: "other" }],
  [
    "a snapshot of volumes that counts and is damaged",
    { is_copy_only: 0, is_snapshot: 1, is_damaged: 1 },
    {
      isCopyOnly: false,
      isSnapshot: true,
      isDamaged: true,
    },
  ],
  [
    "a server west of UTC",
    { time_zone: -14 },
    {
      startedAt: Date.UTC(2026, 10, 22, 17, 30),
      finishedAt: Date.UTC(2026, 10, 22, 18, 0, 0, 500),
    },
  ],
  ["a row of an unknown zone", { time_zone: 127 }, { zoneKnown: false, ...serverTime }],
  ["a row without a zone", { time_zone: null }, { zoneKnown: false, ...serverTime }],
])("%s is told as that", async (_, row, changes) => {
  expect(await readHistory(madeUpServer({ history: [historyRow(row)] }), "x")).toEqual([
    { ...record, ...changes },
  ]);
});

test("a row that tells nothing promises nothing", async () => {
  expect(await readHistory(madeUpServer({ history: [{}] }), "CM_PS1")).toEqual([
    {
      setGuid: "",
      name: "",
      type: "other",
      startedAt: 0,
      finishedAt: 0,
      zoneKnown: false,
      isCopyOnly: false,
      isSnapshot: false,
      isDamaged: false,
      firstLsn: "0",
      lastLsn: "0",
      device: "",
    },
  ]);
});

test.each([229, 916])("a login that error %i keeps out of msdb knows no history", async (number) => {
  expect(await readHistory(madeUpServer({ history: refusal([number, "No."]) }), "CM_PS1")).toBeUndefined();
});

test.each([
  ["what else a server refuses", refusal([208, "Invalid object name."])],
  ["a fault of ours", new TypeError("x")],
])("%s is no hidden history", async (_, fault) => {
  const history = () => {
    throw fault;
  };
  await expect(readHistory(madeUpServer({ history }), "CM_PS1")).rejects.toBe(fault);
});

test.each([
  [null, "E:\\stage\\x.bak"],
  [1, "E:\\stage\\x.bak"],
  [2, "E:\\stage\\x.bak and 1 more file"],
  [3, "E:\\stage\\x.bak and 2 more files"],
])("a backup in %s files tells the first, and how many more", async (families, device) => {
  const [record] = (await readHistory(madeUpServer({ history: [historyRow({ families })] }), "CM_PS1"))!;
  expect(record).toMatchObject({ device });
});
