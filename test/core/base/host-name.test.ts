import { expect, test } from "vitest";
import { isSameHost } from "../../../src/core/base/host-name.ts";

test("a short host name stands for a full one, two full names must be equal", () => {
  expect(isSameHost("CM01", "cm01.contoso.com")).toBe(true);
  expect(isSameHost("cm01.contoso.com", "cm01.fabrikam.com")).toBe(false);
  expect(isSameHost("cm01", "cm010")).toBe(false);
});
