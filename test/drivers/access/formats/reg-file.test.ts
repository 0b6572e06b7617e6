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
  const read = () => parseRegFile(encode(sample));

  test("gives every key and counts every value", () => {
    const file = read();
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
    expect(regValue(read(), "HKLM\\Software\\Microsoft\\SMS\\Identification", name)).toEqual(value);
  });

  test("joins hex data that runs over lines", () => {
    const blob = regValue(read(), `${sms}\\Identification`, "Blob");
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

describe("a line that no export has is refused:", () => {
  test.each([
    ['x"a"="b"', "is no value"],
    ['"a" ="b"', "is no value"],
    ["a=b", "is no value"],
    ['"a"="b" c', "holds data of no known form"],
    ['"a"=x"b"', "holds data of no known form"],
    ['"a"=xdword:00000001', "holds data of no known form"],
    ['"a"=dword:000000011', "holds data of no known form"],
    ['"a"=xhex:00', "holds data of no known form"],
    ['"a"=hex:0', "holds data of no known form"],
    ['"a"=hex:00,1', "holds data of no known form"],
    ['"a"=hex:0001', "holds data of no known form"],
    ['"a"=hex:0,001', "holds data of no known form"],
    ['"a"=hex:00,', "holds data of no known form"],
    ['"a"=hex:00;01', "holds data of no known form"],
    ['"a"=hex(123456789):00', "holds data of no known form"],
    ["[HKEY_USERS] x", "is no key"],
  ])("%s", (line, message) => {
    expect(() => parseRegFile(encode(withLine(line)))).toThrow(`Line 4 ${message}.`);
  });
});

describe("a value of every type is read:", () => {
  test.each([
    ["hex(1):61,00,00,00", { type: "string", text: "a" }],
    ["hex(3):01", { type: "binary", bytes: Buffer.from([1]) }],
    ["hex:01", { type: "binary", bytes: Buffer.from([1]) }],
    ["hex:", { type: "binary", bytes: Buffer.alloc(0) }],
    ["hex(b):01,00", { type: "other", bytes: Buffer.from([1, 0]) }],
    ["hex(ffff1234):01", { type: "other", bytes: Buffer.from([1]) }],
    ["hex(2):61,00", { type: "expandable", text: "a" }],
    ["hex(7):61,00,00,00", { type: "strings", texts: ["a"] }],
    ["DWORD:0000000A", { type: "dword", number: 10 }],
    ['""', { type: "string", text: "" }],
    ['"a\\\\"', { type: "string", text: "a\\" }],
    ['"a\\\\0b\\0"', { type: "string", text: "a\\0b\0" }],
    ["hex:01,\\\r\n  02,\\\r\n  03", { type: "binary", bytes: Buffer.from([1, 2, 3]) }],
    ['"one\r\n\\"two\\"\r\n"', { type: "string", text: 'one\r\n"two"\r\n' }],
  ])("%j", (data, value) => {
    const file = parseRegFile(encode(withLine(`"a"=${data}`)));
    expect(regValue(file, "HKU", "A")).toEqual(value);
    expect(regValue(file, "HKU", "b")).toBeUndefined();
    expect(regValue(file, "HKCU", "a")).toBeUndefined();
    expect(file).toMatchObject({ keys: [{ name: "HKEY_USERS" }], valueCount: 1 });
  });
});

test("a fault has a name of its own, and a broken value is named by the line where it begins", () => {
  const read = () => parseRegFile(encode(withLine('"a"="never closed').slice(0, -2)));
  expect(read).toThrow("ends in the middle of line 4");
  expect(() => parseRegFile(encode(withLine('"a"="never closed')))).toThrow(
    "Line 4 begins a value that never ends.",
  );
  expect(() => parseRegFile(encode(""))).toThrow(expect.objectContaining({ name: "RegFileFault" }));
});

test("a file that isn't UTF-16, or is cut within a character, is refused", () => {
  expect(() => parseRegFile(Buffer.from(sample, "utf8"))).toThrow("UTF-16LE");
  for (const mark of [
    [0xff, 0xff],
    [0xfe, 0xfe],
  ])
    expect(() => parseRegFile(Buffer.concat([Buffer.from(mark), encode(sample).subarray(2)]))).toThrow(
      "UTF-16LE",
    );
  expect(() => parseRegFile(encode(sample).subarray(0, -1))).toThrow("middle of a character");
});

test("short hive names are written out", () => {
  expect(longKeyName("hklm\\SOFTWARE\\X\\")).toBe("HKEY_LOCAL_MACHINE\\SOFTWARE\\X");
});

function withLine(line: string): string {
  return `Windows Registry Editor Version 5.00\r\n\r\n[HKEY_USERS]\r\n${line}\r\n`;
}

function encode(text: string): Uint8Array {
  return Buffer.from(`\ufeff${text}`, "utf16le");
}
