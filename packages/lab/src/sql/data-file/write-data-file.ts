import { closeSync, openSync, writeSync } from "node:fs";

import { chanceFrom } from "../../seeded-chance.ts";
import { PageFile } from "../backup/page-digests.ts";
import { hasChecksum, writePageImage } from "../backup/page-image.ts";
import { pageBytes } from "../database-file.ts";
import { allocate, growthPages } from "./allocation.ts";
import { ownPageAt } from "./layout.ts";
import { writeLeftOver } from "./left-over.ts";
import { type FileIdentity, writeOwnPage } from "./own-pages.ts";

/** What is to be written where. */
export interface DataFileOrder {
  /** A database file of the lab. */
  readonly from: string;
  readonly to: string;
  readonly identity: FileIdentity;
  /** Chooses which pages are not in use, and what lies in them. */
  readonly seed: string;
}

/**
 * Writes a database of the lab as a data file of SQL Server. Pages, headers, checksums and allocation are as
 * at a real site; what the pages of data hold is the lab's own.
 */
export function writeDataFile({ from, to, identity, seed }: DataFileOrder): void {
  const source = new PageFile(from);
  const target = openSync(to, "w");
  try {
    const allocation = allocate(source.pageCount, seed);
    const chunk = Buffer.alloc(growthPages * pageBytes);
    let written = 0;
    for (let first = 0; first < allocation.freeSpace.length; first += growthPages) {
      for (let at = 0; at < growthPages; at++) {
        const pageId = first + at;
        const image = chunk.subarray(at * pageBytes, (at + 1) * pageBytes);
        const type = ownPageAt(pageId);
        if (type !== undefined) writeOwnPage(image, pageId, type, { identity, allocation });
        else if (allocation.dataPages[written] !== pageId) {
          writeLeftOver(image, pageId, chanceFrom(`left over ${seed} ${pageId}`));
        } else {
          writePageImage(image, pageId, source.read(written, 1), { flagBits: flagsOf(pageId) });
          written += 1;
        }
      }
      writeSync(target, chunk);
    }
  } finally {
    source.close();
    closeSync(target);
  }
}

/** Some pages have a second flag beside that of the checksum; no public source says of what. */
function flagsOf(pageId: number): number {
  return pageId % 5 === 0 ? hasChecksum | 0x8000 : hasChecksum;
}
