import { expect, test } from "vitest";
import { decodeText, iniValue, parseIni } from "../../../../src/drivers/access/formats/ini-file.ts";

const dataLib = "[File]\r\nHash=E8A136A1\r\nSize=42\r\nAttributes=20\r\nTimeModified=130000000000000000\r\n";

test("a DataLib entry gives its values, whatever the case of the names", () => {
  const ini = parseIni(dataLib);
  expect(iniValue(ini, "FILE", "hash")).toBe("E8A136A1");
  expect(iniValue(ini, "File", "Size")).toBe("42");
  expect(iniValue(ini, "File", "Absent")).toBeUndefined();
  expect(iniValue(ini, "Absent", "Hash")).toBeUndefined();
});

test("a PkgLib file lists content ids as keys, with or without a value", () => {
  const ini = parseIni("[Packages]\nPS100002.3=\nContent_0c1.1\n; comment\n\n[Info]\nVersion=3\n");
  expect([...ini.sections.get("packages")!.keys()]).toEqual(["PS100002.3", "Content_0c1.1"]);
});

test("a value keeps what follows its first equals sign, and the first of two equal keys counts", () => {
  const ini = parseIni("[Tokens]\nX=a=b\nX=later\n");
  expect(iniValue(ini, "tokens", "x")).toBe("a=b");
});

test("UTF-16, UTF-8 and old single-byte files are decoded by what they are", () => {
  expect(decodeText(Buffer.from("\ufeffHash=é", "utf16le"))).toBe("Hash=é");
  expect(decodeText(Buffer.from("\ufeffHash=é", "utf8"))).toBe("Hash=é");
  expect(decodeText(Buffer.from("Hash=é", "latin1"))).toBe("Hash=é");
});

test("blanks around names and values are none of theirs, and what is before any section has a section", () => {
  const ini = parseIni(" early = 1 \r[ Info ]\r\n  Version =  3  \n=nameless\nx [y]\n");
  expect(Object.fromEntries([...ini.sections].map(([name, values]) => [name, [...values]]))).toEqual({
    "": [["early", "1"]],
    info: [
      ["Version", "3"],
      ["", "nameless"],
      ["x [y]", ""],
    ],
  });
});

test("half a mark of UTF-16 is none", () => {
  expect(decodeText(Buffer.from([0xff, 0x41]))).toBe("\u00ffA");
  expect(decodeText(Buffer.from([0x41, 0xfe]))).toBe("A\u00fe");
});
