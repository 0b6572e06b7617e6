import { chanceFrom } from "../../seeded-chance.ts";
import { extentPages } from "../backup/page-digests.ts";
import { extentInterval, isAllocated, ownPageAt } from "./layout.ts";

/** What is in use in a data file. */
export interface Allocation {
  /** What PFS pages keep: one byte for each page of the file. */
  readonly freeSpace: readonly number[];
  readonly freeExtents: ReadonlySet<number>;
  /** The pages that hold data, in the order of the file. */
  readonly dataPages: readonly number[];
}

/** Pages by which a file grows: 1 MiB. */
export const growthPages = 128;

/** Full, in use: what the engine keeps for itself. */
const ownByte = isAllocated | 4;
/** In use: of an index, or of a heap and full by half, or with ghost records. */
const dataBytes = [isAllocated, isAllocated, isAllocated | 4, isAllocated | 1, isAllocated | 8];
/** Not in use, whatever the page was before. */
const freeBytes = [0, 0, 4, 1];

/**
 * Spreads so many pages of data over a file. An extent is in use, or not, by the seed and its place alone, so
 * that a database that has grown lies where it lay before.
 */
export function allocate(dataPageCount: number, seed: string): Allocation {
  const freeSpace: number[] = [];
  const freeExtents = new Set<number>();
  const dataPages: number[] = [];
  for (let extent = 0; dataPages.length < dataPageCount || freeSpace.length % growthPages > 0; extent++) {
    const chance = chanceFrom(`extent ${seed} ${extent}`);
    const first = extent * extentPages;
    const pages = Array.from({ length: extentPages }, (_, at) => first + at);
    const isOurs = pages.some((page) => ownPageAt(page) !== undefined);
    const isFree = !isOurs && (dataPages.length === dataPageCount || chance.below(10) === 0);
    if (isFree) freeExtents.add(extent);
    // Every fifth extent in use has a page that is not.
    const hole = chance.below(5) === 0 ? first + chance.below(extentPages) : -1;
    for (const page of pages) {
      if (ownPageAt(page) !== undefined) freeSpace.push(ownByte);
      else if (isBesideMaps(page)) freeSpace.push(0);
      else if (isFree || page === hole || dataPages.length === dataPageCount) {
        freeSpace.push(chance.pick(freeBytes));
      } else {
        freeSpace.push(chance.pick(dataBytes));
        dataPages.push(page);
      }
    }
  }
  return { freeSpace, freeExtents, dataPages };
}

/** What lies between the extent maps is never used. */
function isBesideMaps(page: number): boolean {
  return page % extentInterval < extentPages;
}
