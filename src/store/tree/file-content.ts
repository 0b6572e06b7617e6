import { toHex } from "../../core/base/bytes.ts";
import type { BlobReader } from "../index/blob-reader.ts";
import type { ChunkIndex } from "../index/chunk-index.ts";
import { decodeFileList, type FileList, type Slice } from "../format/file-list.ts";
import { type BlobType, blobTypes } from "../format/pack-table.ts";
import { asDamage } from "../objects/object-store.ts";
import { ObjectDamaged } from "../objects/repository-errors.ts";

/** A piece of a list has no more slices; the list of a file of 100 TiB has some 1.6 million pieces. */
const pieceSlicesMax = 1 << 16;
const listSlicesMax = 1 << 22;

/** Where the content of a file is: nowhere (it is empty), in one chunk, or in the chunks of a list. */
export type ContentPlace = "empty" | { readonly chunk: number } | { readonly list: number } | "missing";

export function findContent(index: ChunkIndex, size: number, sha256: Uint8Array): ContentPlace {
  if (size === 0) return "empty";
  const entry = index.findFile(sha256, size);
  if (entry === -1) return "missing";
  return index.typeOf(entry) === blobTypes.data ? { chunk: entry } : { list: entry };
}

/**
 * The slices of chunks and of runs of pages that make up a file, in order. `ObjectDamaged` where a list can't
 * be read.
 */
export async function* listSlices(blobs: BlobReader, sha256: Uint8Array): AsyncIterable<Slice> {
  const list = await readList(blobs, blobTypes.list, sha256);
  if (list.level === 0) yield* list.slices;
  else for (const piece of list.slices) yield* (await readList(blobs, blobTypes.piece, piece.id)).slices;
}

/** A list, or a piece of one. `ObjectDamaged` when it can't be read. */
export async function readList(blobs: BlobReader, type: BlobType, id: Uint8Array): Promise<FileList> {
  const bytes = await blobs.read(type, id);
  const slicesMax = type === blobTypes.list ? listSlicesMax : pieceSlicesMax;
  return asDamage(`list ${toHex(id.subarray(0, 8))}`, () => decodeFileList(bytes, slicesMax));
}

/** The entry of a slice's chunk. A slice that its chunk does not hold is damage of the list. */
export function findSlice(index: ChunkIndex, slice: Slice): number {
  const entry = index.find(slice.marks ? blobTypes.pages : blobTypes.data, slice.id);
  const name = contentTitle(slice.marks ? blobTypes.pages : blobTypes.data, slice.id);
  if (entry === -1) throw new ObjectDamaged(name, "it is missing");
  if (slice.offset + slice.length > index.place(entry).length)
    throw new ObjectDamaged(name, "it is shorter than its list says");
  return entry;
}

/** How a chunk or a run of pages is named in a message. */
export function contentTitle(type: BlobType, id: Uint8Array): string {
  return `${type === blobTypes.pages ? "run of pages" : "chunk"} ${toHex(id.subarray(0, 8))}`;
}
