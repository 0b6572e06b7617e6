import { expect, test } from "vitest";
import { parseServerName, sqlcmdServerName } from "../../../../src/drivers/access/sql/server-name.ts";

test.each([
  ["127.0.0.1:14331", "127.0.0.1,14331"],
  ["sql01.lab:1433", "sql01.lab,1433"],
  ["tcp:sql01:1433", "tcp:sql01,1433"],
  ["[::1]:1433", "::1,1433"],
])("%s is %s to sqlcmd", (written, taken) => {
  expect(sqlcmdServerName(written)).toBe(taken);
});

test.each([
  "sql01",
  "sql01,1433",
  "tcp:sql01,1433",
  "sql01\\INST",
  ".\\INST",
  "(local)",
  "::1",
  "np:\\\\sql01\\pipe\\sql\\query",
])("%s goes to sqlcmd as it is", (written) => {
  expect(sqlcmdServerName(written)).toBe(written);
});

test("a server is taken apart", () => {
  expect(parseServerName("tcp:sql01,1433")).toEqual({ host: "sql01", port: 1433 });
  expect(parseServerName("sql01\\SMS")).toEqual({ host: "sql01", instance: "SMS" });
});
