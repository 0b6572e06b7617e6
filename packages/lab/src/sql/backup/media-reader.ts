import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { inflateRawSync } from "node:zlib";
import { pageBytes } from "../database-file.ts";
import type { BackupSet, MediaLabel, SetEnd, SetStart } from "./backup-set.ts";
import { type Block, type BlockType, blockStep, isCompressedMagic, readBlock } from "./media-block.ts";

/** A run of page images inside a set. */
interface Section {
  readonly address: number;
  readonly pages: number;
  readonly isCompressed: boolean;
}

/** A set as it lies on the media; `end` is missing when it was cut off while it was made. */
export interface SetOnMedia {
  readonly start: SetStart;
  readonly end: SetEnd | undefined;
  readonly address: number;
  readonly endAddress: number;
  readonly sections: readonly Section[];
}

/** What a media file holds. */
export interface MediaContents {
  readonly label: MediaLabel;
  readonly sets: readonly SetOnMedia[];
}

/** Pages read at once. */
const readAtOnce = 128;

/** A media file, open for reading. */
export class MediaReader {
  readonly #file: number;
  readonly size: number;

  constructor(path: string) {
    this.#file = openSync(path, "r");
    this.size = fstatSync(this.#file).size;
  }

  /** Lists label and sets; nothing when this is no media of SQL Server. */
  contents(): MediaContents | undefined {
    const first = isCompressedMagic(this.#read(0, 8)) ? blockStep : 0;
    const tape = this.#block(first, "TAPE");
    if (tape === undefined) return undefined;
    const sets: SetOnMedia[] = [];
    for (let address = first + tape.size; address < this.size;) {
      const set = this.#set(address);
      if (set === undefined) break;
      sets.push(set);
      if (set.end === undefined) break;
      address = set.endAddress;
    }
    return { label: tape.content as MediaLabel, sets };
  }

  #set(address: number): SetOnMedia | undefined {
    const start = this.#block(address, "SSET");
    if (start === undefined) return undefined;
    const sections: Section[] = [];
    let at = address + start.size;
    const set = { start: start.content as SetStart, address, sections };
    at += this.#block(at, "MSCI")?.size ?? this.size;
    for (const type of ["MSDA", "MSLS"] as const) {
      const block = this.#block(at, type);
      if (block === undefined) return { ...set, end: undefined, endAddress: this.size };
      const section = {
        address: at + block.size,
        ...(block.content as { pages: number; isCompressed: boolean }),
      };
      sections.push(section);
      at = this.#afterSection(section);
    }
    const end = this.#block(at, "ESET");
    if (end === undefined) return { ...set, end: undefined, endAddress: this.size };
    return { ...set, end: end.content as SetEnd, endAddress: at + end.size };
  }

  #afterSection(section: Section): number {
    if (!section.isCompressed) return section.address + section.pages * pageBytes;
    let at = section.address;
    for (let pages = 0; pages < section.pages;) {
      const head = this.#read(at, 8);
      if (head.length < 8) return this.size;
      pages += Math.max(1, head.readUInt32LE(4));
      at += 8 + head.readUInt32LE(0);
    }
    return Math.ceil(at / blockStep) * blockStep;
  }

  /** The page images of a set, a few at a time, in the order of the media. */
  *images(set: SetOnMedia): Generator<Buffer> {
    for (const section of set.sections) {
      if (section.isCompressed) yield* this.#frames(section);
      else yield* this.#plain(section);
    }
  }

  *#plain(section: Section): Generator<Buffer> {
    for (let page = 0; page < section.pages; page += readAtOnce) {
      const count = Math.min(readAtOnce, section.pages - page);
      yield this.#read(section.address + page * pageBytes, count * pageBytes);
    }
  }

  *#frames(section: Section): Generator<Buffer> {
    let at = section.address;
    for (let pages = 0; pages < section.pages;) {
      const head = this.#read(at, 8);
      if (head.length < 8) return;
      pages += Math.max(1, head.readUInt32LE(4));
      yield inflateRawSync(this.#read(at + 8, head.readUInt32LE(0)));
      at += 8 + head.readUInt32LE(0);
    }
  }

  /** Says whether a whole set still is what was written. */
  isIntact(set: SetOnMedia & { readonly end: SetEnd }): boolean {
    const digest = createHash("sha256");
    const endBlock = this.#lastBlock(set);
    for (let at = set.address; at < endBlock; at += 1_048_576) {
      digest.update(this.#read(at, Math.min(1_048_576, endBlock - at)));
    }
    return digest.digest("hex") === set.end.digest;
  }

  /** Where the end block of a set starts. */
  #lastBlock(set: SetOnMedia): number {
    return this.#afterSection(set.sections.at(-1)!);
  }

  close(): void {
    closeSync(this.#file);
  }

  #block(address: number, type: BlockType): Block | undefined {
    // Blocks are small; one that says it is longer is damaged.
    const block = readBlock(this.#read(address, 65_536));
    return block?.type === type ? block : undefined;
  }

  #read(address: number, length: number): Buffer {
    const buffer = Buffer.alloc(Math.max(0, Math.min(length, this.size - address)));
    const count = buffer.length === 0 ? 0 : readSync(this.#file, buffer, 0, buffer.length, address);
    return buffer.subarray(0, count);
  }
}

/** A set that was finished, as one value. */
export function wholeSet(set: SetOnMedia): BackupSet | undefined {
  return set.end === undefined ? undefined : { ...set.start, ...set.end };
}
