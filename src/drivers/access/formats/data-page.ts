import { dataPage, pageVerify } from "../../../core/outside/sql/data-file.ts";

/** Bytes of a page of SQL Server's data files. */
export const pageBytes = dataPage.bytes;

/** What the header of a page says. */
export interface PageHeader {
  /** 1 in every version that is known. */
  readonly version: number;
  readonly type: number;
  /** The page's own number, and that of its file. */
  readonly page: number;
  readonly file: number;
}

/** Reads the header of the page that a buffer holds, from its first byte on. */
export function headerOf(page: Buffer): PageHeader {
  const { at } = dataPage;
  return {
    version: page[at.version]!,
    type: page[at.type]!,
    page: page.readUInt32LE(at.page),
    file: page.readUInt16LE(at.file),
  };
}

/** By what a page can be told to be whole: `none` of a database that verifies no pages. */
export type PageProof = "checksum" | "torn bits" | "none";

/** By what this page can be. */
export function proofOf(page: Buffer): PageProof {
  const flags = page.readUInt16LE(dataPage.at.flags);
  if ((flags & pageVerify.checksum) !== 0) return "checksum";
  return (flags & pageVerify.torn) !== 0 ? "torn bits" : "none";
}

/** Whether a page is as it was written, as far as it can tell. */
export function isWhole(page: Buffer): boolean {
  switch (proofOf(page)) {
    case "checksum":
      return checksumOf(page) === page.readUInt32LE(dataPage.at.checksum);
    case "torn bits":
      return hasOneSignature(page);
    case "none":
      return true;
  }
}

const sectors = 16;
const sectorBytes = pageBytes / sectors;
const wordBytes = 4;

/**
 * The checksum that PAGE_VERIFY CHECKSUM writes. Sectors are turned against each other, so that two that
 * changed places show. The field itself counts as zero.
 */
function checksumOf(page: Buffer): number {
  let checksum = 0;
  for (let sector = 0; sector < sectors; sector++) {
    const joined = joinedWords(page, sector * sectorBytes) ^ (sector === 0 ? fieldOf(page) : 0);
    const turn = sectors - 1 - sector;
    checksum ^= (joined << turn) | (joined >>> (32 - turn));
  }
  return checksum >>> 0;
}

function joinedWords(page: Buffer, from: number): number {
  let joined = 0;
  for (let at = from; at < from + sectorBytes; at += wordBytes) joined ^= page.readInt32LE(at);
  return joined;
}

function fieldOf(page: Buffer): number {
  return page.readInt32LE(dataPage.at.checksum);
}

/** A write changes the last two bits of every sector but the first alike; of a torn one some are old. */
function hasOneSignature(page: Buffer): boolean {
  const signatureOf = (sector: number) => page[(sector + 1) * sectorBytes - 1]! & 3;
  const first = signatureOf(1);
  for (let sector = 2; sector < sectors; sector++) if (signatureOf(sector) !== first) return false;
  return true;
}
