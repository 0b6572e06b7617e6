// A page as SQL Server lays it out: a header of 96 bytes, rows one behind the other, and the slot array
// growing down from the end. Field offsets after "Inside the Storage Engine: Anatomy of a page" (Paul Randal,
// 2007).
import { pageChecksum } from "../../../packages/lab/src/sql/backup/page-image.ts";
import { below, type Random } from "./random.ts";

export const pageBytes = 8192;
export const headerBytes = 96;

const field = {
  version: 0,
  type: 1,
  flagBits: 4,
  indexId: 6,
  fixedLength: 14,
  slotCount: 22,
  objectId: 24,
  freeBytes: 28,
  freeData: 30,
  pageId: 32,
  fileId: 36,
  lsn: 40,
  checksum: 60,
} as const;
const hasChecksum = 0x200;
const dataPage = 1;

/** A log sequence number as a page holds it: virtual log file, block, record. */
export interface PageLsn {
  readonly file: number;
  readonly block: number;
  readonly slot: number;
}

export interface NewPage {
  readonly pageId: number;
  readonly objectId: number;
  readonly lsn: PageLsn;
  /** Writes the next row at the offset and returns its length, or 0 when it needs more room than there is. */
  writeRow(page: Buffer, at: number, room: number): number;
}

/** Fills a page with rows. What lies between the last row and the slot array is zero. */
export function writePage(page: Buffer, made: NewPage): void {
  page.fill(0);
  let end = headerBytes;
  let slots = 0;
  for (;;) {
    const length = made.writeRow(page, end, pageBytes - end - (slots + 1) * 2);
    if (length === 0) break;
    page.writeUInt16LE(end, pageBytes - (slots + 1) * 2);
    slots += 1;
    end += length;
  }
  page[field.version] = 1;
  page[field.type] = dataPage;
  page.writeUInt16LE(hasChecksum, field.flagBits);
  page.writeUInt16LE(256, field.indexId);
  page.writeUInt16LE(60, field.fixedLength);
  page.writeUInt16LE(slots, field.slotCount);
  page.writeUInt32LE(made.objectId, field.objectId);
  page.writeUInt16LE(pageBytes - end - slots * 2, field.freeBytes);
  page.writeUInt16LE(end, field.freeData);
  page.writeUInt32LE(made.pageId, field.pageId);
  page.writeUInt16LE(1, field.fileId);
  seal(page, made.lsn);
}

/** Overwrites the changing fields of a few rows, as an UPDATE does; the page gets a new LSN and checksum. */
export function updatePage(page: Buffer, lsn: PageLsn, random: Random): void {
  const slots = page.readUInt16LE(field.slotCount);
  const rows = slots === 0 ? 0 : 1 + below(random, 5);
  for (let count = 0; count < rows; count++) {
    const row = page.readUInt16LE(pageBytes - (below(random, slots) + 1) * 2);
    page.writeUInt32LE(random(), row + changing.date);
    page.writeUInt32LE(random(), row + changing.revision);
  }
  seal(page, lsn);
}

/** Offsets in a row of what an UPDATE changes. */
export const changing = { date: 12, revision: 20 } as const;

function seal(page: Buffer, lsn: PageLsn): void {
  page.writeUInt32LE(lsn.file, field.lsn);
  page.writeUInt32LE(lsn.block, field.lsn + 4);
  page.writeUInt16LE(lsn.slot, field.lsn + 8);
  page.writeUInt32LE(0, field.checksum);
  page.writeUInt32LE(pageChecksum(page), field.checksum);
}
