import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { toBase32, toHex } from "../../core/base/bytes.ts";
import type { FileStamp } from "../../core/model/offer.ts";
import type { SnapshotId } from "../../core/model/repository/snapshot.ts";
import { digestBytes, digestOf } from "../format/encoding/envelope.ts";

/** What a machine remembers of a source's files beside the tree: file id and change time, 16 bytes a file. */
const headBytes = 64;
const rowBytes = 16;

/** Stamps in the order of a tree's entries. */
export class StampColumn {
  #rows = new Float64Array(2048);

  set(entry: number, stamp: FileStamp | undefined): void {
    while (entry * 2 + 2 > this.#rows.length) {
      const rows = new Float64Array(this.#rows.length * 2);
      rows.set(this.#rows);
      this.#rows = rows;
    }
    this.#rows[entry * 2] = stamp?.fileId ?? 0;
    this.#rows[entry * 2 + 1] = stamp?.changedAt ?? 0;
  }

  /** The rows in the order given, as bytes. */
  take(order: Uint32Array): Uint8Array {
    const rows = new Float64Array(order.length * 2);
    for (const [at, entry] of order.entries()) {
      rows[at * 2] = this.#rows[entry * 2] ?? 0;
      rows[at * 2 + 1] = this.#rows[entry * 2 + 1] ?? 0;
    }
    return new Uint8Array(rows.buffer);
  }
}

/** The stamps of the snapshot that a machine captured last of a source. */
export interface KnownStamps {
  /** False when the entry had a stamp and it was another one. Without a stamp there is nothing to say. */
  agrees(entry: number, stamp: FileStamp): boolean;
}

/** Where a source's stamps lie. The cache is a convenience: without it, size and time decide alone. */
export class StampCache {
  readonly #file: string;
  readonly #folder: string;

  constructor(cacheFolder: string, repository: string, site: string, source: string) {
    const name = createHash("sha256").update(`${site}\0${source}`).digest().subarray(0, 15);
    this.#folder = join(cacheFolder, repository);
    this.#file = join(this.#folder, `${toBase32(name)}.stamps`);
  }

  /** The stamps of that very snapshot, or nothing. A file that is torn or of another snapshot is no file. */
  async read(snapshot: SnapshotId): Promise<KnownStamps | undefined> {
    const bytes = await readFile(this.#file).catch(() => undefined);
    if (!bytes || bytes.length < headBytes || (bytes.length - headBytes) % rowBytes !== 0) return undefined;
    const isOurs = toHex(bytes.subarray(0, digestBytes)) === toHex(digestOf(Buffer.from(snapshot)));
    const isWhole =
      toHex(bytes.subarray(digestBytes, headBytes)) === toHex(digestOf(bytes.subarray(headBytes)));
    if (!isOurs || !isWhole) return undefined;
    const rows = new Float64Array(new Uint8Array(bytes.subarray(headBytes)).buffer);
    return {
      agrees(entry, stamp) {
        const fileId = rows[entry * 2] ?? 0;
        if (fileId === 0) return true;
        return fileId === stamp.fileId && rows[entry * 2 + 1] === stamp.changedAt;
      },
    };
  }

  async write(snapshot: SnapshotId, rows: Uint8Array): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const head = [digestOf(Buffer.from(snapshot)), digestOf(rows)];
    await writeFile(`${this.#file}.new`, Buffer.concat([...head, rows]));
    await rename(`${this.#file}.new`, this.#file);
  }
}
