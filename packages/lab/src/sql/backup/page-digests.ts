import { hash } from "node:crypto";
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { bodyBytes, pageBytes } from "../database-file.ts";

/** Bytes kept of each page's digest; all zero means that the page is not allocated. */
const digestBytes = 8;

/** Pages of an extent, the unit in which space is handed out and differentials copy. */
export const extentPages = 8;

/** One digest for each page of a database file, at one moment. */
export type PageDigests = Buffer;

/** A database file, open for reading page by page. */
export class PageFile {
  readonly #file: number;

  constructor(path: string) {
    this.#file = openSync(path, "r");
  }

  get pageCount(): number {
    return Math.floor(fstatSync(this.#file).size / pageBytes);
  }

  /** Reads consecutive pages; what lies behind the end of the file is missing. */
  read(firstPage: number, count: number): Buffer {
    const buffer = Buffer.allocUnsafe(count * pageBytes);
    const length = readSync(this.#file, buffer, 0, buffer.length, firstPage * pageBytes);
    return buffer.subarray(0, length);
  }

  /** Changes with every committed write (SQLite file format, 1.3.7). */
  changeCounter(): number {
    return this.read(0, 1).readUInt32BE(24);
  }

  /**
   * Pages that hold nothing: the leaves of SQLite's free list. Their bytes are garbage of former times,
   * which a backup does not carry.
   */
  freePages(): ReadonlySet<number> {
    const free = new Set<number>();
    for (let trunk = this.read(0, 1).readUInt32BE(32); trunk !== 0;) {
      const page = this.read(trunk - 1, 1);
      const count = page.readUInt32BE(4);
      for (let at = 0; at < count; at++) free.add(page.readUInt32BE(8 + at * 4) - 1);
      trunk = page.readUInt32BE(0);
    }
    return free;
  }

  /** Which pages are allocated, in the form of digests that are not known yet. */
  allocation(): PageDigests {
    const count = this.pageCount;
    const free = this.freePages();
    const digests = Buffer.alloc(count * digestBytes);
    for (let page = 0; page < count; page++) if (!free.has(page)) digests[page * digestBytes] = 1;
    return digests;
  }

  /** Digests of all pages as they are now. */
  digests(): PageDigests {
    const count = this.pageCount;
    const free = this.freePages();
    const digests = Buffer.alloc(count * digestBytes);
    for (let first = 0; first < count; first += 128) {
      const pages = this.read(first, Math.min(128, count - first));
      for (let at = 0; at * pageBytes < pages.length; at++) {
        if (!free.has(first + at)) setDigest(digests, first + at, pages.subarray(at * pageBytes));
      }
    }
    return digests;
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** Enters the digest of a page into a list. */
export function setDigest(digests: PageDigests, page: number, bytes: Uint8Array): void {
  const digest = hash("sha1", bytes.subarray(0, bodyBytes), "buffer").subarray(0, digestBytes);
  // All zero has a meaning of its own.
  digest[0]! |= 1;
  digest.copy(digests, page * digestBytes);
}

export function isAllocated(digests: PageDigests, page: number): boolean {
  const at = page * digestBytes;
  return at + digestBytes <= digests.length && !digests.subarray(at, at + digestBytes).equals(none);
}

const none = Buffer.alloc(digestBytes);

/** Says whether a page is other than it was, or was not there. */
export function isChanged(before: PageDigests, after: PageDigests, page: number): boolean {
  const at = page * digestBytes;
  if (at + digestBytes > before.length) return true;
  return !before.subarray(at, at + digestBytes).equals(after.subarray(at, at + digestBytes));
}

export function pageCountOf(digests: PageDigests): number {
  return digests.length / digestBytes;
}

/** What is remembered of a database: its pages at the last full backup, and at the last log backup. */
export type DigestKind = "full" | "log" | "log-changes";

function fileOf(folder: string, database: number, kind: DigestKind): string {
  return join(folder, "digests", `${database}-${kind}.bin`);
}

export function saveDigests(folder: string, database: number, kind: DigestKind, digests: PageDigests): void {
  mkdirSync(join(folder, "digests"), { recursive: true });
  writeFileSync(fileOf(folder, database, kind), digests);
}

export function loadDigests(folder: string, database: number, kind: DigestKind): PageDigests {
  const file = fileOf(folder, database, kind);
  return existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
}

export function forgetDigests(folder: string, database: number): void {
  for (const kind of ["full", "log", "log-changes"] as const) {
    rmSync(fileOf(folder, database, kind), { force: true });
  }
}
