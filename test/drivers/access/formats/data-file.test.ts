import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  checkDataFile,
  checkLogFile,
  DataFileError,
  UnknownFileError,
} from "../../../../src/drivers/access/formats/data-file.ts";
import { makeDataFile, seal } from "../../../support/data-file.ts";
import { SeededRandom } from "../../../support/seeded-random.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const pageBytes = 8192;
const none = { count: 0, first: [] };
function put(bytes: Uint8Array): string {
  const path = join(temporaryFolder(), "CM_PS1.mdf");
  writeFileSync(path, bytes);
  return path;
}

describe("a small data file", () => {
  const made = () => makeDataFile(300, new SeededRandom(3));
  const checked = async (change: (bytes: Buffer, used: readonly number[]) => void) => {
    const { bytes, used } = made();
    change(bytes, used);
    return checkDataFile(put(bytes));
  };

  test.each<[string, (bytes: Buffer, at: number) => void, string]>([
    ["a bit that fell over", (bytes, at) => (bytes[at + 5000]! ^= 4), "changed"],
    ["two sectors that changed places", swapSectors, "changed"],
    ["a page of zeros", (bytes, at) => bytes.fill(0, at, at + pageBytes), "foreign"],
    [
      "another page of the file",
      (bytes, at) => bytes.copyWithin(at, 9 * pageBytes, 10 * pageBytes),
      "foreign",
    ],
    [
      "a page of another file",
      (bytes, at) => void (bytes.writeUInt16LE(3, at + 36), seal(bytes, at / pageBytes)),
      "foreign",
    ],
  ])("in which a page in use holds %s is damaged there", async (_, change, fault) => {
    const { used } = made();
    const page = used[20]!;
    expect(await checked((bytes) => change(bytes, page * pageBytes))).toMatchObject({
      changed: none,
      foreign: none,
      [fault]: { count: 1, first: [page] },
    });
  });

  test("whose PFS is damaged: its other pages are checked all the same", async () => {
    const { used } = made();
    const page = used[40]!;
    const { changed } = await checked((bytes) => {
      bytes[pageBytes + 4000]! ^= 1;
      bytes[page * pageBytes + 4000]! ^= 1;
    });
    expect(changed).toEqual({ count: 2, first: [1, page] });
  });

  test("with torn pages: one whose sectors are of two writes is damaged", async () => {
    const tear = (bytes: Buffer, page: number, signature: (sector: number) => number) => {
      bytes.writeUInt16LE(0x100, page * pageBytes + 4);
      for (let sector = 0; sector < 16; sector++) {
        const last = page * pageBytes + sector * 512 + 511;
        bytes[last] = (bytes[last]! & 0xfc) | signature(sector);
      }
    };
    const { used } = made();
    const { changed } = await checked((bytes) => {
      tear(bytes, used[10]!, () => 1);
      tear(bytes, used[11]!, (sector) => (sector < 8 ? 1 : 2));
    });
    expect(changed).toEqual({ count: 1, first: [used[11]] });
  });

  test("of a database that verifies no pages: its pages are unproven, and not damaged", async () => {
    const { unproven, changed } = await checked((bytes, used) => {
      for (const page of used.slice(0, 7)) bytes.writeUInt16LE(0, page * pageBytes + 4);
    });
    expect({ unproven, changed }).toEqual({ unproven: 7, changed: none });
  });

  test("tells the first damages alone where there are many, and how many there are", async () => {
    const { changed } = await checked((bytes, used) => {
      for (const page of used.slice(0, 120)) bytes[page * pageBytes + 200]! ^= 1;
    });
    expect([changed.first.length, changed.count]).toEqual([50, 120]);
  });

  test("stops when it is told to", async () => {
    const signal = AbortSignal.abort();
    await expect(checkDataFile(put(made().bytes), { signal })).rejects.toThrow(/abort/i);
  });
});

test.each<[string, (bytes: Buffer) => Uint8Array, RegExp, new (message?: string) => Error]>([
  ["cut within a page", (bytes) => bytes.subarray(0, -100), /cut/, DataFileError],
  ["cut behind its first pages", (bytes) => bytes.subarray(0, 3 * pageBytes), /cut/, DataFileError],
  [
    "damaged in its header",
    (bytes) => (bytes.writeUInt8(7, 500), bytes),
    /header of the file, is damaged/,
    DataFileError,
  ],
  ["empty", () => Buffer.alloc(0), /short/, UnknownFileError],
  [
    "another program's",
    (bytes) => Buffer.from(bytes).fill("SQLite format 3", 0, 96),
    /not begin/,
    UnknownFileError,
  ],
])("a file that is %s is told as that", async (_, change, why, error) => {
  const path = put(change(makeDataFile(64, new SeededRandom(1)).bytes));
  await expect(checkDataFile(path)).rejects.toThrow(why);
  await expect(checkDataFile(path)).rejects.toBeInstanceOf(error);
});

test("a log begins with the header of a file, and anything else is unknown", async () => {
  const { bytes } = makeDataFile(64, new SeededRandom(2));
  await expect(checkLogFile(put(bytes))).resolves.toBeUndefined();
  await expect(checkLogFile(put(bytes.subarray(pageBytes)))).rejects.toBeInstanceOf(UnknownFileError);
  await expect(checkLogFile(put(Buffer.alloc(100)))).rejects.toBeInstanceOf(UnknownFileError);
  await expect(checkLogFile(put(bytes.subarray(0, pageBytes)))).rejects.toBeInstanceOf(DataFileError);
});

function swapSectors(bytes: Buffer, at: number): void {
  const one = Buffer.from(bytes.subarray(at + 1024, at + 1536));
  bytes.copyWithin(at + 1024, at + 1536, at + 2048);
  one.copy(bytes, at + 1536);
}
