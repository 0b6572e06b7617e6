import { bodyBytes, pageBytes, reservedBytes } from "../database-file.ts";

/**
 * Offsets in the 96-byte header of a SQL Server page ("Inside the Storage Engine: Anatomy of a page", Paul
 * Randal; in bytes by OrcaMDF's PageHeader).
 */
const header = {
  version: 0,
  type: 1,
  flagBits: 4,
  fixedLength: 14,
  slotCount: 22,
  objectId: 24,
  freeBytes: 28,
  freeData: 30,
  pageId: 32,
  fileId: 36,
  checksum: 60,
} as const;

/** The bit of `m_flagBits` that says that the page has a checksum. */
export const hasChecksum = 0x200;
const dataFileId = 1;
const dataPage = 1;

/** Fields of a page's header that are not those of a page of data in the database's first file. */
export type PageFields = {
  readonly [Field in Exclude<keyof typeof header, "version" | "checksum">]?: number;
};

/** Writes page `pageId` of the data file as SQL Server lays it out: header, then body. */
export function writePageImage(
  target: Buffer,
  pageId: number,
  body: Uint8Array,
  { type = dataPage, fileId = dataFileId, flagBits = hasChecksum, ...counts }: PageFields = {},
): void {
  target.fill(0, 0, reservedBytes);
  target[header.version] = 1;
  target[header.type] = type;
  target.writeUInt16LE(flagBits, header.flagBits);
  target.writeUInt32LE(pageId, header.pageId);
  target.writeUInt16LE(fileId, header.fileId);
  for (const field of ["fixedLength", "slotCount", "objectId", "freeBytes", "freeData"] as const) {
    target.writeUInt16LE(counts[field] ?? 0, header[field]);
  }
  target.set(body.subarray(0, bodyBytes), reservedBytes);
  target.writeUInt32LE(pageChecksum(target), header.checksum);
}

/** What a page image says about itself. */
export interface PageImage {
  readonly type: number;
  readonly pageId: number;
  readonly body: Buffer;
  readonly isSound: boolean;
}

/** Reads a page image; nothing when it has no page header. */
export function readPageImage(image: Buffer): PageImage | undefined {
  if (image[header.version] !== 1 || image.readUInt16LE(header.fileId) !== dataFileId) return undefined;
  return {
    type: image[header.type]!,
    pageId: image.readUInt32LE(header.pageId),
    body: image.subarray(reservedBytes, pageBytes),
    isSound: pageChecksum(image) === image.readUInt32LE(header.checksum),
  };
}

const sectorWords = 128;

/**
 * The checksum of PAGE_VERIFY CHECKSUM: each 512-byte sector's words are joined by exclusive or, and the
 * sectors are turned against each other, so that swapped sectors show. The field itself counts as zero.
 */
export function pageChecksum(page: Buffer): number {
  const words = new Uint32Array(new Uint8Array(page.subarray(0, pageBytes)).buffer);
  words[header.checksum / 4] = 0;
  let checksum = 0;
  for (let sector = 0; sector < 16; sector++) {
    let joined = 0;
    for (let at = sector * sectorWords; at < (sector + 1) * sectorWords; at++) joined ^= words[at]!;
    const turn = 15 - sector;
    checksum ^= (joined << turn) | (joined >>> (32 - turn));
  }
  return checksum >>> 0;
}
