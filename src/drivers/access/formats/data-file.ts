import { type FileHandle, open } from "node:fs/promises";
import { allocationBits, allocationPages, dataPage, pageTypes } from "../../../core/outside/sql/data-file.ts";
import { headerOf, isWhole, pageBytes, proofOf } from "./data-page.ts";

/** Pages of a kind: how many, and the first of them in their order. */
export interface Pages {
  readonly count: number;
  readonly first: readonly number[];
}

/** What reading a data file page by page has shown. */
export interface DataFileCheck {
  readonly pages: number;
  readonly inUse: number;
  /** Pages in use that carry neither a checksum nor torn bits: of them only the header was checked. */
  readonly unproven: number;
  /** Pages in use that were changed since SQL Server wrote them. */
  readonly changed: Pages;
  /** Pages in use whose place holds no page, or another one. */
  readonly foreign: Pages;
}

/** A file of SQL Server that is not whole. */
export class DataFileError extends Error {
  override readonly name = "DataFileError";
}

/** A file that does not begin as those of SQL Server do: nobody can tell whether it is whole. */
export class UnknownFileError extends Error {
  override readonly name = "UnknownFileError";
}

/** Pages that are told one by one. */
const pagesTold = 50;
const pagesAtOnce = 128;

/**
 * Reads a data file of a database that is not at work, and checks every page that is in use: that it is the
 * page that belongs there, and that its checksum is right. What stands in free pages is left over from
 * before and means nothing. Throws `DataFileError` for one that was cut, `UnknownFileError` for what is none;
 * aborts with the signal.
 */
export async function checkDataFile(
  path: string,
  { signal, onPages }: { readonly signal?: AbortSignal; readonly onPages?: (pages: number) => void } = {},
): Promise<DataFileCheck> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const file = await readFrame(handle, size);
    const found = new Findings();
    for (let first = 0; first < file.pages; first += allocationPages.pfsInterval) {
      await checkInterval({ handle, ...file }, first, { found, signal });
      onPages?.(Math.min(file.pages, first + allocationPages.pfsInterval));
    }
    return { pages: file.pages, ...found.all() };
  } finally {
    await handle.close();
  }
}

/** Whether a file of a transaction log begins as one: a header of a file that is whole. Throws otherwise. */
export async function checkLogFile(path: string): Promise<void> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    await readHeader(handle, size);
    if (size < 2 * pageBytes) throw new DataFileError("it is cut behind its first page");
  } finally {
    await handle.close();
  }
}

/** A data file that begins as one. */
interface Frame {
  readonly pages: number;
  /** The file's number in its database. */
  readonly number: number;
}

interface OpenFile extends Frame {
  readonly handle: FileHandle;
}

/** The pages that every data file begins with. */
async function readFrame(handle: FileHandle, size: number): Promise<Frame> {
  const header = await readHeader(handle, size);
  const pages = size / pageBytes;
  if (!Number.isInteger(pages)) throw new DataFileError("its size is no whole number of pages: it is cut");
  if (pages < allocationPages.pagesOfExtent) throw new DataFileError("it is cut behind its first pages");
  return { pages, number: header.file };
}

async function readHeader(handle: FileHandle, size: number): Promise<ReturnType<typeof headerOf>> {
  if (size < pageBytes) throw new UnknownFileError("it is too short to be a file of SQL Server");
  const page = await readPage(handle, 0);
  const header = headerOf(page);
  const isHeader =
    header.version === dataPage.version && header.type === pageTypes.fileHeader && header.page === 0;
  if (!isHeader) throw new UnknownFileError("it does not begin as a file of SQL Server does");
  if (!isWhole(page)) throw new DataFileError("its first page, the header of the file, is damaged");
  return header;
}

async function readPage(handle: FileHandle, page: number): Promise<Buffer> {
  const buffer = Buffer.alloc(pageBytes);
  await handle.read(buffer, 0, pageBytes, page * pageBytes);
  return buffer;
}

/** Damage is gathered here, and pages are counted. */
class Findings {
  #inUse = 0;
  #unproven = 0;
  readonly #changed = new PageList();
  readonly #foreign = new PageList();

