import { describe, expect, test } from "vitest";
import { readStatusLine } from "../../../../src/drivers/access/formats/status-line.ts";
import { lastWriterStart } from "../../../../src/drivers/access/formats/writer-log.ts";
import { taskRunState } from "../../../../src/core/model/task-run.ts";
import { parseTaskLog } from "../../../../src/drivers/access/formats/task-log.ts";

test("a run is finished when its own 5035 follows its start", () => {
  const [run] = parseTaskLog(
    log(status(5055, "02:00:01.000"), status(5056, "02:04:00.000"), status(5035, "02:31:10.250")),
  );
  expect(run).toEqual({
    startedAt: Date.parse("2026-11-22T02:00:01Z"),
    snapshotAt: Date.parse("2026-11-22T02:04:00Z"),
    completedAt: Date.parse("2026-11-22T02:31:10.250Z"),
    failures: [],
  });
  expect(taskRunState({ log: run! })).toBe("finished");
});

test("a 5035 without a start before it says nothing", () => {
  expect(parseTaskLog(log(status(5035, "02:31:10.250"), status(5040, "02:31:11.000")))).toEqual([]);
});

test("a 5035 of the run before does not finish the run after it", () => {
  const runs = parseTaskLog(
    log(status(5055, "01:00:00.000"), status(5035, "01:20:00.000"), status(5055, "02:00:00.000")),
  );
  expect(runs.map((log) => taskRunState({ log }))).toEqual(["finished", "not-finished"]);
});

test("a file that could not be deleted makes the run a failed one, even with a 5035", () => {
  const failure =
    "Deleting file \\\\?\\UNC\\srv\\Backup\\PR1Backup\\SiteDBServer\\CM_PR1.mdf, FAILED, Win32 Error = 5";
  const tail = "  $$<SMS_SITE_BACKUP><11-22-2026 03:00:02.123-60><thread=4804 (0x12C4)>";
  const [run] = parseTaskLog(log(status(5055, "02:00:01.000"), failure + tail, status(5035, "02:31:10.250")));
  expect(run!.failures).toEqual([failure]);
  expect(taskRunState({ log: run! })).toBe("failed");
});

test("an error status message is a failure and tells its text", () => {
  const error = status(5060, "02:10:00.000")
    .replace("SEV=I", "SEV=E")
    .replace('ISTR0=""', 'ISTR0="disk full"');
  const [run] = parseTaskLog(log(status(5055, "02:00:01.000"), error));
  expect(run!.failures).toEqual(["Status message 5060: disk full"]);
});

test("the start of AfterBackup.bat is kept apart from success", () => {
  const [run] = parseTaskLog(log(status(5055, "02:00:01.000"), status(5040, "02:31:11.000")));
  expect(run!.afterBackupAt).toBe(Date.parse("2026-11-22T02:31:11Z"));
  expect(taskRunState({ log: run! })).toBe("not-finished");
});

test("thousands of failures are kept as the first twenty", () => {
  const failures = Array.from(
    { length: 5_000 },
    (_, at) => `Deleting file f${at}, FAILED, Win32 Error = 112`,
  );
  const [run] = parseTaskLog(log(status(5055, "02:00:01.000"), ...failures));
  expect(run!.failures).toHaveLength(20);
});

describe("the task's own words for a failure are kept, without what the log adds to them", () => {
  test.each([
    ["Deleting file f, FAILED, Win32 Error = 5", "Deleting file f, FAILED, Win32 Error = 5"],
    ["Error: no space  $$<SMS_SITE_BACKUP><x>", "Error: no space"],
    ["  ~Failed to copy $$$<x", "Failed to copy $"],
    ["~Backup failed~", "Backup failed~"],
    ["the Site Backup failed", "the Site Backup failed"],
    ["no Error: here", undefined],
    ["It FAILED, Win32 Error = ", undefined],
  ])("%j", (line, kept) => {
    const [run] = parseTaskLog(log(status(5055, "02:00:01.000"), line));
    expect(run!.failures).toEqual(kept === undefined ? [] : [kept]);
  });
});

test("message 5060 is a failure of any weight, and any message of errors is one", () => {
  const failed = status(5060, "02:10:00.000").replace('ISTR0="" ISTR1=""', 'ISTR0="a" ISTR1="b"');
  const other = status(5049, "02:11:00.000").replace("SEV=I", "SEV=E");
  const [run] = parseTaskLog(log(status(5055, "02:00:01.000"), failed, other, status(5049, "02:12:00.000")));
  expect(run!.failures).toEqual(["Status message 5060: a, b", "Status message 5049"]);
});

test("twenty messages of errors are kept", () => {
  const errors = Array.from({ length: 30 }, () => status(5060, "02:10:00.000"));
  expect(parseTaskLog(log(status(5055, "02:00:01.000"), ...errors))[0]!.failures).toHaveLength(20);
});

