import { ByteReader } from "./encoding/byte-reader.ts";
import { ByteWriter } from "./encoding/byte-writer.ts";
import { digestBytes } from "./encoding/envelope.ts";
import { Malformed } from "./encoding/malformed.ts";
import { sealBytes } from "./encoding/seal.ts";

/**
 * What a pack keeps. `data`, `tree`, `root` and `piece` are named by the SHA-256 of their bytes; a `list` is
 * named by the SHA-256 of the file whose parts it lists, so that a file is found by its own digest; `pages`
 * by `pagesId`.
 */
export const blobTypes = { data: 1, tree: 2, root: 3, list: 4, piece: 5, pages: 6 } as const;
export type BlobType = (typeof blobTypes)[keyof typeof blobTypes];
const blobTypeMax = 6;

/** Kept in 16 bits of the chunk index. */
export const groupsPerPackMax = 4096;
/** No group is or unfolds to more: a bound for readers. */
const groupBytesMax = 1 << 28;

/** Some blobs behind one another, compressed as one frame and sealed as one part of the pack. */
export interface GroupRow {
  readonly compressed: boolean;
  /** Length in the pack, seal included. */
  readonly sealedBytes: number;
  readonly plainBytes: number;
}

export interface BlobRow {
  readonly type: BlobType;
  readonly id: Uint8Array;
  readonly length: number;
  /** Of a `list`: the size of the file it lists. Otherwise 0. */
  readonly fileBytes: number;
}

/** Builds a table: one group after another, each followed by its blobs. */
export class PackTableWriter {
  readonly #groups = new ByteWriter();
  #count = 0;

  get groupCount(): number {
    return this.#count;
  }

  /** How long the table is so far. */
  get length(): number {
    return this.#groups.length;
  }

  group(row: GroupRow, blobs: readonly BlobRow[]): void {
    this.#count++;
    this.#groups
      .u8(row.compressed ? 1 : 0)
      .varint(row.sealedBytes)
      .varint(row.plainBytes);
    this.#groups.varint(blobs.length);
    for (const blob of blobs) {
      this.#groups.u8(blob.type).bytes(blob.id).varint(blob.length);
      if (blob.type === blobTypes.list) this.#groups.varint(blob.fileBytes);
    }
  }

  take(): Uint8Array<ArrayBuffer> {
    return new ByteWriter().varint(this.#count).bytes(this.#groups.take()).take();
  }
}

/** Who reads a table gets its rows in order; no object is made for a chunk. */
export interface PackTableVisitor {
  group(number: number, row: GroupRow): void;
  /** `id` is a view of the table that is good during the call only. */
  blob(group: number, offset: number, row: BlobRow): void;
}

/** Reads a table, checking that its sums agree. */
export function readPackTable(table: Uint8Array, visitor: PackTableVisitor): void {
  const reader = new ByteReader(table);
  const groups = reader.varint();
  if (groups > groupsPerPackMax) throw new Malformed("it has too many groups");
  for (let group = 0; group < groups; group++) {
    const compressed = readMethod(reader);
    const row = { compressed, sealedBytes: reader.varint(), plainBytes: reader.varint() };
    if (row.plainBytes > groupBytesMax || row.sealedBytes > groupBytesMax + sealBytes)
      throw new Malformed("a group is too large");
    visitor.group(group, row);
    readBlobs(reader, group, row.plainBytes, visitor);
  }
  reader.end();
}

function readMethod(reader: ByteReader): boolean {
  const method = reader.u8();
  if (method > 1) throw new Malformed(`a group is compressed by method ${method}`);
  return method === 1;
}

function readBlobs(reader: ByteReader, group: number, plainBytes: number, visitor: PackTableVisitor): void {
  let offset = 0;
  for (let left = reader.varint(); left > 0; left--) {
    const type = reader.u8();
    if (type < 1 || type > blobTypeMax) throw new Malformed(`a blob has type ${type}`);
    const id = reader.bytes(digestBytes);
    const length = reader.varint();
    const fileBytes = type === blobTypes.list ? reader.varint() : 0;
    // Before the visitor sees it: what it has seen of a table that turns out to be wrong, it keeps.
    if (length > plainBytes - offset) throw new Malformed("a group's blobs are more than fill it");
    visitor.blob(group, offset, { type: type as BlobType, id, length, fileBytes });
    offset += length;
  }
  if (offset !== plainBytes) throw new Malformed("a group's blobs do not fill it");
}
