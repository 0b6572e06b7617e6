import { expect, test } from "vitest";
import { parseBackupControl } from "../../../../src/drivers/access/formats/backup-control.ts";

const control = `# a remark
[Tokens]
BACKUP_DESTINATION=%BACKUP_DEST_DIR%\\%SITE_CODE%
OWN=D:\\Own Scripts
[Stop]
#stop
service \\\\%SITE_SERVER%\\SMS_EXECUTIVE
[Tasks]
file %SITE_SERVER_ROOT_DIR%\\inboxes\\*.* %BACKUP_DESTINATION%\\inboxes
file "OWN\\*.*" BACKUP_DESTINATION\\own
  file E:\\Plain X
#file D:\\Remark X
reg \\\\S\\HKLM\\X y.dat
[Start]
file F:\\NotATask X
`;

test("the sources of file tasks come with their tokens replaced, and nothing else does", () => {
  const { fileSources } = parseBackupControl(control, "D:\\CM");
  expect(fileSources).toEqual(["D:\\CM\\inboxes", "D:\\Own Scripts", "E:\\Plain"]);
});

test("a token that nobody defines stays as it is written", () => {
  expect(parseBackupControl("[Tasks]\nfile %NOBODY%\\x y", "D:\\CM").fileSources).toEqual(["%NOBODY%\\x"]);
});
