import { readFileSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { incident } from "../../src/incidents/incident.ts";
import { sc } from "../../src/tools/sc.ts";
import { vssadmin as tool } from "../../src/tools/vssadmin.ts";
import { withLab } from "../made-lab.ts";

const lab = withLab();
const vssadmin = (...args: readonly string[]) => {
  const { code, stdout } = tool(lab.folder, args);
  return { code, text: stdout.toString("latin1") };
};

test("the program in bin lists each writer on five lines, the site's and SQL Server's by their ids", () => {
  const program = join(lab.folder, "bin", "vssadmin.mjs");
  const text = execFileSync(process.execPath, [program, "list", "writers"], { encoding: "latin1" });
  const guid = "\\{[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\}";
  const entry = new RegExp(
    `^Writer name: '(.+)'\r\n   Writer Id: (${guid})\r\n   Writer Instance Id: ${guid}\r\n   State: \\[1\\] Stable\r\n   Last error: No error\r\n\r\n`,
    "gm",
  );
  const found = Object.fromEntries([...text.matchAll(entry)].map(([, name, id]) => [name, id]));
  expect(found["SMS Writer"]).toBe("{03ba67dd-dc6d-4729-a038-251f7018463b}");
  expect(found["SqlServerWriter"]).toBe("{a65faa63-5ea8-4ebc-9dbd-a0c4db26912a}");
  expect(Object.keys(found)).toHaveLength(text.split("Writer name:").length - 1);
  expect(text.startsWith("vssadmin 1.1 - ")).toBe(true);
});

test("a failed writer has state 8 and its error, and no other has", async () => {
  await incident(lab.folder, "vss-writer-failed");
  const { code, text } = vssadmin("list", "writers");
  await incident(lab.folder, "vss-writer-failed", { off: true });
  expect(code).toBe(0);
  expect(text.split("State: [8] Failed\r\n   Last error: Non-retryable error\r\n")).toHaveLength(2);
  expect(/'SMS Writer'(?:\r\n {3}.*){3}\r\n/.exec(text)![0]).toContain("[8] Failed");
});

test("without the right, and for anything but a list of writers, it ends with 2", async () => {
  expect(vssadmin("list", "shadows")).toMatchObject({ code: 2, text: expect.stringContaining("Error: ") });
  await incident(lab.folder, "services-refused");
  const told = vssadmin("list", "writers");
  await incident(lab.folder, "services-refused", { off: true });
  expect(told).toMatchObject({
    code: 2,
    text: expect.stringContaining("don't have the correct permissions"),
  });
});

test("a German Windows says the same with other words, in the bytes of its console; numbers stay", async () => {
  const file = join(lab.folder, "lab.json");
  const before = readFileSync(file, "utf8");
  onTestFinished(() => writeFileSync(file, before));
  const description = JSON.parse(before);
  const variant = { ...description.variant, windowsLanguage: "german" };
  writeFileSync(file, JSON.stringify({ ...description, variant }));
  const { text } = vssadmin("LIST", "Writers");
  expect(text).toContain('Verfassername: "SMS Writer"\r\n   Verfasserkennung: {03ba67dd-');
  expect(text).toContain("   Status: [1] Stabil\r\n   Letzter Fehler: Kein Fehler\r\n");
  const missing = sc(lab.folder, ["query", "SMS_NOWHERE"]);
  expect(missing.stdout.toString("latin1")).toBe(
    "[SC] EnumQueryServicesStatus:OpenService FEHLER 1060:\r\n\r\nDer angegebene Dienst ist kein installierter Dienst.\r\n\r\n",
  );
  const running = sc(lab.folder, ["start", "SMS_EXECUTIVE"]);
  expect(running.stdout.includes(Buffer.from([0x66, 0x81, 0x68, 0x72, 0x74]))).toBe(true);
  expect(sc(lab.folder, ["query", "SMS_EXECUTIVE"]).stdout.toString("latin1")).toContain(": 4  RUNNING");
});
