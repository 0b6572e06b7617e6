import { pageBytes, pagesPerExtent } from "../format/encoding/pages.ts";
import type { Chunker } from "./gear-chunker.ts";

/** Where a piece of a file ends, and whether it is a run of pages or a chunk of bytes. */
export interface Cut {
  readonly end: number;
  readonly isPages: boolean;
}

/** Cuts a large file, part by part. */
export interface Cutter {
  /** How far behind its start a cut may look: what is nearer to the end of a part is left for the next. */
  readonly reachBytes: number;
  cut(bytes: Uint8Array, start: number, end: number): Cut;
}

/** Backups begin with blocks of their own, and their data lies at any multiple of this. */
const stepBytes = 512;
/** So many pages behind one another, with rising numbers, are no chance. */
const runPages = 4;
const runBytes = runPages * pageBytes;
/** Types of SQL Server's pages: data, index, text, allocation maps, headers of file and database. */
const pageTypeMax = 20;
const header = { version: 0, type: 1, pageId: 32, fileId: 36, bytes: 96 } as const;

/**
 * The cutter that suits a file, by how it begins: SQL Server's data files, and backups of them, are cut at
 * their pages; all else by content. Compressed and encrypted backups show no pages and are cut by content
 * too.
 */
export function chooseCutter(begin: Uint8Array, chunker: Chunker): Cutter {
  return findRun(begin, 0, begin.length) === -1 ? byContent(chunker) : byPages(chunker);
}

function byContent(chunker: Chunker): Cutter {
  return {
    reachBytes: chunker.maxBytes,
    cut: (bytes, start, end) => ({ end: chunker.cut(bytes, start, end), isPages: false }),
  };
}

/**
 * Pages go by extents: up to eight, ended by the last page of an extent, wherever that lies in the file. So
 * an extent that moves is the same run of pages. What lies between pages is cut by content, up to where the
 * pages begin again.
 */
function byPages(chunker: Chunker): Cutter {
  return {
    reachBytes: chunker.maxBytes + runBytes,
    cut(bytes, start, end) {
      const pages = countPages(bytes, start, end);
      if (pages > 0) return { end: start + pages * pageBytes, isPages: true };
      const limit = Math.min(end, start + chunker.maxBytes);
      const run = findRun(bytes, start + stepBytes, Math.min(end, limit + runBytes));
      const until = run === -1 || run > limit ? limit : run;
      return { end: chunker.cut(bytes, start, until), isPages: false };
    },
  };
}

/**
 * How many pages of one extent lie from `start` on. Pages that were never used are zero and bear no number.
 */
function countPages(bytes: Uint8Array, start: number, end: number): number {
  let pages = 0;
  for (let at = start; pages < pagesPerExtent && at + pageBytes <= end; at += pageBytes) {
    const number = pageNumber(bytes, at);
    if (number === undefined) {
      if (!isBlank(bytes, at)) break;
      pages++;
      continue;
    }
    // The first page of the next extent begins a run of its own.
    if (pages > 0 && number % pagesPerExtent === 0) break;
    pages++;
    if (number % pagesPerExtent === pagesPerExtent - 1) break;
  }
  return pages;
}

/**
 * The first place from `from` on where pages with rising numbers of one file lie behind one another; -1 for
 * none.
 */
function findRun(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at + runBytes <= end; at += stepBytes) if (isRun(bytes, at)) return at;
  return -1;
}

function isRun(bytes: Uint8Array, start: number): boolean {
  let last = -1;
  for (let page = 0; page < runPages; page++) {
    const at = start + page * pageBytes;
    const number = pageNumber(bytes, at);
    if (number === undefined || number <= last) return false;
    if (page > 0 && fileOf(bytes, at) !== fileOf(bytes, start)) return false;
    last = number;
  }
  return true;
}

/**
 * The number in a page's header, or nothing where no header of a page is (Microsoft Learn, "Pages and
 * extents").
 */
function pageNumber(bytes: Uint8Array, at: number): number | undefined {
  if (bytes[at + header.version] !== 1) return undefined;
  const type = bytes[at + header.type]!;
  if (type < 1 || type > pageTypeMax || fileOf(bytes, at) === 0) return undefined;
  const id = at + header.pageId;
  return (bytes[id]! | (bytes[id + 1]! << 8) | (bytes[id + 2]! << 16) | (bytes[id + 3]! << 24)) >>> 0;
}

function fileOf(bytes: Uint8Array, at: number): number {
  return bytes[at + header.fileId]! | (bytes[at + header.fileId + 1]! << 8);
}

function isBlank(bytes: Uint8Array, at: number): boolean {
  for (let byte = at; byte < at + header.bytes; byte++) if (bytes[byte] !== 0) return false;
  return true;
}
