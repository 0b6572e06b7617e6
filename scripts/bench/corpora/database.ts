import { closeSync, copyFileSync, fstatSync, openSync, readSync, utimesSync, writeSync } from "node:fs";
import type { Donor } from "./donors.ts";
import { type PageLsn, pageBytes, updatePage, writePage } from "./page.ts";
import { below, type Random, randomFrom } from "./random.ts";
import { inventoryRows, statusRows } from "./rows.ts";

/** Pages of one table that lie together. */
const tablePages = 512;
/** Every so many runs of extents a run is empty: space that was allocated and never used. */
const unusedEvery = 12;
const runPages = 128;
/** Share of the pages that differ in a successor. */
const changedPerCent = 24;

export interface DatabaseSize {
  readonly bytes: number;
  readonly seed: number;
}

/** Writes a data file of 8 KB pages with rising numbers; a twelfth of them is empty. */
export function makeDatabase(file: string, { bytes, seed }: DatabaseSize, donors: readonly Donor[]): void {
  const random = randomFrom(seed);
  const tables = [inventoryRows(donors, random), inventoryRows(donors, random), statusRows(donors, random)];
  const handle = openSync(file, "w");
  const page = Buffer.alloc(pageBytes);
  for (let pageId = 0; pageId < Math.floor(bytes / pageBytes); pageId++) {
    if (Math.floor(pageId / runPages) % unusedEvery === unusedEvery - 1) page.fill(0);
    else {
      const table = Math.floor(pageId / tablePages);
      const writeRow = tables[table % tables.length]!;
      writePage(page, { pageId, objectId: 1_000 + table, lsn: lsnOf(random, 40), writeRow });
    }
    writeSync(handle, page, 0, pageBytes, pageId * pageBytes);
  }
  closeSync(handle);
  utimesSync(file, 1_760_000_000, 1_760_000_000);
}

/** Copies a data file and updates a quarter of its pages, chosen at random, as a day of work does. */
export function makeSuccessor(from: string, to: string, seed: number): void {
  copyFileSync(from, to);
  const random = randomFrom(seed ^ 0xda7a);
  const handle = openSync(to, "r+");
  const page = Buffer.alloc(pageBytes);
  const pages = fstatSync(handle).size / pageBytes;
  for (let pageId = 0; pageId < pages; pageId++) {
    if (below(random, 100) >= changedPerCent) continue;
    readSync(handle, page, 0, pageBytes, pageId * pageBytes);
    if (page[0] !== 1) continue;
    updatePage(page, lsnOf(random, 41), random);
    writeSync(handle, page, 0, pageBytes, pageId * pageBytes);
  }
  closeSync(handle);
  utimesSync(to, 1_760_086_400, 1_760_086_400);
}

function lsnOf(random: Random, file: number): PageLsn {
  return { file, block: below(random, 100_000), slot: 1 + below(random, 40) };
}
