import { expect, test } from "vitest";
import { systemErrorOf } from "../../../../src/drivers/access/sql/system-error.ts";
import { refusal } from "../../../support/made-up-server.ts";

test.each([
  ["Cannot open backup device 'E:\\x.bak'. Operating system error 2(The system cannot find it.).", 2],
  ["Das Sicherungsmedium 'E:\\x (1).bak' … Betriebssystemfehler 5(Zugriff verweigert).", 5],
  ['Write on "E:\\x.bak" failed: 112(There is not enough space on the disk.)', 112],
  ["It failed.", undefined],
])("%s", (text, number) => {
  expect(systemErrorOf(refusal([3201, text], [3013, "It ends."]))).toBe(number);
});
