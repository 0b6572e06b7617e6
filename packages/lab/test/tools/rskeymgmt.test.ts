import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { updateState } from "../../src/lab-state.ts";
import { serverKeyFile } from "../../src/site/server-key.ts";
import { rskeymgmt as tool } from "../../src/tools/rskeymgmt.ts";
import { withLab } from "../made-lab.ts";

const lab = withLab();
const rskeymgmt = (folder: string, args: readonly string[]) =>
  tool(folder, [...args, "-i", "SSRS"], () => "Y\r\n");

test("an extracted key is sealed with its password and gives the key back to who knows it", () => {
  const file = join(lab.folder, "key.snk");
  const key = readFileSync(serverKeyFile(lab.folder));
  expect(rskeymgmt(lab.folder, ["-e", "-f", file, "-p", "s3cret"]).code).toBe(0);
  expect(readFileSync(file).includes(key)).toBe(false);

  writeFileSync(serverKeyFile(lab.folder), "another key");
  const refused = rskeymgmt(lab.folder, ["-a", "-f", file, "-p", "S3cret"]);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain("password is not valid");
  expect(readFileSync(serverKeyFile(lab.folder), "utf8")).toBe("another key");

  expect(rskeymgmt(lab.folder, ["-a", `-f${file}`, "-ps3cret"]).code).toBe(0);
  expect(readFileSync(serverKeyFile(lab.folder)).equals(key)).toBe(true);
});

test("an empty password and an existing file are refused", () => {
  const file = join(lab.folder, "existing.snk");
  expect(rskeymgmt(lab.folder, ["-e", "-f", file, "-p", ""]).stderr).toContain("-p is required");
  writeFileSync(file, "mine");
  expect(rskeymgmt(lab.folder, ["-e", "-f", file, "-p", "x"]).code).toBe(1);
  expect(readFileSync(file, "utf8")).toBe("mine");
});

test("who is no administrator of the report server gets no key", () => {
  const file = join(lab.folder, "denied.snk");
  updateState(lab.folder, { incidents: ["report-key-refused"] });
  const refused = rskeymgmt(lab.folder, ["-e", "-f", file, "-p", "x"]);
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("0x80070005")]);
  expect(existsSync(file)).toBe(false);
  updateState(lab.folder, { incidents: [] });
  expect(rskeymgmt(lab.folder, ["-e", "-f", file, "-p", "x"]).code).toBe(0);
});

test.each<[string, readonly string[], string]>([
  ["a No", ["-i", "SSRS"], "N\r\n"],
  ["no answer", ["-i", "SSRS"], ""],
  ["the default instance, which is not here", [], "Y\r\n"],
])("%s gets no key", (_, args, answer) => {
  const file = join(lab.folder, "refused.snk");
  expect(tool(lab.folder, ["-e", "-f", file, "-p", "x", ...args], () => answer).code).toBe(1);
  expect(existsSync(file)).toBe(false);
});
