import { expect, test } from "vitest";
import { readMarkedText } from "../../../src/core/base/marked-text.ts";

const text = "Dûrée\r\n";
const wide = Buffer.from(`\uFEFF${text}`, "utf16le");

test.each([
  ["UTF-8", Buffer.from(text)],
  ["UTF-8 with its mark", Buffer.from(`\uFEFF${text}`)],
  ["UTF-16, little-endian", wide],
  ["UTF-16, big-endian", Buffer.from(wide).swap16()],
])("%s is read as its letters, without the mark", (_, bytes) => {
  expect(readMarkedText(bytes)).toEqual({ text });
});

test.each([
  ["a code page", Buffer.from(text, "latin1"), "not-utf-8"],
  ["UTF-16 that is cut off", wide.subarray(0, -1), "not-utf-8"],
  ["half a pair of UTF-16", Buffer.from([0xff, 0xfe, 0x00, 0xd8]), "not-utf-8"],
  ["UTF-16 without its mark", Buffer.from("word", "utf16le"), "has-nul"],
  ["UTF-32", Buffer.from([0xff, 0xfe, 0, 0, 0x77, 0, 0, 0]), "has-nul"],
] as const)("%s is no text", (_, bytes, fault) => {
  expect(readMarkedText(bytes)).toEqual({ fault });
});
