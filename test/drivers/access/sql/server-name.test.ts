import { expect, test } from "vitest";
import { isOwnServer, sqlcmdServerName } from "../../../../src/drivers/access/sql/server-name.ts";

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

test.each([
  ".",
  "(local)",
  "(LOCAL)",
  "localhost",
  ".\\SMS",
  "tcp:localhost,1433",
  "127.0.0.1",
  "CM01",
  "cm01.lab",
  "cm01\\SMS",
])("%s is the machine itself", (server) => {
  expect(isOwnServer(server, "cm01")).toBe(true);
  expect(isOwnServer(server, "CM01.lab")).toBe(true);
});

test.each(["sql01", "sql01.lab", "cm011", "cm01x.lab", ".sql01", "10.0.0.1"])(
  "%s is another machine",
  (server) => {
    expect(isOwnServer(server, "cm01")).toBe(false);
    expect(isOwnServer(server, "cm01.lab")).toBe(false);
  },
);

test("two machines of one name in two domains are two", () => {
  expect(isOwnServer("cm01.other", "cm01.lab")).toBe(false);
});
