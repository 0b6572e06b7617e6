import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { incident } from "../../src/incidents/incident.ts";
import { serverKeyFile } from "../../src/site/server-key.ts";
import { powershell } from "../../src/tools/powershell.ts";
import { rskeymgmt } from "../../src/tools/rskeymgmt.ts";
import { withLab } from "../made-lab.ts";

const lab = withLab();
const literal = (text: string) => `[Convert]::FromBase64String('${Buffer.from(text).toString("base64")}')`;
const asked =
  "root\\Microsoft\\SqlServer\\ReportServer __NAMESPACE MSReportServer_ConfigurationSetting InstanceName BackupEncryptionKey";
const script = (...names: readonly string[]) => `${asked} ${names.map(literal).join(" ")}`;

/** What a script writes, by its names. */
function run(text: string, password = "s3cret", args = ["-NoProfile", "-Command", "-"]) {
  const { code, stdout } = powershell(lab.folder, args, () => `${text}\r\n${password}\r\n`);
  const lines = stdout.split("\r\n").filter((it) => it.includes("="));
  return { code, ...Object.fromEntries(lines.map((it) => /^sitekeep-(\w+)=(.*)$/.exec(it)!.slice(1))) };
}

test("the key that the provider gives is applied with its password by the report server's own tool", () => {
  const answer: Record<string, unknown> = run(script("ssrs", "ssrs01.lab"));
  expect(answer).toMatchObject({ code: 0, instances: "1", hresult: "0" });
  const bytes = Buffer.from(String(answer["key"]), "base64");
  expect(String(bytes.length)).toBe(answer["length"]);
  const key = readFileSync(serverKeyFile(lab.folder));
  expect(bytes.includes(key)).toBe(false);
  const file = join(lab.folder, "given.snk");
  writeFileSync(file, bytes);
  writeFileSync(serverKeyFile(lab.folder), "another key");
  rskeymgmt(lab.folder, ["-a", "-f", file, "-p", "s3cret", "-i", "SSRS"], () => "Y\r\n");
  expect(readFileSync(serverKeyFile(lab.folder)).equals(key)).toBe(true);
});

test.each<[string, readonly string[], string, object]>([
  ["an instance that there is not", ["MSSQLSERVER"], "x", { code: 0, instances: "0" }],
  ["no password", ["SSRS"], "", { code: 0, instances: "1" }],
  ["a machine that is none of the lab's", ["SSRS", "ssrs99.lab"], "x", { code: 0, failure: "-2147023174" }],
])("%s gets no key", (_, names, password, expected) => {
  expect(run(script(...names), password)).toEqual(expected);
});

test.each<[string, object]>([
  ["report-key-refused", { code: 0, failure: "-2147024891" }],
  ["report-server-away", { code: 0, failure: "-2147023174" }],
  ["report-service-down", { code: 0, instances: "1", hresult: "-2147023834", length: "0" }],
])("during %s no key is given, and afterwards it is", async (name, expected) => {
  await incident(lab.folder, name);
  expect(run(script("SSRS", "SSRS01"))).toEqual(expected);
  const tool = rskeymgmt(
    lab.folder,
    ["-e", "-f", join(lab.folder, `${name}.snk`), "-p", "x", "-i", "SSRS"],
    () => "Y\r\n",
  );
  expect(tool.code).toBe(name === "report-server-away" ? 0 : 1);
  await incident(lab.folder, name, { off: true });
  expect(run(script("SSRS", "SSRS01"))).toMatchObject({ hresult: "0" });
});

test("a script that asks for something else, or that is an argument, is not run", () => {
  expect(run("Get-Date")).toEqual({ code: 1 });
  expect(run(script("SSRS"), "x", ["-Command", "Get-Date"])).toEqual({ code: 1 });
});
