import { createHash } from "node:crypto";
import { digestBytes, digestOf } from "./envelope.ts";

/** SQL Server's unit of storage, and of what changes in a database file. */
export const pageBytes = 8192;

/** SQL Server gives room by extents of so many pages. A run of pages that is stored has no more. */
export const pagesPerExtent = 8;

/** How much of a page's SHA-256 a list keeps, so that the next capture knows the page again. */
export const pageMarkBytes = 16;

/** The id of a run of pages from their digests, 32 bytes each: the SHA-256 over them. */
export function pagesId(digests: Uint8Array): Uint8Array {
  return createHash("sha256").update(digests).digest();
}

/** The id of a run of pages from their bytes. */
export function pagesIdOf(bytes: Uint8Array): Uint8Array {
  const count = Math.ceil(bytes.length / pageBytes);
  const digests = new Uint8Array(count * digestBytes);
  for (let page = 0; page < count; page++)
    digests.set(digestOf(bytes.subarray(page * pageBytes, (page + 1) * pageBytes)), page * digestBytes);
  return pagesId(digests);
}
