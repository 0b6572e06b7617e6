// A `.bak` of a data file: blocks in front whose length differs from day to day, then extents in the order in
// which two readers brought them, then the tail of the log. So no page lies where it lay in the file, nor
// where it lay in yesterday's backup.
import { closeSync, fstatSync, openSync, readSync, utimesSync, writeSync } from "node:fs";
import { interleave } from "../../../packages/lab/src/sql/backup/choose-pages.ts";
import { blockStep, type BlockType, writeBlock } from "../../../packages/lab/src/sql/backup/media-block.ts";
import { pageBytes } from "./page.ts";
import { below, randomFrom } from "./random.ts";

const extentBytes = 8 * pageBytes;
const logBytes = 2 * 1024 ** 2;

/** Writes the backup of a data file. Another seed gives another prefix and another order of extents. */
export function makeBackupMedia(dataFile: string, file: string, seed: number): void {
  const from = openSync(dataFile, "r");
  const media = new Media(file);
  const random = randomFrom(seed);
  media.block("TAPE", { mediaName: null, written: seed });
  media.block("SSET", { database: "CM_BEN", position: 1, set: random() });
  media.block(
    "MSCI",
    { database: "CM_BEN", files: ["CM_BEN", "CM_BEN_log"] },
    (1 + below(random, 14)) * blockStep,
  );
  const extents = extentsInUse(from);
  media.block("MSDA", { pages: extents.length * 8 });
  const extent = Buffer.alloc(extentBytes);
  for (const run of interleave(extents, random())) {
    for (const at of run)
      media.write(extent.subarray(0, readSync(from, extent, 0, extentBytes, at * extentBytes)));
  }
  const log = Buffer.alloc(logBytes);
  for (let at = 0; at < logBytes; at += 4) log.writeUInt32LE(random(), at);
  media.block("MSLS", { bytes: logBytes });
  media.write(log);
  media.block("ESET", { finished: seed });
  closeSync(from);
  media.close();
  utimesSync(file, 1_760_000_000 + seed, 1_760_000_000 + seed);
}

/** Extents with a page in them: a backup leaves the others out. */
function extentsInUse(from: number): readonly number[] {
  const extents: number[] = [];
  const bytes = Buffer.alloc(extentBytes);
  for (let at = 0; at * extentBytes < fstatSync(from).size; at++) {
    const read = readSync(from, bytes, 0, extentBytes, at * extentBytes);
    for (let page = 0; page < read; page += pageBytes) {
      if (bytes[page] !== 1) continue;
      extents.push(at);
      break;
    }
  }
  return extents;
}

/** A media file that is being written. */
class Media {
  readonly #file: number;
  #address = 0;
  #sequence = 0;

  constructor(path: string) {
    this.#file = openSync(path, "w");
  }

  block(type: BlockType, content: object, padding = 0): void {
    this.write(writeBlock(type, content, { address: this.#address, sequence: this.#sequence++, padding }));
  }

  write(bytes: Buffer): void {
    writeSync(this.#file, bytes, 0, bytes.length, this.#address);
    this.#address += bytes.length;
  }

  close(): void {
    closeSync(this.#file);
  }
}
