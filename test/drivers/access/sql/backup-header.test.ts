import { expect, test } from "vitest";
import { readBackupHeaders, readFileList } from "../../../../src/drivers/access/sql/backup-header.ts";
import { headerRow, madeUpServer } from "../../../support/made-up-server.ts";

/** The numbers of the made-up row, which a double has rounded; no digit of the value itself is beyond the margin. */
const rounded = (digits: string) => ({
  least: BigInt(Number(digits)) - (BigInt(Number(digits)) >> 50n),
  most: BigInt(Number(digits)) + (BigInt(Number(digits)) >> 50n),
});
const lsns = {
  firstLsn: rounded("52000000018600001"),
  lastLsn: rounded("52000000018800001"),
  checkpointLsn: rounded("52000000018600037"),
  databaseBackupLsn: rounded("51000000018600001"),
};

const header = {
  name: "x.bak",
  database: "CM_PS1",
  type: "full",
  setGuid: "6F9619FF-8B86-D011-B42D-00C04FC964FF",
  isCopyOnly: true,
  hasChecksums: true,
  isDamaged: false,
  bytes: 8,
  storedBytes: 4,
  serverVersion: "16.0.4105",
  server: "SQL01",
  family: "0E984725-C51C-4BF4-9960-E1C80E27ABA0",
  firstFork: "11111111-2222-3333-4444-555555555555",
  fork: "11111111-2222-3333-4444-555555555555",
  ...lsns,
};

test("a header is read from what SQL Server tells of the file", async () => {
  const sql = madeUpServer({ headers: [headerRow()] });
  expect(await readBackupHeaders(sql, "E:\\O'Neill\\x.bak")).toEqual([header]);
  expect(sql.batches).toEqual(["RESTORE HEADERONLY FROM DISK = N'E:\\O''Neill\\x.bak';"]);
});

test.each([
  ["a log", { BackupType: 2 }, { type: "log" }],
  ["a differential, in text as sqlcmd gives it", { BackupType: "5" }, { type: "differential" }],
  ["a backup of files", { BackupType: 4 }, { type: "other" }],
  [
    "a set with a base",
    { DifferentialBaseGUID: "{11111111-8b86-d011-b42d-00c04fc964ff}" },
    { differentialBaseGuid: "11111111-8B86-D011-B42D-00C04FC964FF" },
  ],
  [
    "one that counts, damaged and without checksums",
    { IsCopyOnly: 0, IsDamaged: 1, HasBackupChecksums: 0 },
    {
      isCopyOnly: false,
      isDamaged: true,
      hasChecksums: false,
    },
  ],
  ["one that was not compressed", { CompressedBackupSize: null }, { storedBytes: 8 }],
  [
    "an encrypted one",
    { KeyAlgorithm: "aes_256", EncryptorThumbprint: new Uint8Array([0xab, 1]) },
    { algorithm: "aes_256", encryptor: "ab01" },
  ],
])("%s is told as that", async (_, row, changes) => {
  const sql = madeUpServer({ headers: [headerRow(row)] });
  expect(await readBackupHeaders(sql, "x")).toEqual([{ ...header, ...changes }]);
});

test("the letters of a column's name are the server's own", async () => {
  const named = Object.entries(headerRow()).map(([name, value]) => [name.toLowerCase(), value]);
  const sql = madeUpServer({ headers: [Object.fromEntries(named)] });
  expect(await readBackupHeaders(sql, "x")).toEqual([header]);
});

test("a header that tells nothing promises nothing", async () => {
  expect(await readBackupHeaders(madeUpServer({ headers: [{}] }), "x")).toEqual([
    {
      name: "",
      database: "",
      type: "other",
      setGuid: "",
      isCopyOnly: false,
      hasChecksums: false,
      isDamaged: false,
      bytes: 0,
      storedBytes: 0,
      serverVersion: "0.0.0",
    },
  ]);
});

test("the files in a backup are listed, also where little is said of them", async () => {
  const fileList = [{ LogicalName: "CM", PhysicalName: "D:\\CM.mdf", Type: " L ", Size: "8388608" }, {}];
  const sql = madeUpServer({ fileList });
  expect(await readFileList(sql, "E:\\O'Neill\\x.bak")).toEqual([
    { logicalName: "CM", physicalName: "D:\\CM.mdf", type: "L", sizeBytes: 8_388_608 },
    { logicalName: "", physicalName: "", type: "D", sizeBytes: 0 },
  ]);
  expect(sql.batches).toEqual(["RESTORE FILELISTONLY FROM DISK = N'E:\\O''Neill\\x.bak';"]);
});
