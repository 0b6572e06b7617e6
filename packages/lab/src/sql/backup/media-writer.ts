import { createHash, type Hash } from "node:crypto";
import { closeSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { promisify } from "node:util";
import { deflateRaw, deflateRawSync } from "node:zlib";
import { pageBytes } from "../database-file.ts";
import type { MediaLabel, SetEnd, SetStart } from "./backup-set.ts";
import { blockStep, compressedMagic, type BlockType, writeBlock } from "./media-block.ts";

const deflate = promisify(deflateRaw);

/** Writes one backup set to the end of a media file. */
export class MediaWriter {
  readonly #file: number;
  readonly #digest: Hash = createHash("sha256");
  #address: number;
  #sequence = 0;
  #isCompressed = false;
  #rawBytes = 0;
  readonly #startAddress: number;

  /** Opens a file at `address`, dropping whatever lies behind it. */
  constructor(path: string, address: number) {
    this.#file = openSync(path, address === 0 ? "w" : "r+");
    ftruncateSync(this.#file, address);
    this.#address = address;
    this.#startAddress = address;
  }

  /** Starts new media. */
  label(label: MediaLabel): void {
    if (label.isCompressed) this.#write(compressedMagic(), "unhashed");
    this.#block("TAPE", label);
  }

  /** Starts the set. The configuration block has a length of its own, so that pages start anywhere. */
  start(start: SetStart): void {
    this.#isCompressed = start.isCompressed;
    this.#block("SSET", start);
    const padding = (1 + (Number.parseInt(start.setGuid.slice(0, 2), 16) % 14)) * blockStep;
    this.#block("MSCI", { database: start.database, server: start.serverName }, padding);
  }

  /** Announces how many pages follow. */
  section(type: "MSDA" | "MSLS", pages: number): void {
    this.#block(type, { pages, isCompressed: this.#isCompressed });
  }

  /** Writes page images; compressed, each call makes one frame behind its length. */
  async pages(images: readonly Buffer[]): Promise<void> {
    if (!this.#isCompressed) {
      this.pagesAtOnce(images);
      return;
    }
    const raw = Buffer.concat(images);
    this.#frame(raw, await deflate(raw, { level: 1, chunkSize: raw.length }));
  }

  /** Writes pages as `pages` does, without giving way to anybody, for what must not change meanwhile. */
  pagesAtOnce(images: readonly Buffer[]): void {
    if (images.length === 0) return;
    if (this.#isCompressed) {
      const raw = Buffer.concat(images);
      this.#frame(raw, deflateRawSync(raw, { level: 1 }));
      return;
    }
    for (const image of images) {
      this.#rawBytes += image.length;
      this.#write(image);
    }
  }

  #frame(raw: Buffer, packed: Buffer): void {
    this.#rawBytes += raw.length;
    const head = Buffer.alloc(8);
    head.writeUInt32LE(packed.length, 0);
    head.writeUInt32LE(raw.length / pageBytes, 4);
    this.#write(head);
    this.#write(packed);
  }

  /** Fills up to the next step, where the next block starts. */
  endSection(): void {
    const over = this.#address % blockStep;
    if (over > 0) this.#write(Buffer.alloc(blockStep - over));
  }

  /** Ends the set with what is known only now. */
  end(end: Omit<SetEnd, "digest" | "backupBytes" | "compressedBytes">): SetEnd {
    const written = this.#address - this.#startAddress;
    const full: SetEnd = {
      ...end,
      backupBytes: this.#isCompressed ? this.#rawBytes : written,
      compressedBytes: written,
      digest: this.#digest.digest("hex"),
    };
    this.#block("ESET", full, 0, "unhashed");
    return full;
  }

  close(): void {
    closeSync(this.#file);
  }

  #block(type: BlockType, content: unknown, padding = 0, hashing: "hashed" | "unhashed" = "hashed"): void {
    const block = writeBlock(type, content, { address: this.#address, sequence: this.#sequence++, padding });
    this.#write(block, hashing === "hashed" && type !== "TAPE" ? "hashed" : "unhashed");
  }

  #write(bytes: Buffer, hashing: "hashed" | "unhashed" = "hashed"): void {
    writeSync(this.#file, bytes, 0, bytes.length, this.#address);
    if (hashing === "hashed") this.#digest.update(bytes);
    this.#address += bytes.length;
  }
}
