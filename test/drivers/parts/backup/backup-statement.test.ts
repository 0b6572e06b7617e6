import { expect, test } from "vitest";
import { progressOf, writeBackupStatement } from "../../../../src/drivers/parts/backup/backup-statement.ts";

const backup = {
  database: "CM_PS1",
  mode: "full",
  path: "E:\\stage\\x.bak",
  name: "x.bak",
  compression: false,
  copyOnly: true,
} as const;

test("a full says everything that a server's defaults could decide otherwise", () => {
  expect(writeBackupStatement(backup)).toBe(
    "BACKUP DATABASE [CM_PS1] TO DISK = N'E:\\stage\\x.bak' WITH COPY_ONLY, NO_COMPRESSION, NAME = N'x.bak', CHECKSUM, FORMAT, INIT, STATS = 5;",
  );
});

test("differentials and logs have their own words", () => {
  expect(writeBackupStatement({ ...backup, mode: "differential", copyOnly: false })).toContain(
    "WITH DIFFERENTIAL, NO_COMP",
  );
  expect(writeBackupStatement({ ...backup, mode: "log", copyOnly: false })).toMatch(/^BACKUP LOG \[CM_PS1\]/);
});

test("names can't end their quotes", () => {
  const text = writeBackupStatement({ ...backup, database: "a] TO DISK='x'", path: "E:\\O'Neill" });
  expect(text).toContain("DATABASE [a]] TO DISK='x'] TO DISK = N'E:\\O''Neill'");
});

test("progress is a share, in whatever language the server speaks", () => {
  expect(progressOf({ number: 3211, severity: 10, text: "35 Prozent verarbeitet." })).toBe(0.35);
  expect(progressOf({ number: 4035, severity: 10, text: "Processed 35 pages" })).toBeUndefined();
  expect(progressOf({ number: 3211, severity: 10, text: "100 percent processed." })).toBe(1);
  expect(progressOf({ number: 3211, severity: 10, text: "101 percent processed." })).toBe(1);
  expect(progressOf({ number: 3211, severity: 10, text: "processed." })).toBeUndefined();
});
