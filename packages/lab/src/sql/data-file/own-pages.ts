import { extentPages } from "../backup/page-digests.ts";
import { hasChecksum, type PageFields, writePageImage } from "../backup/page-image.ts";
import { bodyBytes, reservedBytes } from "../database-file.ts";
import type { Allocation } from "./allocation.ts";
import {
  extentInterval,
  extentMapOffset,
  freeSpaceInterval,
  freeSpaceOffset,
  pageType,
  type OwnPageType,
} from "./layout.ts";

/** What a file says of itself and of its database. */
export interface FileIdentity {
  readonly fileId: number;
  readonly fileGuid: string;
  readonly logicalName: string;
  readonly database: string;
  readonly databaseId: number;
  /** The internal version: 957 is SQL Server 2022. */
  readonly databaseVersion: number;
}

/** Writes one of the pages that the database engine keeps for itself. */
export function writeOwnPage(
  target: Buffer,
  pageId: number,
  type: OwnPageType,
  { identity, allocation }: { readonly identity: FileIdentity; readonly allocation: Allocation },
): void {
  if (type === pageType.fileHeader) return writeFileHeader(target, identity, allocation.freeSpace.length);
  const records = {
    [pageType.boot]: () => [bootRecord(identity)],
    [pageType.freeSpace]: () => [freeSpaceRecord(pageId, allocation)],
    [pageType.gam]: () => extentMap(pageId, (extent) => isUnused(extent, allocation)),
    [pageType.sgam]: () => extentMap(pageId, () => false),
    // As if the whole database had been written to since its last full backup.
    [pageType.differential]: () => extentMap(pageId, (extent) => !isUnused(extent, allocation)),
    [pageType.minimallyLogged]: () => extentMap(pageId, () => false),
  }[type]();
  writeRecords(target, pageId, records, { type, fileId: identity.fileId, fixedLength: records[0]!.length });
}

/** Page 0 of any file: what it is called, and how long it is. */
export function writeFileHeader(target: Buffer, identity: FileIdentity, pageCount: number): void {
  writeRecords(target, 0, [fileHeader(identity, pageCount)], {
    type: pageType.fileHeader,
    fileId: identity.fileId,
    flagBits: hasChecksum | 8,
  });
}

/** What lies behind the end of the file counts as free. */
function isUnused(extent: number, { freeExtents, freeSpace }: Allocation): boolean {
  return freeExtents.has(extent) || extent * extentPages >= freeSpace.length;
}

const engineObject = 99;

/** Records one behind the other, and their offsets from the end of the page backwards. */
function writeRecords(target: Buffer, pageId: number, records: readonly Buffer[], fields: PageFields): void {
  const body = Buffer.alloc(bodyBytes);
  let end = 0;
  for (const [slot, record] of records.entries()) {
    record.copy(body, end);
    body.writeUInt16LE(reservedBytes + end, bodyBytes - (slot + 1) * 2);
    end += record.length;
  }
  writePageImage(target, pageId, body, {
    ...fields,
    objectId: engineObject,
    slotCount: records.length,
    freeBytes: bodyBytes - end - records.length * 2,
    freeData: reservedBytes + end,
  });
}

/** A record of columns of fixed length only: two status bytes, and where its data ends. */
function fixedRecord(length: number): Buffer {
  const record = Buffer.alloc(length);
  record.writeUInt16LE(length, 2);
  return record;
}

/** `00 00 9c 1f`, then a byte for each page of the interval. */
function freeSpaceRecord(pageId: number, { freeSpace }: Allocation): Buffer {
  const first = pageId - (pageId % freeSpaceInterval);
  const record = fixedRecord(freeSpaceOffset - reservedBytes + freeSpaceInterval);
  record.set(freeSpace.slice(first, first + freeSpaceInterval), freeSpaceOffset - reservedBytes);
  return record;
}

const mapHeadBytes = 94;

/** A record of 94 bytes about the interval, then one with a bit for each of its extents. */
function extentMap(pageId: number, isSet: (extent: number) => boolean): readonly Buffer[] {
  const firstExtent = Math.floor(pageId / extentInterval) * (extentInterval / extentPages);
  const dataAt = extentMapOffset - reservedBytes - mapHeadBytes;
  const bits = fixedRecord(dataAt + extentInterval / extentPages / 8);
  for (let extent = 0; extent < extentInterval / extentPages; extent++) {
    if (isSet(firstExtent + extent)) bits[dataAt + (extent >> 3)]! |= 1 << (extent & 7);
  }
  return [fixedRecord(mapHeadBytes), bits];
}

const nameBytes = 256;

/** The start of DBINFO: versions, the database's name padded with bytes of 0x20, and its number. */
function bootRecord({ database, databaseId, databaseVersion }: FileIdentity): Buffer {
  const record = fixedRecord(1444);
  const info = record.subarray(4);
  info.writeUInt16LE(databaseVersion, 0);
  info.writeUInt16LE(databaseVersion, 2);
  info.fill(0x20, 48, 48 + nameBytes);
  info.write(database, 48, nameBytes, "utf16le");
  info.writeUInt16LE(databaseId, 308);
  return record;
}

/** Columns of the file header's record; only the first and the third are told by a public source. */
const headerColumns = 47;

function fileHeader(identity: FileIdentity, pageCount: number): Buffer {
  const columns: Buffer[] = Array.from({ length: headerColumns }, () => Buffer.alloc(0));
  columns[0] = Buffer.from(identity.fileGuid.replaceAll("-", ""), "hex").subarray(0, 16);
  columns[1] = shortNumber(1);
  columns[2] = shortNumber(identity.fileId);
  columns[3] = Buffer.alloc(4);
  columns[3].writeUInt32LE(pageCount);
  columns[4] = Buffer.from(identity.logicalName, "utf16le");
  const head = Buffer.alloc(8 + 2 + Math.ceil(headerColumns / 8) + 2 + headerColumns * 2);
  // A record with a NULL bitmap and columns of variable length.
  head[0] = 0x30;
  head.writeUInt16LE(8, 2);
  head.writeUInt16LE(headerColumns, 8);
  const counts = 10 + Math.ceil(headerColumns / 8);
  head.writeUInt16LE(headerColumns, counts);
  let end = head.length;
  for (const [at, column] of columns.entries()) {
    end += column.length;
    head.writeUInt16LE(end, counts + 2 + at * 2);
  }
  return Buffer.concat([head, ...columns]);
}

function shortNumber(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}
