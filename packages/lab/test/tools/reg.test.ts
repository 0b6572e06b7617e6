import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { reg } from "../../src/tools/reg.ts";
import { withLab } from "../made-lab.ts";

const lab = withLab();
const sms = "HKLM\\SOFTWARE\\Microsoft\\SMS";

test("export, delete, import and export again give the same bytes", () => {
  const [first, second] = [fileAt("first.reg"), fileAt("second.reg")];
  for (const key of [sms, "HKLM\\SOFTWARE\\Microsoft\\NAL"]) {
    expect(reg(lab.folder, ["export", key, first, "/y"]).code).toBe(0);
    expect(reg(lab.folder, ["delete", key, "/f"]).code).toBe(0);
    expect(reg(lab.folder, ["query", key]).code).toBe(1);
    expect(reg(lab.folder, ["import", first]).code).toBe(0);
    expect(reg(lab.folder, ["export", key, second, "/y", "/reg:64"]).code).toBe(0);
    expect(readFileSync(second).equals(readFileSync(first))).toBe(true);
  }
});

test("an export is UTF-16LE with a mark, has CR LF, no line beyond column 80, and every type of value", () => {
  const bytes = exported(sms);
  expect([...bytes.subarray(0, 2)]).toEqual([0xff, 0xfe]);
  const lines = bytes.subarray(2).toString("utf16le").split("\r\n");
  expect(lines[0]).toBe("Windows Registry Editor Version 5.00");
  expect(lines.slice(1, 3)).toEqual(["", "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SMS]"]);
  expect(lines.join("").includes("\n")).toBe(false);
  const wrapped = lines.filter((line) => line.endsWith("\\"));
  expect(wrapped.length).toBeGreaterThan(50);
  expect(wrapped.filter((line) => line.length > 80)).toEqual([]);
  const types = lines.map((line) => /^(?:@|".*")=("|dword:|hex(?:\(\w+\))?:)/.exec(line)?.[1]);
  expect(new Set(types.filter((it) => it !== undefined))).toEqual(
    new Set(['"', "dword:", "hex:", "hex(0):", "hex(2):", "hex(7):", "hex(b):"]),
  );
  expect(lines).toContain('@=""');
  expect(lines).toContain('"Site \\"friendly\\" name"="Primary Site One \\\\ laboratory"');
});

test("a missing key is exit code 1 and makes no file", () => {
  const file = fileAt("missing.reg");
  const result = reg(lab.folder, ["export", `${sms}\\Nowhere`, file, "/y"]);
  expect([result.code, existsSync(file)]).toEqual([1, false]);
  expect(result.stderr).toMatch(/^ERROR: /);
});

test("an existing file is overwritten only with /y", () => {
  const file = fileAt("kept.reg");
  writeFileSync(file, "mine");
  expect(reg(lab.folder, ["export", sms, file]).code).toBe(1);
  expect(readFileSync(file, "utf8")).toBe("mine");
});

test("a value is added, shown, replaced by an import and deleted by an import", () => {
  const key = `${sms}\\Setup`;
  reg(lab.folder, ["add", key, "/v", "Lab", "/t", "REG_DWORD", "/d", "7", "/f"]);
  expect(reg(lab.folder, ["query", key, "/v", "lab"]).stdout).toContain("Lab    REG_DWORD    0x7");
  importText(["[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SMS\\Setup]", '"LAB"="text"']);
  expect(reg(lab.folder, ["query", key, "/v", "Lab"]).stdout).toContain("REG_SZ    text");
  importText(["[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SMS\\Setup]", '"Lab"=-']);
  expect(reg(lab.folder, ["query", key, "/v", "Lab"]).code).toBe(1);
});

test("what is no .reg file is not imported", () => {
  const file = fileAt("ansi.reg");
  writeFileSync(file, "REGEDIT4\r\n");
  expect(reg(lab.folder, ["import", file]).code).toBe(1);
});

test("the program in bin behaves like the tool, with a path of the site server", () => {
  const program = join(lab.folder, "bin", "reg.mjs");
  const output = execFileSync(process.execPath, [program, "export", sms, "D:\\sms.reg", "/y", "/reg:64"], {
    encoding: "utf8",
  });
  expect(output).toContain("completed successfully");
  expect(readFileSync(join(lab.folder, "hosts", "cm01", "D", "sms.reg")).equals(exported(sms))).toBe(true);
});

function importText(lines: readonly string[]): void {
  const text = ["Windows Registry Editor Version 5.00", "", ...lines, ""].join("\r\n");
  const file = fileAt("change.reg");
  writeFileSync(file, Buffer.from(`\uFEFF${text}`, "utf16le"));
  expect(reg(lab.folder, ["import", file]).code).toBe(0);
}

function exported(key: string): Buffer {
  const file = fileAt("export.reg");
  reg(lab.folder, ["export", key, file, "/y"]);
  return readFileSync(file);
}

function fileAt(name: string): string {
  return join(lab.folder, name);
}