describe("a status message is read from its line:", () => {
  const line = status(500, "02:00:01.250").replace("SMS_SITE_BACKUP", "SMS_SITE_VSS_WRITER");
  test.each([
    [line, { id: 500, severity: "I", component: "SMS_SITE_VSS_WRITER", at: at("02:00:01.250") }],
    [`x ${line} y`, { id: 500, severity: "I", component: "SMS_SITE_VSS_WRITER", at: at("02:00:01.250") }],
    [
      line.replace("01.250", "01"),
      { id: 500, severity: "I", component: "SMS_SITE_VSS_WRITER", at: at("02:00:01") },
    ],
    [
      line.replace("Nov 22", "Nov  2"),
      expect.objectContaining({ at: Date.parse("2026-11-02T02:00:01.250Z") }),
    ],
    [line.replace(/COMP="[^"]*"/, ""), expect.objectContaining({ component: "" })],
    [line.replace("Nov", "Nor"), undefined],
    [line.replace("STATMSG: ", ""), undefined],
  ])("%s", (text, message) => {
    expect(readStatusLine(text)).toEqual(message);
  });
});

test("the SMS writer's last start is that of its own component and message", () => {
  const start = (time: string, component = "SMS_SITE_VSS_WRITER", id = 500) =>
    status(id, time).replace("SMS_SITE_BACKUP", component);
  const lines = [
    start("01:00:00"),
    start("02:00:00"),
    start("03:00:00", "SMS_OTHER"),
    start("04:00:00", undefined, 501),
  ];
  expect(lastWriterStart(log(...lines, "no message"))).toBe(at("02:00:00"));
  expect(lastWriterStart(lines.slice(2).join("\n"))).toBeUndefined();
  expect(lastWriterStart("")).toBeUndefined();
});

const tail = (time: string, bias = "+000") =>
  `  $$<SMS_SITE_BACKUP><11-22-2026 ${time}${bias}><thread=4804 (0x12C4)>`;

test("the line that a run ends with says the same as its 5035, at its own time in UTC", () => {
  const end = `Backup completed~${tail("03:31:10.250", "-60")}`;
  const [run] = parseTaskLog(log(status(5055, "02:00:01.000"), status(5056, "02:04:00.000"), end));
  expect(run).toEqual({
    startedAt: at("02:00:01"),
    snapshotAt: at("02:04:00"),
    completedAt: at("02:31:10.250"),
    failures: [],
  });
});

test("no other line of the same words ends a run: one without a time, nor that of the database's part", () => {
  const lines = ["Backup completed", `SQL Backup task completed successfully${tail("02:31:10.000")}`];
  for (const line of [...lines, `Not yet: Backup completed${tail("02:31:10.000")}`]) {
    const [run] = parseTaskLog(log(status(5055, "02:00:01.000"), line));
    expect(run!.completedAt).toBeUndefined();
  }
});

test("a line of managed code has its words in brackets, and its time beside them", () => {
  const managed = (words: string) =>
    `<![LOG[${words}]LOG]!><time="04:31:10.250-120" date="11-22-2026" component="SMS_SITE_BACKUP" context="" type="1" thread="7" file="">`;
  const [good] = parseTaskLog(log(status(5055, "02:00:01.000"), managed("Backup completed")));
  expect(good!.completedAt).toBe(at("02:31:10.250"));
  const [bad] = parseTaskLog(log(status(5055, "02:00:01.000"), managed("Error: no space")));
  expect(bad!.failures).toEqual(["Error: no space"]);
});

test("a service that stops has failed, unless the run had told its end or its failure", () => {
  const stop = `SMS site backup service is stopping.${tail("02:31:11.000")}`;
  const failuresOf = (...lines: readonly string[]) =>
    parseTaskLog(log(status(5055, "02:00:01.000"), ...lines, stop))[0]!.failures;
  expect(failuresOf()).toEqual(["SMS site backup service is stopping."]);
  expect(failuresOf(status(5035, "02:31:10.000"))).toEqual([]);
  expect(failuresOf(`Backup completed${tail("02:31:10.000")}`)).toEqual([]);
  expect(failuresOf("Error: no space")).toEqual(["Error: no space"]);
});

describe("each line of failure that is published makes a run a failed one:", () => {
  test.each([
    "Failed to delete the contents of the backup folder. Error Code = 0x0",
    "Error: Deleting the existing files in the backup location failed...",
    "SMS site backup failed. Please see previous errors.",
    "Deleting E:\\SMSbackup\\SiteServer\\SMSServer\\inboxes\\auth\\ddm.box, FAILED, Win32 Error = 145",
  ])("%s", (line) => {
    const [run] = parseTaskLog(log(status(5055, "02:00:01.000"), line + tail("02:01:00.000")));
    expect(run!.failures).toEqual([line]);
  });
});

function at(time: string): number {
  return Date.parse(`2026-11-22T${time}Z`);
}

function status(id: number, time: string): string {
  return (
    `STATMSG: ID=${id} SEV=I LEV=M SOURCE="SMS Server" COMP="SMS_SITE_BACKUP" SYS=cm01.lab SITE=PS1 PID=4804 TID=5172 ` +
    `GMTDATE=Sun Nov 22 ${time} 2026 ISTR0="" ISTR1="" NUMATTRS=0`
  );
}

function log(...lines: readonly string[]): string {
  return lines.map((line) => `${line}\r\n`).join("");
}
