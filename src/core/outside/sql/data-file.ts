import type { OutsideFact, Witness } from "../facts/outside-fact.ts";

const storageEngine: Witness = {
  by: "Microsoft",
  title: "Under the covers: GAM, SGAM, and PFS pages (SQL Server Storage Engine team)",
  dated: "2006-07-08",
};
const pagesGuide: Witness = {
  by: "Microsoft",
  title: "SQL Server documentation: page and extent architecture",
};
const readersOfPages: Witness = {
  by: "community",
  title:
    "OrcaMDF and later readers of data files: the page header, field by field, held against SQL Server 2022",
};
const checksumAlgorithm: Witness = {
  by: "community",
  title: "Algorithm of CHECKSUM and torn page detection, shown by several authors with code",
};

const notChecked = "the file is not taken for a data file, and the set that it lies in is not adopted";

/** A data file is an array of pages, each with a header. */
export const dataPage = {
  id: "data file: pages of 8,192 bytes with a header of 96",
  kind: "layout",
  says: "byte 0 is 1, byte 1 the type, 4 flags, 32 the page's number, 36 the file's, 60 the checksum",
  witnesses: [pagesGuide, readersOfPages],
  confidence: 97,
  otherwise: notChecked,
  bytes: 8192,
  headerBytes: 96,
  version: 1,
  at: { version: 0, type: 1, flags: 4, page: 32, file: 36, checksum: 60 },
} as const satisfies OutsideFact & Record<string, unknown>;

/** What pages say that they are. */
export const pageTypes = {
  id: "data file: types of pages 8, 9, 11, 13, 15",
  kind: "layout",
  says: "8 GAM, 9 SGAM, 11 PFS, 13 the boot page, 15 the header of a file",
  witnesses: [storageEngine, readersOfPages],
  confidence: 97,
  otherwise: notChecked,
  gam: 8,
  sgam: 9,
  pfs: 11,
  boot: 13,
  fileHeader: 15,
} as const satisfies OutsideFact & Record<string, unknown>;

/** Where the pages stand that tell which others are in use. */
export const allocationPages = {
  id: "data file: PFS every 8,088 pages, GAM every 511,232",
  kind: "layout",
  says: "PFS is page 1 and each 8,088th; GAM page 2 and each 511,232nd; SGAM behind GAM; 9 is the boot page",
  witnesses: [pagesGuide, storageEngine],
  confidence: 97,
  otherwise: notChecked,
  firstPfs: 1,
  pfsInterval: 8088,
  firstGam: 2,
  gamInterval: 511_232,
  bootPage: 9,
  pagesOfExtent: 8,
} as const satisfies OutsideFact & Record<string, unknown>;

/** The bits by which these pages tell what is in use. */
export const allocationBits = {
  id: "data file: PFS bytes from 100, bit 0x40; GAM bits from 194, set where free",
  kind: "layout",
  says: "a page is in use where its byte of PFS has 0x40 and its extent's bit of GAM is not set",
  witnesses: [storageEngine, readersOfPages],
  confidence: 90,
  otherwise: "pages that are not in use are checked too, and what they hold is told as damage",
  pfsBytes: 100,
  inUse: 0x40,
  gamBits: 194,
} as const satisfies OutsideFact & Record<string, unknown>;

/** How a page tells that it is whole. */
export const pageVerify = {
  id: "data file: flags 0x200 checksum, 0x100 torn pages",
  kind: "layout",
  says: "the words of each sector of 512 bytes joined by exclusive or, turned left by 15 less the sector, joined",
  witnesses: [checksumAlgorithm, readersOfPages],
  confidence: 95,
  otherwise: "every page is told to be damaged, and nothing of the task is adopted",
  checksum: 0x200,
  torn: 0x100,
} as const satisfies OutsideFact & Record<string, unknown>;
