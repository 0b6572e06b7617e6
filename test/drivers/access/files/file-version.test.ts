import { expect, test } from "vitest";
import { fileVersion } from "../../../../src/drivers/access/files/file-version.ts";

test("the version is read from a program's version resource", () => {
  const program = Buffer.concat([
    Buffer.from("MZ"),
    Buffer.alloc(333, 7),
    info(0x0001_0000),
    Buffer.alloc(10),
  ]);
  expect(fileVersion(program)).toBe("5.0.9128.1007");
  expect(fileVersion(info(0x0001_0000))).toBe("5.0.9128.1007");
});

test("a file without one has no version", () => {
  expect(fileVersion(Buffer.from("MZ and nothing else"))).toBeUndefined();
  expect(fileVersion(Buffer.from([1, 0xbd, 0x04, 0xef, 0xfe]))).toBeUndefined();
  expect(fileVersion(info(0x0001_0000).subarray(0, 15))).toBeUndefined();
  expect(fileVersion(info(0x0002_0000))).toBeUndefined();
});

/** The first sixteen bytes of a version resource, of which the structure has a version of its own. */
function info(structure: number): Buffer {
  const bytes = Buffer.alloc(16);
  [0xfeef04bd, structure, (5 << 16) | 0, (9128 << 16) | 1007].forEach((number, at) =>
    bytes.writeUInt32LE(number >>> 0, at * 4),
  );
  return bytes;
}
