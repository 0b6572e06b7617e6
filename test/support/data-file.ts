import type { SeededRandom } from "./seeded-random.ts";

/**
 * A data file of SQL Server as its documentation lays it out: the header of the file, the pages that tell
 * which others are in use, the boot page, pages in use, and left-over bytes in those that are free.
 */
const pageBytes = 8192;
const pfsEvery = 8088;
const gamEvery = 511_232;

export interface MadeDataFile {
  readonly bytes: Buffer;
  /** Pages that are in use and hold rows. */
  readonly used: readonly number[];
  readonly free: readonly number[];
}

/** Makes one of some pages, of which about a third are free. */
export function makeDataFile(pages: number, random: SeededRandom): MadeDataFile {
  const bytes = Buffer.alloc(pages * pageBytes);
  const noise = Buffer.from(random.bytes(4 * pageBytes));
  const used: number[] = [];
  const free: number[] = [];
  const isExtentFree = Array.from(
    { length: Math.ceil(pages / 8) },
    (_, at) => at > 1 && random.below(4) === 0,
  );
  for (let page = 0; page < pages; page++) {
    const type = fixedType(page);
    if (type !== undefined) writePage(bytes, page, type);
    else if (isExtentFree[page >> 3] || random.below(9) === 0) {
      const from = random.below(noise.length - pageBytes);
      noise.copy(bytes, page * pageBytes, from, from + pageBytes);
      free.push(page);
    } else {
      writePage(bytes, page, 1 + random.below(3));
      const from = random.below(noise.length - pageBytes);
      noise.copy(bytes, page * pageBytes + 96, from, from + pageBytes - 96);
      used.push(page);
    }
  }
  const isFree = new Set(free);
  for (let page = 0; page < pages; page++)
    // Deallocating an extent may leave its bytes in PFS as they were.
    if (!isFree.has(page) || (isGiven(page >> 3) && random.below(2) === 0)) markInPfs(bytes, page);
  isExtentFree.forEach((_, extent) => isGiven(extent) && markInGam(bytes, extent));
  for (let page = 0; page < pages; page++) if (!isFree.has(page)) seal(bytes, page);
  return { bytes, used, free };

  /** All pages of the extent are free. */
  function isGiven(extent: number): boolean {
    if (!isExtentFree[extent]) return false;
    return [0, 1, 2, 3, 4, 5, 6, 7].every((at) => isFree.has(extent * 8 + at) || extent * 8 + at >= pages);
  }
}

function fixedType(page: number): number | undefined {
  if (page === 0) return 15;
  if (page === 1 || page % pfsEvery === 0) return 11;
  if (page === 2 || (page > 0 && page % gamEvery === 0)) return 8;
  if (page === 3 || (page > 3 && page % gamEvery === 1)) return 9;
  return page === 9 ? 13 : undefined;
}

function writePage(bytes: Buffer, page: number, type: number): void {
  const at = page * pageBytes;
  bytes[at] = 1;
  bytes[at + 1] = type;
  bytes.writeUInt16LE(0x200, at + 4);
  bytes.writeUInt32LE(page, at + 32);
  bytes.writeUInt16LE(1, at + 36);
}

function markInPfs(bytes: Buffer, page: number): void {
  const first = Math.floor(page / pfsEvery) * pfsEvery;
  bytes[(first === 0 ? 1 : first) * pageBytes + 100 + (page - first)] = 0x44;
}

/** The bit of an extent that is free is set. */
function markInGam(bytes: Buffer, extent: number): void {
  const first = Math.floor((extent * 8) / gamEvery) * gamEvery;
  const at = extent - first / 8;
  bytes[(first === 0 ? 2 : first) * pageBytes + 194 + (at >> 3)]! |= 1 << (at & 7);
}

/** Writes the checksum, word by word and bit by bit, as those who found it out tell it. */
export function seal(bytes: Buffer, page: number): void {
  const at = page * pageBytes;
  bytes.writeUInt32LE(0, at + 60);
  let checksum = 0n;
  for (let sector = 0; sector < 16; sector++) {
    let words = 0;
    for (let word = 0; word < 128; word++) words ^= bytes.readInt32LE(at + sector * 512 + word * 4);
    let turned = BigInt(words >>> 0);
    for (let turn = 0; turn < 15 - sector; turn++) turned = ((turned << 1n) | (turned >> 31n)) & 0xffffffffn;
    checksum ^= turned;
  }
  bytes.writeUInt32LE(Number(checksum), at + 60);
}
