import { expect, test } from "vitest";
import { fileVersion } from "../../../../src/drivers/access/files/file-version.ts";

test("the version is read from a program's version resource", () => {
  const info = Buffer.alloc(52);
  [0xfeef04bd, 0x00010000, (5 << 16) | 0, (9128 << 16) | 1007].forEach((number, at) =>
    info.writeUInt32LE(number >>> 0, at * 4),
  );
  const program = Buffer.concat([Buffer.from("MZ"), Buffer.alloc(333, 7), info, Buffer.alloc(10)]);
  expect(fileVersion(program)).toBe("5.0.9128.1007");
});

test("a file without one has no version", () => {
  expect(fileVersion(Buffer.from("MZ and nothing else"))).toBeUndefined();
  expect(fileVersion(Buffer.from([1, 0xbd, 0x04, 0xef, 0xfe]))).toBeUndefined();
});