  check(image: Buffer, page: number, file: Frame): void {
    this.#inUse++;
    if (!isOwn(image, page, file)) this.#foreign.add(page);
    else if (!isWhole(image)) this.#changed.add(page);
    else if (proofOf(image) === "none") this.#unproven++;
  }

  all(): Omit<DataFileCheck, "pages"> {
    const [changed, foreign] = [this.#changed.all(), this.#foreign.all()];
    return { inUse: this.#inUse, unproven: this.#unproven, changed, foreign };
  }
}

class PageList {
  #count = 0;
  readonly #first: number[] = [];

  add(page: number): void {
    this.#count++;
    if (this.#first.length < pagesTold) this.#first.push(page);
  }

  all(): Pages {
    return { count: this.#count, first: this.#first };
  }
}

/** Whether an image is the page that belongs to its place in the file. */
function isOwn(image: Buffer, page: number, { number }: Frame): boolean {
  const header = headerOf(image);
  return header.version === dataPage.version && header.page === page && header.file === number;
}

/** The pages of one PFS: it tells which of them are in use. */
async function checkInterval(
  file: OpenFile,
  first: number,
  { found, signal }: { readonly found: Findings; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const end = Math.min(file.pages, first + allocationPages.pfsInterval);
  const isInUse = await readAllocation(file, first);
  const buffer = Buffer.alloc(pagesAtOnce * pageBytes);
  for (let from = first; from < end; from += pagesAtOnce) {
    signal?.throwIfAborted();
    const to = Math.min(end, from + pagesAtOnce);
    await file.handle.read(buffer, 0, (to - from) * pageBytes, from * pageBytes);
    for (let page = from; page < to; page++) {
      const image = buffer.subarray((page - from) * pageBytes, (page - from + 1) * pageBytes);
      if (isInUse(page, image)) found.check(image, page, file);
    }
  }
}

type InUse = (page: number, image: Buffer) => boolean;

/**
 * Which pages of an interval are in use. Where a page that tells it is damaged, which is told as any other
 * damage is, whatever looks like a page of this file is taken for one in use.
 */
async function readAllocation(file: OpenFile, first: number): Promise<InUse> {
  const { firstPfs, firstGam, gamInterval, pagesOfExtent } = allocationPages;
  const gamFirst = Math.floor(first / gamInterval) * gamInterval;
  const pfs = await readMap(file, first === 0 ? firstPfs : first, pageTypes.pfs);
  // An interval of PFS may reach into the next of GAM.
  const gams = [
    await readMap(file, gamFirst === 0 ? firstGam : gamFirst, pageTypes.gam),
    gamFirst + gamInterval < file.pages
      ? await readMap(file, gamFirst + gamInterval, pageTypes.gam)
      : undefined,
  ];
  return (page, image) => {
    if (isMap(page)) return true;
    if (pfs === undefined) return isOwn(image, page, file);
    if ((pfs[allocationBits.pfsBytes + page - first]! & allocationBits.inUse) === 0) return false;
    const at = page - gamFirst;
    const gam = gams[Math.floor(at / gamInterval)];
    const extent = Math.floor((at % gamInterval) / pagesOfExtent);
    return gam === undefined || ((gam[allocationBits.gamBits + (extent >> 3)]! >> (extent & 7)) & 1) === 0;
  };
}

async function readMap(file: OpenFile, page: number, type: number): Promise<Buffer | undefined> {
  const image = await readPage(file.handle, page);
  const isSound = isOwn(image, page, file) && isWhole(image) && headerOf(image).type === type;
  return isSound ? image : undefined;
}

/** Pages that are always in use: the file's header, and those that tell of the others. */
function isMap(page: number): boolean {
  const { firstPfs, pfsInterval, firstGam, gamInterval } = allocationPages;
  if (page <= firstGam + 1) return page === 0 || page >= firstPfs;
  if (page % pfsInterval === 0) return true;
  return page >= gamInterval && page % gamInterval <= 1;
}
