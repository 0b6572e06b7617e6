import { describe, expect, test } from "vitest";
import { longKeyName, parseRegFile, regValue } from "../../../../src/drivers/access/formats/reg-file.ts";

const sms = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SMS";
const sample = [
  "Windows Registry Editor Version 5.00",
  "",
  `[${sms}]`,
  "",
  `[${sms}\\Identification]`,
  '@="default \\"text\\""',
  '"Installation Directory"="D:\\\\Program Files\\\\Microsoft Configuration Manager"',
  '"Site Code"="PS1"',
  '"Lines"="one',
  'two"',
  '"Escaped lines"="one\\r\\ntwo\\\\n"',
  '"Number"=dword:0000a1ff',
  '"Big"=hex(b):01,00,00,00,00,00,00,80',
  '"Expand"=hex(2):25,00,41,00,25,00,00,00',
  '"Servers"=hex(7):61,00,00,00,62,00,63,00,00,00,00,00',
  '"Blob"=hex:00,01,02,03,04,05,06,07,08,09,0a,0b,0c,0d,0e,0f,10,11,12,13,14,15,\\',
  "  16,17,18",
  '"Nothing"=hex(0):',
  '"Odd"=hex(8):ff',
  '"a=\\"b"="c"',
  "",
  "",
].join("\r\n");

describe("a whole export", () => {
  const file = parseRegFile(encode(sample));

  test("gives every key and counts every value", () => {
    expect(file.keys.map((key) => key.name)).toEqual([sms, `${sms}\\Identification`]);
    expect(file.valueCount).toBe(13);
  });

  test.each([
    ["", { type: "string", text: 'default "text"' }],
    [
      "installation directory",
      { type: "string", text: "D:\\Program Files\\Microsoft Configuration Manager" },
    ],
    ["Lines", { type: "string", text: "one\r\ntwo" }],
    ["Escaped lines", { type: "string", text: "one\r\ntwo\\n" }],
    ["Number", { type: "dword", number: 0xa1ff }],
    ["Big", { type: "qword", number: 0x8000000000000001n }],
    ["Expand", { type: "expandable", text: "%A%" }],
    ["Servers", { type: "strings", texts: ["a", "bc"] }],
    ["Nothing", { type: "none", bytes: Buffer.alloc(0) }],
    ["Odd", { type: "other", bytes: Buffer.from([255]) }],
    ['a="b', { type: "string", text: "c" }],
  ])("reads the value %s", (name, value) => {
    expect(regValue(file, "HKLM\\Software\\Microsoft\\SMS\\Identification", name)).toEqual(value);
  });

  test("joins hex data that runs over lines", () => {
    const blob = regValue(file, `${sms}\\Identification`, "Blob");
    expect(blob).toEqual({ type: "binary", bytes: Buffer.from([...Array(25).keys()]) });
  });
});

test.each([
  ["cut inside a value", sample.slice(0, sample.indexOf("16,17") - 6), "ends in the middle of line"],
  ["cut after a continued line", sample.slice(0, sample.indexOf("  16,17")), "never ends"],
  ["cut in an open text", sample.slice(0, sample.indexOf('two"')), "never ends"],
  ["no header", sample.slice(40), "first line"],
  ["no key", "Windows Registry Editor Version 5.00\r\n\r\n", "no key"],
  ["a deletion", sample.replace(`[${sms}]`, `[-${sms}]`), "Line 3 is no key"],
  ["a deleted value", sample.replace('"c"', "-"), "no known form"],
  ["a value before a key", 'Windows Registry Editor Version 5.00\r\n"a"="b"\r\n', "before the first key"],
  ["short dword", sample.replace("0000a1ff", "0000a1f"), "Line 12 holds data of no known form"],
])("a file that is %s is refused with the line", (_title, text, message) => {
  expect(() => parseRegFile(encode(text))).toThrow(message);
});

test("a file that isn't UTF-16, or is cut within a character, is refused", () => {
  expect(() => parseRegFile(Buffer.from(sample, "utf8"))).toThrow("UTF-16LE");
  expect(() => parseRegFile(encode(sample).subarray(0, -1))).toThrow("middle of a character");
});

test("short hive names are written out", () => {
  expect(longKeyName("hklm\\SOFTWARE\\X\\")).toBe("HKEY_LOCAL_MACHINE\\SOFTWARE\\X");
});

function encode(text: string): Uint8Array {
  return Buffer.from(`\ufeff${text}`, "utf16le");
}
