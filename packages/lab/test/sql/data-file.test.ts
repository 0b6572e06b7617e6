import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LabError } from "../../src/lab-error.ts";
import { allocate } from "../../src/sql/data-file/allocation.ts";
import { extentBitOf, freeSpaceByteOf, ownPageAt } from "../../src/sql/data-file/layout.ts";
import { isDataFile, readDataFile } from "../../src/sql/data-file/read-data-file.ts";
import { writeDataFile } from "../../src/sql/data-file/write-data-file.ts";
import { logFile } from "../../src/sql/data-file/write-log-file.ts";
import { createDatabase, openDatabase } from "../../src/sql/database-file.ts";

const folder = mkdtempSync(join(tmpdir(), "data-file-"));
afterAll(() => rmSync(folder, { recursive: true }));

const database = makeDatabase("lab.mdf", 40);
const identity = {
  fileId: 1,
  fileGuid: "6F9619FF-8B86-D011-B42D-00C04FC964FF",
  logicalName: "CM_PS1",
  database: "CM_PS1",
  databaseId: 5,
  databaseVersion: 957,
};

function makeDatabase(name: string, rows: number): string {
  const path = join(folder, name);
  const db = createDatabase(path);
  db.exec('CREATE TABLE t (id int PRIMARY KEY, body "nvarchar(max)")');
  db.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
           INSERT INTO t SELECT i, hex(zeroblob(32000)) || i FROM n`);
  db.close();
  return path;
}

function dataFile(name: string, { seed = "a", from = database } = {}): string {
  const to = join(folder, name);
  writeDataFile({ from, to, identity, seed });
  return to;
}

/** A data file as its documentation tells how to read it; nothing of this is taken from the lab. */
class Reading {
  readonly #bytes: Buffer;

  constructor(path: string) {
    this.#bytes = readFileSync(path);
  }

  get pages(): number {
    return this.#bytes.length / 8192;
  }

  page(id: number): Buffer {
    return this.#bytes.subarray(id * 8192, (id + 1) * 8192);
  }

  /** PFS: page 1, then each 8,088th; a byte for each page, and 0x40 in it. */
  isAllocated(id: number): boolean {
    const pfs = Math.floor(id / 8088) * 8088;
    return (this.page(pfs === 0 ? 1 : pfs)[100 + (id % 8088)]! & 0x40) !== 0;
  }

  /** Extent maps: a bit for each extent, the lowest bit first. */
  extentBit(map: number, id: number): boolean {
    const extent = Math.floor(id / 8);
    return ((this.page(map)[194 + Math.floor(extent / 8)]! >> (extent % 8)) & 1) === 1;
  }

  isInUse(id: number): boolean {
    return this.isAllocated(id) && !this.extentBit(2, id);
  }

  isSound(id: number): boolean {
    const page = this.page(id);
    return (
      page[0] === 1 &&
      (page.readUInt16LE(4) & 0x200) !== 0 &&
      page.readUInt32LE(32) === id &&
      page.readUInt16LE(36) === 1 &&
      page.readUInt32LE(60) === checksum(page)
    );
  }

  all(isWanted: (id: number) => boolean): readonly number[] {
    return Array.from({ length: this.pages }, (_, id) => id).filter(isWanted);
  }
}

/** Sixteen sectors of 512 bytes: each one's words by exclusive or, turned left by how far it is from the last. */
function checksum(page: Buffer): number {
  let sum = 0n;
  for (let sector = 0; sector < 16; sector++) {
    let words = 0;
    for (let at = sector * 512; at < (sector + 1) * 512; at += 4)
      if (at !== 60) words ^= page.readInt32LE(at);
    const turned = BigInt.asUintN(32, BigInt(words)) << BigInt(15 - sector);
    sum ^= BigInt.asUintN(32, turned) | (turned >> 32n);
  }
  return Number(sum);
}

describe("a data file of a database", () => {
  let reading: Reading;
  beforeAll(() => {
    // More than 8,088 pages, so that there is a second PFS page.
    reading = new Reading(dataFile("one.mdf", { from: makeDatabase("large.mdf", 1100) }));
  });

  test("every page in use has a header of its place and a checksum that is right", () => {
    const used = reading.all((id) => reading.isInUse(id));
    expect(used.length).toBeGreaterThan(8088);
    expect(used.filter((id) => !reading.isSound(id))).toEqual([]);
  });

  test("the engine's own pages lie where they are looked for, and all other pages in use hold data", () => {
    const own = [0, 1, 2, 3, 6, 7, 9, 8088].map((id) => [id, reading.page(id)[1]]);
    expect(own).toEqual([
      [0, 15],
      [1, 11],
      [2, 8],
      [3, 9],
      [6, 16],
      [7, 17],
      [9, 13],
      [8088, 11],
    ]);
    const others = reading.all((id) => reading.isInUse(id) && !own.some(([place]) => place === id));
    expect(new Set(others.map((id) => reading.page(id)[1]))).toEqual(new Set([1]));
  });

  test("left-overs that no checksum holds for lie in pages and extents that are not in use", () => {
    const garbage = reading.all((id) => !reading.isSound(id) && reading.page(id).some((byte) => byte !== 0));
    expect(garbage.length).toBeGreaterThan(100);
    expect(garbage.filter((id) => reading.isInUse(id))).toEqual([]);
    expect(garbage.some((id) => reading.extentBit(2, id))).toBe(true);
    expect(garbage.some((id) => !reading.extentBit(2, id))).toBe(true);
    // In an extent that is free no page is allocated.
    expect(reading.all((id) => reading.extentBit(2, id) && reading.isAllocated(id))).toEqual([]);
  });

  test("maps are the records that DBCC PAGE shows, and nothing is in a mixed extent", () => {
    expect(reading.page(1).subarray(96, 108).toString("hex")).toBe("00009c1f4444444400004444");
    expect(reading.page(2).subarray(190, 194).toString("hex")).toBe("0000381f");
    for (const map of [2, 3, 6, 7]) expect(reading.page(map).readUInt16LE(8188)).toBe(190);
    expect(reading.all((id) => reading.extentBit(3, id))).toEqual([]);
    expect(reading.all((id) => reading.extentBit(6, id) === reading.extentBit(2, id))).toEqual([]);
  });

  test("the boot page names the database and its version, the file header the file", () => {
    const boot = reading.page(9);
    expect([boot.readUInt16LE(100), boot.readUInt16LE(102)]).toEqual([957, 957]);
    expect(
      boot
        .subarray(148, 404)
        .toString("utf16le")
        .replace(/\u2020+$/, ""),
    ).toBe("CM_PS1");
    const header = reading.page(0);
    const columns = header.readUInt16LE(104);
    const offsets = 96 + 10 + Math.ceil(columns / 8) + 2;
    const end = (column: number) => 96 + header.readUInt16LE(offsets + column * 2);
    expect(header.readUInt16LE(end(1))).toBe(1);
    expect(header.readUInt32LE(end(2))).toBe(reading.pages);
  });
});

test("what was written comes back, row for row", () => {
  const back = join(folder, "back.mdf");
  readDataFile(dataFile("there.mdf"), back);
  expect(statSync(back).size).toBe(statSync(database).size);
  const db = openDatabase(back);
  expect(db.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
  expect(db.prepare("SELECT count(*) AS n, max(id) AS last FROM t").get()).toEqual({ n: 40, last: 40 });
  db.close();
});

test("a page whose byte has changed is not read", () => {
  const path = dataFile("damaged.mdf");
  const bytes = readFileSync(path);
  const page = allocate(10, "a").dataPages[3]!;
  bytes[page * 8192 + 4000]! ^= 4;
  writeFileSync(path, bytes);
  expect(() => readDataFile(path, join(folder, "none.mdf"))).toThrow(LabError);
  expect(() => readDataFile(path, join(folder, "none.mdf"))).toThrow(`Page ${page} of`);
});

test("equal seeds give equal bytes, others other pages in use", () => {
  const [one, again] = [dataFile("1.mdf"), dataFile("2.mdf")];
  expect(readFileSync(again).equals(readFileSync(one))).toBe(true);
  const inUse = (path: string): readonly number[] => {
    const reading = new Reading(path);
    return reading.all((id) => reading.isInUse(id));
  };
  expect(inUse(dataFile("3.mdf", { seed: "b" }))).not.toEqual(inUse(one));
});

test("a database that has grown lies where it lay before", () => {
  const before = allocate(70, "a").dataPages;
  expect(allocate(700, "a").dataPages.slice(0, 70)).toEqual(before);
});

test("maps of later intervals are where the guide says", () => {
  const kinds = [511_232, 511_233, 511_238, 511_239, 16_176, 2, 511_234].map((id) => ownPageAt(id));
  expect(kinds).toEqual([8, 9, 16, 17, 11, 8, undefined]);
  expect(freeSpaceByteOf(8090)).toEqual({ page: 8088, offset: 102 });
  expect(freeSpaceByteOf(5)).toEqual({ page: 1, offset: 105 });
  expect(extentBitOf(511_232 + 80)).toEqual({ page: 511_232, offset: 195, bit: 4 });
});

test("a database file of the lab is no data file", () => {
  copyFileSync(database, join(folder, "copy.mdf"));
  expect(isDataFile(join(folder, "copy.mdf"))).toBe(false);
  expect(isDataFile(dataFile("is.mdf"))).toBe(true);
  writeFileSync(join(folder, "short.mdf"), "short");
  expect(isDataFile(join(folder, "short.mdf"))).toBe(false);
});

test("a log starts with a header of its own file, and four virtual log files fill it to the end", () => {
  const log = logFile({ ...identity, fileId: 2 }, 40 * 1024 * 1024);
  const head = log.subarray(0, 8192);
  expect([head[0], head[1], head.readUInt32LE(32), head.readUInt16LE(36)]).toEqual([1, 15, 0, 2]);
  expect(head.readUInt32LE(60)).toBe(checksum(head));
  const starts: number[] = [];
  for (let at = 8192; at < log.length; at += log.readUInt32LE(at + 16)) {
    expect(log[at]).toBe(0xab);
    starts.push(at);
  }
  expect(starts.length).toBe(4);
  expect(starts.map((at) => log.readUInt32LE(at + 4))).toEqual([34, 35, 36, 0]);
  expect(logFile(identity, 0).length).toBe(1024 * 1024);
});
