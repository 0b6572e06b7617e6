import { expect, test } from "vitest";
import { parseTaskLog, taskRunState } from "../../../../src/drivers/access/formats/task-log.ts";

test("a run is finished when its own 5035 follows its start", () => {
  const [run] = parseTaskLog(
    log(status(5055, "02:00:01.000"), status(5056, "02:04:00.000"), status(5035, "02:31:10.250")),
  );
  expect(run).toEqual({
    startedAt: Date.parse("2026-11-22T02:00:01Z"),
    completedAt: Date.parse("2026-11-22T02:31:10.250Z"),
    failures: [],
  });
  expect(taskRunState(run!)).toBe("finished");
});

test("a 5035 without a start before it says nothing", () => {
  expect(parseTaskLog(log(status(5035, "02:31:10.250"), status(5040, "02:31:11.000")))).toEqual([]);
});

test("a 5035 of the run before does not finish the run after it", () => {
  const runs = parseTaskLog(
    log(status(5055, "01:00:00.000"), status(5035, "01:20:00.000"), status(5055, "02:00:00.000")),
  );
  expect(runs.map(taskRunState)).toEqual(["finished", "not-finished"]);
});

test("a file that could not be deleted makes the run a failed one, even with a 5035", () => {
  const failure =
    "Deleting file \\\\?\\UNC\\srv\\Backup\\PR1Backup\\SiteDBServer\\CM_PR1.mdf, FAILED, Win32 Error = 5";
  const tail = "  $$<SMS_SITE_BACKUP><11-22-2026 03:00:02.123-60><thread=4804 (0x12C4)>";
  const [run] = parseTaskLog(log(status(5055, "02:00:01.000"), failure + tail, status(5035, "02:31:10.250")));
  expect(run!.failures).toEqual([failure]);
  expect(taskRunState(run!)).toBe("failed");
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
  expect(taskRunState(run!)).toBe("not-finished");
});

test("thousands of failures are kept as the first twenty", () => {
  const failures = Array.from(
    { length: 5_000 },
    (_, at) => `Deleting file f${at}, FAILED, Win32 Error = 112`,
  );
  const [run] = parseTaskLog(log(status(5055, "02:00:01.000"), ...failures));
  expect(run!.failures).toHaveLength(20);
});

function status(id: number, time: string): string {
  return (
    `STATMSG: ID=${id} SEV=I LEV=M SOURCE="SMS Server" COMP="SMS_SITE_BACKUP" SYS=cm01.lab SITE=PS1 PID=4804 TID=5172 ` +
    `GMTDATE=Sun Nov 22 ${time} 2026 ISTR0="" ISTR1="" NUMATTRS=0`
  );
}

function log(...lines: readonly string[]): string {
  return lines.map((line) => `${line}\r\n`).join("");
}
