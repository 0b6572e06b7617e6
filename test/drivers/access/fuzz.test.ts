import { expect, test } from "vitest";
import { parseBackupControl } from "../../../src/drivers/access/formats/backup-control.ts";
import { readBackupHeaders, readFileList } from "../../../src/drivers/access/sql/backup-header.ts";
import { fileVersion } from "../../../src/drivers/access/files/file-version.ts";
import { decodeText, iniValue, parseIni } from "../../../src/drivers/access/formats/ini-file.ts";
import { parseRegFile, RegFileFault } from "../../../src/drivers/access/formats/reg-file.ts";
import type { SqlValue, SqlRunner } from "../../../src/drivers/access/sql/sql-runner.ts";
import { taskRunState } from "../../../src/core/model/task-run.ts";
import { parseTaskLog } from "../../../src/drivers/access/formats/task-log.ts";
import { fuzz, isRefused } from "../../support/fuzz/fuzz.ts";
import { mutateBytes } from "../../support/fuzz/mutate-bytes.ts";
import { mutateText } from "../../support/fuzz/mutate-text.ts";
import { SeededRandom } from "../../support/seeded-random.ts";

const registry = `Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SMS]
@="default \\"text\\""
"Lines"="one
two"
"Number"=dword:0000a1ff
"Servers"=hex(7):61,00,00,00,62,00,63,00,00,00,00,00
"Blob"=hex:00,01,02,03,04,05,06,07,08,09,0a,0b,0c,0d,0e,0f,10,11,12,13,14,15,\\
  16,17,18

`.replaceAll("\n", "\r\n");

const control = `[Tokens]
DESTINATION=%BACKUP_DEST_DIR%\\%SITE_CODE%
OWN="D:\\Own Scripts"
[Tasks]
file %SITE_SERVER_ROOT_DIR%\\inboxes\\*.* %DESTINATION%\\inboxes
file "OWN\\*.*" DESTINATION\\own
`;

const stamp = "GMTDATE=Wed Aug 22 09:16:19.253 2012";
const log = `STATMSG: ID=5055 SEV=I LEV=M SOURCE="SMS Server" COMP="SMS_SITE_BACKUP" ${stamp} ISTR0="" NUMATTRS=0
Deleting file \\\\srv\\CM_PR1.mdf, FAILED, Win32 Error = 5  $$<SMS_SITE_BACKUP><11-22-2026 03:00:02.123-60><thread=4804 (0x12C4)>
STATMSG: ID=5060 SEV=E LEV=M COMP="SMS_SITE_BACKUP" ${stamp} ISTR0="D:\\Backup" ISTR1="x" NUMATTRS=0
STATMSG: ID=5035 SEV=I LEV=M COMP="SMS_SITE_BACKUP" ${stamp}
`;

const neverRefuses: Readonly<Record<string, { readonly sample: string; read(text: string): unknown }>> = {
  "smsbkup.ctl": { sample: control, read: (text) => parseBackupControl(text, "D:\\CM") },
  "smsbkup.log": { sample: log, read: (text) => parseTaskLog(text).map((log) => taskRunState({ log })) },
  "an INI file": { sample: control, read: (text) => iniValue(parseIni(text), "Tokens", "OWN") },
};

test.each(Object.entries(neverRefuses))("%s is read, whatever stands in it", (_, { sample, read }) => {
  const { refused } = fuzz({ samples: [sample], mutate: mutateText, read, refusals: [] });
  expect(refused).toBe(0);
});

test("an export of the registry is read or refused with the line, whatever stands in it", () => {
  const read = (text: string) => parseRegFile(utf16(text));
  const tally = fuzz({ samples: [registry], mutate: mutateText, read, refusals: [RegFileFault] });
  expect(tally.read).toBeGreaterThan(10);
  expect(tally.refused).toBeGreaterThan(10);
});

test("bytes of any kind have a text, a version or none, and are an export or none", () => {
  const samples = [utf16(registry), Buffer.from(control), versionResource()];
  const read = (bytes: Uint8Array): void => {
    decodeText(bytes);
    fileVersion(Buffer.from(bytes));
    parseRegFile(bytes);
  };
  const { refused } = fuzz({ samples, mutate: mutateBytes, read, refusals: [RegFileFault] });
  expect(refused).toBeGreaterThan(20);
});

test("a backup's header is read whatever its cells hold", async () => {
  const random = new SeededRandom(5);
  const odd: readonly SqlValue[] = [
    null,
    0,
    -1,
    1e308,
    "",
    "{",
    "\u0000",
    true,
    new Uint8Array(3),
    new Date(0),
  ];
  const columns = ["BackupName", "BackupType", "BackupSetGUID", "BackupSize", "IsDamaged", "Type", "Size"];
  for (let round = 0; round < 200; round++) {
    const row = Object.fromEntries(columns.map((column) => [column, random.pick(odd)]));
    const sql = { batch: async () => [row] } as unknown as SqlRunner;
    const [header] = await readBackupHeaders(sql, "D:\\x.bak");
    expect(["full", "differential", "log", "other"]).toContain(header!.type);
    expect((await readFileList(sql, "D:\\x.bak"))[0]!.type).toEqual(expect.any(String));
  }
});

const million = 1_000_000;
const bombs: Readonly<Record<string, () => unknown>> = {
  "binary data of 200 KB, in lines": () =>
    parseRegFile(utf16(`${head}"Blob"=hex:${"00,01,02,03,04,05,06,07,\\\r\n  ".repeat(million / 40)}00\r\n`)),
  "binary data of 200 KB, in one line": () =>
    parseRegFile(utf16(`${head}"Blob"=hex:${"00,".repeat(million / 5)}00\r\n`)),
  "a text of many lines": () => parseRegFile(utf16(`${head}"Text"="${"line\r\n".repeat(million / 10)}"\r\n`)),
  "a text of five million characters": () =>
    parseRegFile(utf16(`${head}"Text"="${"text".repeat(1.25 * million)}"\r\n`)),
  "tokens that each stand for two of the one before": () => {
    const tokens = Array.from({ length: 64 }, (_, at) => `T${at + 1}=%T${at}%%T${at}%\n`);
    return parseBackupControl(`[Tokens]\nT0=xxxxxxxx\n${tokens.join("")}[Tasks]\nfile %T64% y\n`, "D:\\CM");
  },
  "one line that begins as a message over and over": () =>
    parseTaskLog("STATMSG: ID=1 SEV=I ".repeat(million / 10)),
  "a failure behind a million spaces": () =>
    parseTaskLog(`${log.split("\n")[0]}\nError: a${" ".repeat(million)}b\n`),
  "a message with many quotes that never close": () =>
    parseTaskLog(`${log.split("\n")[0]}\n${log.split("\n")[2]}ISTR1="${"ISTR2=x".repeat(million / 10)}`),
};
const head = "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE]\r\n";

test.each(Object.entries(bombs))("%s takes no more than its share of time", (_, read) => {
  expect(isRefused({ read, refusals: [] }, undefined, "it")).toBe(false);
});

function utf16(text: string): Uint8Array {
  return Buffer.from(`\ufeff${text}`, "utf16le");
}

function versionResource(): Uint8Array {
  const bytes = Buffer.alloc(64);
  bytes.set([0xbd, 0x04, 0xef, 0xfe, 0, 0, 1, 0, 0, 0, 5, 0, 0xe8, 3, 0xa8, 0x23], 20);
  return bytes;
}
