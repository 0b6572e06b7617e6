import { describe, expect, test } from "vitest";
import { leftOutProblems, readExternalBackups } from "../../../src/drivers/parts/external-backups.ts";
import { listedFulls, listedOthers } from "../../../src/drivers/access/sql/backup-witnesses.ts";
import { SqlError, type SqlRow, type SqlRunner } from "../../../src/drivers/access/sql/sql-runner.ts";
import { address } from "../../support/build-site.ts";

const where = "PS1/database";
const family = "6F9619FF-8B86-D011-B42D-00C04FC964FF";
const fork = "0E984725-C51C-4BF4-9960-E1C80E27ABA0";
const other = "11111111-2222-3333-4444-555555555555";
let sets = 0;

/** One file of a full backup that counts. */
function row(changes: SqlRow = {}): SqlRow {
  const number = String(++sets).padStart(12, "0");
  return {
    set_guid: `AAAAAAAA-0000-0000-0000-${number}`,
    name: "nightly",
    type: "D",
    started: "2026-11-29 22:00:00.000",
    finished: "2026-11-29 22:10:00.000",
    time_zone: 0,
    is_copy_only: false,
    is_snapshot: false,
    is_damaged: false,
    first_lsn: "1",
    last_lsn: "2",
    checkpoint_lsn: "1",
    database_backup_lsn: "0",
    differential_base_guid: null,
    user_name: "LAB\\dpm",
    server: "SQL01",
    family,
    fork,
    devices: 1,
    device_type: 2,
    device: "E:\\Backup\\CM_PS1.bak",
    ...changes,
  };
}

const older = { started: "2026-11-28 22:00:00.000" };

describe("a backup that msdb lists counts", () => {
  test.each<[string, readonly SqlRow[], string]>([
    ["on a disk", [row()], "E:\\Backup\\CM_PS1.bak"],
    ["of this server, however its name is written", [row({ server: "sql01" })], "E:\\Backup\\CM_PS1.bak"],
    [
      "through a virtual device of VSS or VDI",
      [row({ device_type: 7, is_snapshot: true, device: "{GUID}1" })],
      "{GUID}1",
    ],
    ["at an address on the web", [row({ device_type: 9, device: "https://a/b.bak" })], "https://a/b.bak"],
    ["on a tape, or a permanent device", [row({ device_type: 105, device: "\\\\.\\Tape0" })], "\\\\.\\Tape0"],
    ["in a file whose name holds nul", [row({ device: "E:\\nulls\\annul.bak" })], "E:\\nulls\\annul.bak"],
    ["in several files, all of which are known", striped(3, 3), "E:\\1.bak and 2 more files"],
    ["that is copy-only", [row({ is_copy_only: true })], "E:\\Backup\\CM_PS1.bak"],
  ])("%s", async (_, rows, device) => {
    const { counted, leftOut, closed, unknown } = await read(rows);
    expect({ leftOut, closed, unknown }).toEqual({ leftOut: [] });
    expect(counted.map((it) => it.device)).toEqual([device]);
  });
});

