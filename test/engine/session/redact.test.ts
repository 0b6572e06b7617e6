import { expect, test } from "vitest";
import { makeRedactor } from "../../../src/engine/session/redact.ts";

test("a registered secret is taken out wherever it stands", () => {
  const redactor = makeRedactor();
  redactor.register("hunter2!");
  expect(redactor.clean("Login 'hunter2!' failed, hunter2!hunter2!")).toBe(
    "Login '[secret]' failed, [secret][secret]",
  );
});

test("a secret too short to be told from words is not looked for", () => {
  const redactor = makeRedactor();
  redactor.register("pla");
  redactor.register("site");
  expect(redactor.clean("a plan of a site")).toBe("a plan of a [secret]");
});
