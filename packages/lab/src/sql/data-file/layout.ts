import { extentPages } from "../backup/page-digests.ts";

// Where a data file keeps what. After Microsoft's "Pages and extents architecture guide" (kinds of pages,
// intervals, meaning of bits), "Inside the Storage Engine: GAM, SGAM, PFS and other allocation maps" (Paul
// Randal) and two readers of such files, OrcaMDF and sdl (offsets, 511,232 and 8,088 pages).

/** Kinds of pages, as `m_type` in their header tells them. */
export const pageType = {
  data: 1,
  gam: 8,
  sgam: 9,
  freeSpace: 11,
  boot: 13,
  fileHeader: 15,
  differential: 16,
  minimallyLogged: 17,
} as const;

/** A kind that the database engine keeps for itself. */
export type OwnPageType = Exclude<(typeof pageType)[keyof typeof pageType], typeof pageType.data>;

/** Pages of which one PFS page keeps a byte each. */
export const freeSpaceInterval = 8088;

/** Pages of which each extent map keeps a bit for eight. */
export const extentInterval = 511_232;

/** The bit of a PFS byte that says that the page is allocated. */
export const isAllocated = 0x40;

/** Where the bytes of a PFS page, and the bits of an extent map, start. */
export const freeSpaceOffset = 100;
export const extentMapOffset = 194;

/** The kind of a page that the database engine keeps at that place, in a database's first file. */
export function ownPageAt(pageId: number): OwnPageType | undefined {
  if (pageId === 0) return pageType.fileHeader;
  if (pageId === 9) return pageType.boot;
  if (pageId === 1 || pageId % freeSpaceInterval === 0) return pageType.freeSpace;
  // In the first interval two other pages come before the maps.
  const at = pageId < extentInterval ? pageId - 2 : pageId % extentInterval;
  if (at === 0) return pageType.gam;
  if (at === 1) return pageType.sgam;
  if (pageId % extentInterval === 6) return pageType.differential;
  if (pageId % extentInterval === 7) return pageType.minimallyLogged;
  return undefined;
}

/** The PFS page that keeps the byte of a page, and where in the page. */
export function freeSpaceByteOf(pageId: number): { readonly page: number; readonly offset: number } {
  const first = pageId - (pageId % freeSpaceInterval);
  return { page: Math.max(1, first), offset: freeSpaceOffset + pageId - first };
}

/** The GAM page that keeps the bit of a page's extent, the byte in the page, and the bit in the byte. */
export function extentBitOf(pageId: number): {
  readonly page: number;
  readonly offset: number;
  readonly bit: number;
} {
  const first = pageId - (pageId % extentInterval);
  const extent = Math.floor((pageId - first) / extentPages);
  const page = first === 0 ? 2 : first;
  return { page, offset: extentMapOffset + (extent >> 3), bit: 1 << (extent & 7) };
}
