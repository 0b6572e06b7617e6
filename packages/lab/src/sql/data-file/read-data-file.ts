import { closeSync, openSync, writeSync } from "node:fs";

import { LabError } from "../../lab-error.ts";
import { PageFile } from "../backup/page-digests.ts";
import { readPageImage } from "../backup/page-image.ts";
import { pageBytes, reservedBytes } from "../database-file.ts";
import { extentBitOf, freeSpaceByteOf, isAllocated, pageType } from "./layout.ts";

/** Says whether a file is a data file of SQL Server, and not a database file of the lab. */
export function isDataFile(path: string): boolean {
  const file = new PageFile(path);
  try {
    const first = file.read(0, 1);
    return first.length === pageBytes && readPageImage(first)?.type === pageType.fileHeader;
  } finally {
    file.close();
  }
}

/** The pages of data that are in use, in the order of the file. */
export function dataPagesOf(path: string): readonly number[] {
  const file = new PageFile(path);
  try {
    const maps = new Map<number, Buffer>();
    const mapAt = (page: number): Buffer => {
      const kept = maps.get(page) ?? file.read(page, 1);
      maps.set(page, kept);
      return kept;
    };
    const isUsed = (page: number): boolean => {
      const [byte, extent] = [freeSpaceByteOf(page), extentBitOf(page)];
      if ((mapAt(extent.page)[extent.offset]! & extent.bit) !== 0) return false;
      return (mapAt(byte.page)[byte.offset]! & isAllocated) !== 0;
    };
    const pages = Array.from({ length: file.pageCount }, (_, page) => page).filter(isUsed);
    return pages.filter((page) => readPageImage(file.read(page, 1))?.type === pageType.data);
  } finally {
    file.close();
  }
}

/** Says whether a page is what was written, by its own checksum. */
export function isPageSound(path: string, pageId: number): boolean {
  const file = new PageFile(path);
  try {
    const image = file.read(pageId, 1);
    return image.length === pageBytes && readPageImage(image)?.isSound === true;
  } finally {
    file.close();
  }
}

/** Takes the lab's database out of a data file that `writeDataFile` made. A damaged page is an error. */
export function readDataFile(from: string, to: string): void {
  const source = new PageFile(from);
  const target = openSync(to, "w");
  try {
    for (const pageId of dataPagesOf(from)) {
      const page = readPageImage(source.read(pageId, 1));
      if (page?.pageId !== pageId || !page.isSound)
        throw new LabError(`Page ${pageId} of ${from} is damaged.`);
      writeSync(target, Buffer.concat([page.body, Buffer.alloc(reservedBytes)]));
    }
  } finally {
    source.close();
    closeSync(target);
  }
}
