import { expect, test } from "vitest";
import { keyFilePassword } from "../../../../src/drivers/parts/keys/key-file-password.ts";

test("a key file's password is what the recipe in docs/permissions.md gives", async () => {
  // Made with Python's hashlib.pbkdf2_hmac.
  expect(await keyFilePassword("Lab-Pa55", "3f9a1c0d22b7")).toBe("krbdwgWgJcUN2h_cOTvAglmWmKBi8hwqc");
});

test("each file has its own, and none holds the policy's", async () => {
  const [one, other] = await Promise.all([
    keyFilePassword("Lab-Pa55", "a"),
    keyFilePassword("Lab-Pa55", "b"),
  ]);
  expect(one).not.toBe(other);
  expect(one).not.toContain("Lab-Pa55");
});