describe("a backup that msdb lists is left out", () => {
  test.each<[string, readonly SqlRow[], string, string]>([
    ["on NUL", [row({ device: "NUL" })], "nothing kept", "keeps nothing (NUL): NUL."],
    ["on NUL with a colon", [row({ device: "nul:" })], "nothing kept", "keeps nothing"],
    ["on NUL of a folder", [row({ device: "E:\\Backup\\nul.bak" })], "nothing kept", "keeps nothing"],
    ["on NUL as a device", [row({ device: "\\\\.\\NUL" })], "nothing kept", "keeps nothing"],
    ["on /dev/null", [row({ device: "/dev/null" })], "nothing kept", "keeps nothing"],
    [
      "of another server",
      [row({ server: "SQL02" })],
      "other server",
      "on SQL02 that msdb lists was taken on another server",
    ],
    ["of no server", [row({ server: null })], "other server", "another server"],
    [
      "of another database of that name",
      [row({ family: other })],
      "other database",
      "another database of that name",
    ],
    ["from before a restore", [row({ fork: other })], "other fork", "before the database was restored"],
    ["in several files, of which one is gone", striped(2, 3), "part missing", "not all are known"],
    ["in no file", [row({ device: null, device_type: null })], "part missing", "not all are known"],
    ["on a device of an unknown sort", [row({ device_type: 6 })], "unknown device", "not known"],
    ["that was damaged", [row({ is_damaged: true })], "damaged", "was damaged when it was taken"],
  ])("%s, which is told", async (_, rows, because, words) => {
    const { counted, leftOut, problems } = await read(rows);
    expect(counted).toEqual([]);
    expect(leftOut.map((it) => it.because)).toEqual([because]);
    expect(problems).toMatchObject([
      {
        code: "external-backup-not-counted",
        severity: "risk",
        where,
        message: expect.stringContaining(words),
      },
    ]);
  });
});

test("rows that are older than a full that counts are history, and not told", async () => {
  const { counted, leftOut, problems } = await read([row(), row({ ...older, device: "NUL" })]);
  expect([counted.length, leftOut.length, problems]).toEqual([1, 1, []]);
});

test("many of one reason are one risk, with the newest of them", async () => {
  const { problems } = await read([
    row({ device: "NUL", started: "2026-11-30 22:00:00.000" }),
    row({ device: "NUL" }),
    row({ server: "SQL02" }),
  ]);
  expect(problems.map(({ message }) => message)).toEqual([
    expect.stringMatching(/of 2026-11-30 22:00Z .* 1 more like it are not counted either\.$/),
    expect.stringContaining("SQL02"),
  ]);
});

test("logs and differentials count beside fulls, newest first, and are asked for by themselves", async () => {
  const log = row({ type: "L", started: "2026-11-30 10:00:00.000" });
  const { counted } = await read([row(), row(older)], [log]);
  expect(counted.map(({ type }) => type)).toEqual(["log", "full", "full"]);
});

test("ten thousand files of backups are judged soon", async () => {
  const began = performance.now();
  const { counted } = await read(Array.from({ length: 10_000 }, () => row()));
  expect(counted.length).toBe(10_000);
  expect(performance.now() - began).toBeLessThan(5000);
});

test.each(["n.type = ", "n.type <> "])("where a list (%s) can't be read, that is told", async (refused) => {
  const { closed, unknown } = await read([row()], [], refused);
  expect(closed).toMatchObject({ code: "sql-permission" });
  expect(unknown).toBeUndefined();
});

test("where nobody can say which database this is, no backup is taken for one of it", async () => {
  const { closed, unknown, counted, leftOut } = await read([row()], [], "database_recovery_status");
  expect(unknown).toMatchObject({ code: "sql-permission" });
  expect({ closed, counted, leftOut }).toEqual({ counted: [], leftOut: [] });
});

/** A backup over several files, of which some are listed. */
function striped(listed: number, all: number): readonly SqlRow[] {
  const first = row({ devices: all });
  return Array.from({ length: listed }, (_, at) => ({ ...first, device: `E:\\${at + 1}.bak` }));
}

async function read(fulls: readonly SqlRow[], others: readonly SqlRow[] = [], refused?: string) {
  const query = async (text: string): Promise<readonly SqlRow[]> => {
    if (refused !== undefined && text.includes(refused))
      throw new SqlError("statement", [{ number: 229, severity: 14, text: "No 'backupset'." }]);
    if (text === listedFulls.query) return fulls;
    return text === listedOthers.query ? others : [{ server: "SQL01", family: family.toLowerCase(), fork }];
  };
  const task = { database: address, where };
  const sql = { query } as unknown as SqlRunner;
  const external = await readExternalBackups(sql, { task, values: { database: address.name } });
  return { ...external, problems: leftOutProblems(external, task) };
}
