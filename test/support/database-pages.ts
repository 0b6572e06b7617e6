import type { SeededRandom } from "./seeded-random.ts";

export const pageBytes = 8192;
const extentBytes = 8 * pageBytes;

/**
 * Pages of a data file as SQL Server lays them out: a header with type, number and file, then rows that are
 * half alike.
 */
export function makePages(count: number, random: SeededRandom, firstPage = 0): Buffer {
  const pages = Buffer.alloc(count * pageBytes);
  for (let page = 0; page < count; page++) writePage(pages, page * pageBytes, firstPage + page, random);
  return pages;
}

/** The same pages, of which some were written anew. Gives how many. */
export function changePages(pages: Buffer, perCent: number, random: SeededRandom): number {
  let changed = 0;
  for (let at = 0; at < pages.length; at += pageBytes) {
    if (random.below(100) >= perCent) continue;
    writePage(pages, at, pages.readUInt32LE(at + 32), random);
    changed++;
  }
  return changed;
}

/** Extents in another order, as several readers of one backup leave them. */
export function shuffleExtents(pages: Buffer, random: SeededRandom): Buffer {
  const extents = Array.from({ length: pages.length / extentBytes }, (_, at) =>
    pages.subarray(at * extentBytes, (at + 1) * extentBytes),
  );
  for (let at = extents.length - 1; at > 0; at--) {
    const other = random.below(at + 1);
    [extents[at], extents[other]] = [extents[other]!, extents[at]!];
  }
  return Buffer.concat(extents);
}

function writePage(pages: Buffer, at: number, number: number, random: SeededRandom): void {
  pages.fill(0, at, at + 96);
  pages[at] = 1;
  pages[at + 1] = 1 + random.below(3);
  pages.writeUInt32LE(number, at + 32);
  pages.writeUInt16LE(1, at + 36);
  pages.set(random.bytes(pageBytes / 2), at + 96);
  pages.fill("a row of text. ", at + 96 + pageBytes / 2, at + pageBytes);
}
