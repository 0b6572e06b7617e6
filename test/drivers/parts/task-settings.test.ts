import { chmodSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readTaskSettings } from "../../../src/drivers/parts/task-settings.ts";
import { noon } from "../../support/build-site.ts";
import { plantFiles } from "../../support/plant-files.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const box = "inboxes/smsbkup.box";

test("an install folder without the task's files tells nothing of it", async () => {
  expect(await readTaskSettings(temporaryFolder())).toEqual({});
});

test("the control file tells when it was edited", async () => {
  const folder = plantFiles(temporaryFolder(), { [`${box}/smsbkup.ctl`]: "x" });
  utimesSync(join(folder, box, "smsbkup.ctl"), 1_700_000_000.123_9, 1_700_000_000.123_9);
  expect(await readTaskSettings(folder)).toEqual({
    controlFile: { editedAt: 1_700_000_000_123, writerStartedAt: undefined },
  });
});

const started = (time: string): string =>
  `STATMSG: ID=500 SEV=I LEV=M SOURCE="SMS Server" COMP="SMS_SITE_VSS_WRITER" SYS=cm01 SITE=PS1 PID=1 TID=2 ` +
  `GMTDATE=Sun Nov 22 ${time} 2026 ISTR0="" NUMATTRS=0\r\n`;
const filler = (megabytes: number): string => `${"x".repeat(1023)}\n`.repeat(megabytes * 1024);

test.each([
  ["Logs", started("12:00:00.000"), noon],
  ["logs", started("12:00:00.000"), noon],
  ["Logs", filler(5) + started("12:00:00.000"), noon],
  ["Logs", started("12:00:00.000") + filler(5), undefined],
  ["Logs", "", undefined],
])(
  "when the writer started is in the last part of its log, below %s",
  async (logs, text, writerStartedAt) => {
    const files = { [`${box}/smsbkup.ctl`]: "x", [`${logs}/smswriter.log`]: text };
    expect(await readTaskSettings(plantFiles(temporaryFolder(), files))).toEqual({
      controlFile: { editedAt: expect.any(Number), writerStartedAt },
    });
  },
);

test.each([
  ["robocopy E:\\a E:\\b /MIR", true],
  ["@echo off\r\nrobocopy E:\\a E:\\b /E /purge /R:1\r\n", true],
  ["REM\r\n  ROBOCOPY.EXE a b /mir", true],
  ["robocopy a b /E", false],
  ["robocopy a b /mirror", false],
  ["robocopy a b/mir", false],
  ["xrobocopy a b /mir", false],
  ["rem robocopy a b /MIR", false],
  ["  @REM robocopy a b /MIR", false],
  [":: robocopy a b /MIR", false],
  ["remove & robocopy a b /MIR", true],
  ["if exist a rem robocopy a b /MIR", true],
  ["robocopy a b\n/MIR", false],
])("a script that runs after the task mirrors, or does not: %j", async (script, mirrors) => {
  const folder = plantFiles(temporaryFolder(), { [`${box}/AfterBackup.bat`]: script });
  expect(await readTaskSettings(folder)).toEqual({ afterBackup: { mirrors } });
});

test.skipIf(process.getuid?.() === 0)("a script that may not be read is none", async () => {
  const folder = plantFiles(temporaryFolder(), { [`${box}/AfterBackup.bat`]: "x" });
  chmodSync(join(folder, box, "AfterBackup.bat"), 0);
  expect(await readTaskSettings(folder)).toEqual({});
  expect(statSync(folder).isDirectory()).toBe(true);
});

test("the script that ran before a hand-over was put there mirrors, or does not, as ever", async () => {
  const begins = "@rem sitekeep hand-over, sha256 ";
  const ours = { [`${box}/AfterBackup.bat`]: `${begins}${"0".repeat(64)}\r\n` };
  const kept = (script: string) => ({ ...ours, [`${box}/AfterBackup.before-sitekeep.bat`]: script });
  const settings = (files: Record<string, string>) => readTaskSettings(plantFiles(temporaryFolder(), files));
  expect(await settings(kept("robocopy a b /MIR"))).toEqual({ afterBackup: { mirrors: true } });
  expect(await settings(kept("robocopy a b /E"))).toEqual({ afterBackup: { mirrors: false } });
  expect(await settings(ours)).toEqual({ afterBackup: { mirrors: false } });
  // Nobody runs what a hand-over that was taken away by hand has left.
  const theirs = { [`${box}/AfterBackup.bat`]: "echo" };
  expect(await settings({ ...kept("robocopy a b /MIR"), ...theirs })).toEqual({
    afterBackup: { mirrors: false },
  });
});
