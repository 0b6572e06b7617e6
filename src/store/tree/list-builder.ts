import { digestOf } from "../format/encoding/envelope.ts";
import { encodeFileList, type Slice } from "../format/file-list.ts";
import { blobTypes } from "../format/pack-table.ts";
import type { MadeBlob } from "../ingest/messages.ts";

/**
 * A piece ends at a chunk whose digest says so, within these bounds: a change in a file changes pieces near
 * it only.
 */
const pieceSlicesMin = 256;
const pieceSlicesMax = 4096;
const cutOneIn = 1024;

/**
 * Lists the slices of one large file as they come. Long lists are cut into pieces that are stored like
 * chunks.
 */
export class ListBuilder {
  #slices: Slice[] = [];
  #pieces: Slice[] = [];

  /** Adds slices, in order, and gives the pieces that became whole. */
  add(slices: readonly Slice[]): readonly MadeBlob[] {
    const made: MadeBlob[] = [];
    for (const slice of slices) {
      this.#slices.push(slice);
      if (this.#isCut(slice.id)) made.push(this.#piece());
    }
    return made;
  }

  /** The list of the whole file, and a last piece if it was cut into such. */
  finish(sha256: Uint8Array, fileBytes: number): readonly MadeBlob[] {
    const last = this.#pieces.length > 0 && this.#slices.length > 0 ? [this.#piece()] : [];
    const list =
      this.#pieces.length > 0 ? { level: 1, slices: this.#pieces } : { level: 0, slices: this.#slices };
    return [...last, { type: blobTypes.list, id: sha256, fileBytes, bytes: encodeFileList(list) }];
  }

  #piece(): MadeBlob {
    const bytes = encodeFileList({ level: 0, slices: this.#slices });
    const id = digestOf(bytes);
    const length = this.#slices.reduce((sum, slice) => sum + slice.length, 0);
    this.#pieces.push({ id, offset: 0, length });
    this.#slices = [];
    return { type: blobTypes.piece, id, fileBytes: 0, bytes };
  }

  #isCut(id: Uint8Array): boolean {
    if (this.#slices.length < pieceSlicesMin) return false;
    const word = id[0]! | (id[1]! << 8);
    return this.#slices.length >= pieceSlicesMax || word % cutOneIn === 0;
  }
}
